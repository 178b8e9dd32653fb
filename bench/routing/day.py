"""Home of a district's day from its database: `flask delivery plan`, as a planner or a timer runs it."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from time import monotonic

from app.canteens.rules import Sitting
from app.delivery import queries
from app.extensions import db
from app.roles import COMMAND
from app.transaction import transaction
from bench.routing.instances import RIDERS, district
from tests.factories.delivery import KITCHEN_AT, MONDAY, kitchen, neighbour, rider, subscribed
from tests.support.databases import application, migrate

KITCHENS, ORDERS_EACH = 66, 30
SHIFT = (39_000, 45_900)


def show_day(*, seconds: float, workers: int) -> None:
    """Print what planning a district's lunch from its database takes, from the command's start to its end."""
    with tempfile.TemporaryDirectory(prefix="meal-circle-bench-") as name:
        folder, url = Path(name), f"sqlite:///{Path(name) / 'bench.sqlite'}"
        migrate(folder, url)
        with application(folder, url).app_context():
            with transaction():
                _fill()
            db.session.rollback()
            took, first = _planned(folder, url, seconds=seconds, workers=workers)
            told = _reached()
            db.session.rollback()
            db.engine.dispose()
    print(
        "| kitchens | deliveries | processes | given s | took s, start to end | first kitchen kept after s "
        "| left out | riders | riding s | kitchens proven |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    print(
        f"| {KITCHENS} | {KITCHENS * ORDERS_EACH} | {workers} | {seconds:g} | {took:.1f} | {first:.1f} "
        f"{told}",
        flush=True,
    )


def _fill() -> None:
    """Write the bench's district: kitchens, their riders, and subscriptions at the doors."""
    for number, lunch in enumerate(district(KITCHENS, ORDERS_EACH), start=1):
        code = f"K{number:02}"
        site = kitchen(code)
        for who in range(RIDERS[30]):
            rider(f"Q-{code}-{who}", kitchen_code=code, shift=SHIFT)
        for order in lunch.orders:
            longitude, latitude = order.location or (0.0, 0.0)
            person = neighbour(
                f"R-{code}-{order.id}", north=latitude - KITCHEN_AT[0], east=longitude - KITCHEN_AT[1]
            )
            subscribed(person, kitchen_code=code, meals=order.amount, floor=order.id % 7)
        centre = lunch.kitchens[0].location or (0.0, 0.0)
        site.longitude, site.latitude = centre


def _planned(folder: Path, url: str, *, seconds: float, workers: int) -> tuple[float, float]:
    """Run the command; give the seconds until its end, and until it told of the first kitchen."""
    words = ["delivery", "plan", "--on", MONDAY.isoformat(), "--seconds", str(seconds)]
    began = monotonic()
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "flask", "--app", "wsgi", *words, "--workers", str(workers)],
        stdout=subprocess.PIPE,
        env=os.environ | {"DATA_DIR": str(folder), "DATABASE_URL": url, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    process.stdout.readline()
    first = monotonic() - began
    process.communicate()
    assert process.returncode == 0
    return monotonic() - began, first


def _reached() -> str:
    """Tell what the kept plans come to."""
    codes = [site.site_code for site in queries.kitchens_of_day(MONDAY, Sitting.LUNCH, COMMAND.scope)]
    plans = queries.plans(MONDAY, Sitting.LUNCH, codes)
    assert len(plans) == KITCHENS
    left = sum(plan.unserved_weight for plan in plans.values())
    riders = sum(plan.riders for plan in plans.values())
    ride = sum(plan.ride_seconds for plan in plans.values())
    return f"| {left} | {riders} | {ride} | {sum(plan.is_proven for plan in plans.values())} |"
