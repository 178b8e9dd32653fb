"""How long a planner waits when a plan of 120 doors is changed by hand: the page, a door's places, a change.

Run `python -m bench.hand [sqlite|postgresql] [DOORS]`. Pages are asked of the application without a network
between; each figure is the median of twenty, and the slowest of them.
"""

from __future__ import annotations

import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from app import clock
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.routing.handwork import choices, with_door
from app.delivery.routing.solver import Effort
from app.delivery.service import draft_plan, keep_plan
from app.delivery.service.handwork import PlanInHand, change_plan, plan_in_hand
from app.roles import COMMAND, Role, Scope
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.delivery import kitchen, neighbour, rider, subscribed
from tests.support.databases import application, migrate
from tests.support.pages import PageClient
from tests.support.postgres import running_server

ON, SITTING = clock.today() + timedelta(days=1), Sitting.LUNCH
TIMES, REACH, SCATTER = 20, 0.009, (0.618034, 0.754878)


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    doors = int(sys.argv[2]) if len(sys.argv) > 2 else 120
    with tempfile.TemporaryDirectory(prefix="meal-circle-bench-") as name:
        server = running_server() if kind == "postgresql" else nullcontext(f"sqlite:///{name}/bench.sqlite")
        with server as url:
            migrate(Path(name), url)
            app = application(Path(name), url)
            logging.getLogger("app.answers").setLevel(logging.WARNING)
            with app.app_context():
                measure(app, doors)


def measure(app: Flask, doors: int) -> None:
    """Plan a kitchen of so many doors, then change the plan again and again."""
    fill(doors)
    draft = draft_plan(ON, SITTING, "C01", effort=Effort(seconds=3), by=COMMAND, at=clock.now())
    with transaction():
        keep_plan(draft, by=COMMAND, at=clock.now())
    app.testing, app.test_client_class = True, PageClient
    client = app.test_client()
    assert isinstance(client, PageClient)
    client.sign_in(user(Role.DISTRICT_OFFICER))
    page = f"/delivery/kitchens/C01/by-hand?on={ON.isoformat()}"
    carried = in_hand().routes.served
    print(f"{len(carried)} doors on {len(in_hand().plan.runs)} runs{'median ms':>20}{'slowest ms':>12}")
    # Not as tests ask, which read each page and look for faults.
    ask = partial(FlaskClient.open, client)
    told("the page", [partial(ask, page)] * TIMES)
    told("a door's places", [partial(ask, f"{page}&door={door}") for door in carried[:TIMES]])
    told("a change", map(change_of, carried[:TIMES]))


def fill(doors: int) -> None:
    """Make a kitchen with riders for all, and doors scattered around it."""
    with transaction():
        kitchen()
        for number in range(1, doors // 8 + 2):
            rider(f"Q-{number:03}")
        for number in range(doors):
            north, east = ((number * step % 1 - 0.5) * 2 * REACH for step in SCATTER)
            subscribed(neighbour(f"R-{number:06}", north=north, east=east))


def in_hand() -> PlanInHand:
    (site,) = queries.kitchens(Scope(), on=ON)
    return plan_in_hand(ON, SITTING, site, at=clock.now())


def change_of(door: int) -> Callable[[], object]:
    """Give what moves a door to the best of its other places, as the page's button does."""
    held = in_hand()
    wanted = partial(with_door, order=door, spot=choices(held.problem, held.routes, door)[0].spot)

    def change() -> None:
        with transaction():
            change_plan(ON, SITTING, held.day.kitchen, wanted, seen=held.mark, by=COMMAND, at=clock.now())

    return change


def told(what: str, acts: Iterable[Callable[[], object]]) -> None:
    """Measure acts, the first of them to warm up."""
    took = []
    for act in acts:
        started = time.perf_counter()
        act()
        took.append((time.perf_counter() - started) * 1000)
    print(f"{what:30}{statistics.median(took[1:]):>12.0f}{max(took[1:]):>12.0f}", flush=True)


if __name__ == "__main__":
    main()
