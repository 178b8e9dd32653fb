"""The district's roads are loaded by command, and a day is planned over them, on a real database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import select, update

from app.audit.models import AuditEntry
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.clock import today
from app.delivery import queries
from app.delivery.models import DayPlan
from app.delivery.models.roads import RoadNetwork
from app.delivery.routing.documents import problem_from_json
from app.delivery.routing.plan import Reason
from app.delivery.routing.solver import Effort
from app.delivery.rules.doors import USUAL_DOORS, DoorTimes
from app.delivery.rules.reasons import remedy
from app.delivery.service import draft_plan, keep_plan
from app.delivery.travel.speeds import USUAL, Speeds
from app.extensions import db
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed
from tests.factories.streets import Streets, at, two_banks

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DEGREES_300_METRES = 300 / 111_195


@pytest.fixture(autouse=True)
def _two_doors(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    """Give a kitchen on the southern bank, a door on each bank, and one rider."""
    with transaction():
        kitchen()
        rider()
        subscribed(neighbour("R-near", north=DEGREES_300_METRES))
        subscribed(neighbour("R-over", north=3 * DEGREES_300_METRES))


def run(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["delivery", *map(str, words)])


def planned() -> DayPlan:
    draft = draft_plan(MONDAY, Sitting.LUNCH, "C01", effort=Effort(seconds=0.5), by=COMMAND, at=AT)
    with transaction():
        keep_plan(draft, by=COMMAND, at=AT)
    plan = queries.plan_of(MONDAY, Sitting.LUNCH, "C01")
    assert plan is not None
    return plan


def from_kitchen(plan: DayPlan) -> list[int]:
    """Give the seconds from the kitchen to each door that were planned with."""
    problem = problem_from_json(plan.instance)
    return [problem.ride_seconds(1, None, order.id) for order in problem.orders]


def test_plans_follow_the_roads_once_they_are_loaded(app: Flask, tmp_path: Path) -> None:
    before = planned()
    assert before.roads is None
    assert from_kitchen(before) == [133, 399]
    loaded = run(app, "roads", two_banks().written(tmp_path))
    assert loaded.exit_code == 0, loaded.output
    assert "15 km of road and 88 junctions are loaded" in loaded.stdout
    plan = planned()
    assert plan.roads is not None
    assert plan.roads.source == "city.osm.pbf"
    near, over = from_kitchen(plan)
    assert near == pytest.approx(300 * 3600 / USUAL.road, abs=2)
    assert over == pytest.approx((1000 + 900 + 1000) * 3600 / USUAL.road, abs=2)


def test_a_door_that_no_road_reaches_is_left_out_and_said_so(app: Flask, tmp_path: Path) -> None:
    assert run(app, "roads", two_banks(bridge=False).written(tmp_path)).exit_code == 0
    (left,) = planned().unserved
    assert left.subscription.resident.resident_no == "R-over"
    assert left.reason is Reason.OUTSIDE_CIRCLE
    assert "No road that may be ridden leads to this door." in str(
        remedy(left.reason, ride_seconds=left.ride_seconds)
    )


def test_a_kitchen_that_no_road_reaches_is_named_and_planned_by_the_estimate(
    app: Flask, tmp_path: Path
) -> None:
    with transaction():
        far = kitchen("C02")
        far.latitude, far.longitude = at(0, -2_000)[1], at(0, -2_000)[0]
        rider("Q-002", kitchen_code="C02")
        subscribed(neighbour("R-south", north=-0.018), kitchen_code="C02")
    loaded = run(app, "roads", two_banks().written(tmp_path))
    assert "No road reaches C02老年食堂: its minutes stay estimated." in loaded.stdout
    draft = draft_plan(MONDAY, Sitting.LUNCH, "C02", effort=Effort(seconds=0.5), by=COMMAND, at=AT)
    assert draft.network_id is None
    assert draft.plan.served


def test_loading_again_replaces_the_roads_and_keeps_what_plans_were_measured_over(
    app: Flask, tmp_path: Path
) -> None:
    file = two_banks().written(tmp_path)
    assert run(app, "roads", file).exit_code == 0
    first = planned().road_network_id
    assert run(app, "roads", two_banks(bridge=False).written(tmp_path)).exit_code == 0
    rows = db.session.execute(
        select(RoadNetwork.id, RoadNetwork.content.is_(None).label("is_gone")).order_by(RoadNetwork.id)
    ).all()
    assert [(row.id, bool(row.is_gone)) for row in rows] == [(first, True), (rows[1].id, False)]
    plan = queries.plan_of(MONDAY, Sitting.LUNCH, "C01")
    assert plan is not None
    assert plan.road_network_id == first
    assert len(planned().unserved) == 1
    acts = db.session.execute(select(AuditEntry.action).where(AuditEntry.action == "roads.loaded")).scalars()
    assert len(list(acts)) == 2


def test_a_file_that_cannot_be_used_changes_nothing(app: Flask, tmp_path: Path) -> None:
    assert run(app, "roads", two_banks().written(tmp_path)).exit_code == 0
    elsewhere = Streets().grid(4, 4, west=90_000).written(tmp_path)
    refused = run(app, "roads", elsewhere)
    assert refused.exit_code == 1
    assert "has no roads in this district" in refused.stderr
    beside = Streets().grid(4, 4, west=3_000).written(tmp_path)
    refused = run(app, "roads", beside)
    assert refused.exit_code == 1
    assert "No site lies by a road of" in refused.stderr
    assert planned().roads is not None


def test_roads_wait_for_the_sites(app: Flask, tmp_path: Path) -> None:
    with transaction() as session:
        session.execute(update(Site).values(latitude=None, longitude=None))
    refused = run(app, "roads", two_banks().written(tmp_path))
    assert refused.exit_code == 1
    assert "No site has coordinates yet" in refused.stderr


def test_speeds_hold_from_their_day_on(app: Flask) -> None:
    tomorrow, later = today() + timedelta(days=1), today() + timedelta(days=30)
    reasoned = ["--reference", "试骑实测"]
    doors = ["--hand-over", 200, "--floor", 40]
    decided = run(app, "speeds", "--from", tomorrow, "--road", 10, "--pushed", 3.5, *doors, *reasoned)
    assert decided.exit_code == 0, decided.output
    assert run(app, "speeds", "--from", later, *reasoned).exit_code == 0
    assert queries.speeds_on(today()) == USUAL
    assert queries.speeds_on(tomorrow) == Speeds(road=10_000, pushed=3_500)
    assert queries.speeds_on(later) == USUAL
    assert queries.door_times_on(tomorrow) == DoorTimes(hand_over=200, floor=40)
    assert queries.door_times_on(today()) == queries.door_times_on(later) == USUAL_DOORS
    listed = run(app, "speeds").stdout.splitlines()
    assert listed[0] == (
        "until the first decision: 13.0 km/h on roads, 10.0 in lanes, 4.0 pushed; "
        "150 s at a door, 25 s a floor"
    )
    assert listed[1] == (
        f"from {tomorrow}, 试骑实测: 10.0 km/h on roads, 10.0 in lanes, 3.5 pushed; "
        "200 s at a door, 40 s a floor"
    )


@pytest.mark.parametrize(
    ("day", "words", "said"),
    [
        (1, ["--road", 25, "--reference", "x"], "25.0 km/h is not possible here"),
        (1, ["--pushed", 7, "--reference", "x"], "7.0 km/h is not possible here"),
        (1, ["--hand-over", 10, "--reference", "x"], "10 seconds are not possible here"),
        (1, ["--floor", 500, "--reference", "x"], "500 seconds are not possible here"),
        (0, ["--reference", "x"], "Speeds change from tomorrow on"),
        (1, [], "Say why with --reference"),
    ],
)
def test_a_speed_that_cannot_be_is_refused(app: Flask, day: int, words: list[object], said: str) -> None:
    on: date = today() + timedelta(days=day)
    refused = run(app, "speeds", "--from", on, *words)
    assert refused.exit_code == 1
    assert said in refused.stderr


def test_speeds_of_a_day_are_decided_once(app: Flask) -> None:
    words = ["speeds", "--from", today() + timedelta(days=1), "--reference", "x"]
    assert run(app, *words).exit_code == 0
    assert "are decided already" in run(app, *words).stderr
