"""A draft becomes the plan that riders ride by, once, by somebody who has seen what is wrong with it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import delete, func, select, update

from app.audit.models import AuditEntry
from app.canteens.models import SitePrice
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import DayPlan, Stop, Subscription
from app.delivery.queries import KitchenDay
from app.delivery.routing.solver import Effort
from app.delivery.rules.release import ConcernKind, mark_of
from app.delivery.service import (
    changes_of,
    concerns_of,
    draft_plan,
    end_subscription,
    keep_plan,
    release_plan,
    retire_rider,
)
from app.delivery.service.sheets import route_sheets
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.roles import COMMAND, Scope
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LUNCH = Sitting.LUNCH
NOTHING = mark_of(())


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()
        subscribed(neighbour("R-1"))
        subscribed(neighbour("R-2", north=0.004))


def plan() -> None:
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=AT)
    with transaction():
        keep_plan(draft, by=COMMAND, at=AT)


def the_day() -> KitchenDay:
    (day,) = queries.kitchen_days(MONDAY, LUNCH, queries.kitchens(Scope(), on=MONDAY))
    return day


def release(seen: str = NOTHING) -> None:
    with transaction():
        release_plan(MONDAY, LUNCH, "C01", seen=seen, by=COMMAND, at=AT)


def sheet() -> str:
    pdf = route_sheets(MONDAY, LUNCH, "C01", at=AT)
    return "".join(PdfReader(BytesIO(pdf)).pages[0].extract_text().split())


def test_a_plan_is_released_once_with_who_and_when_and_the_price_of_its_meals() -> None:
    plan()
    assert the_day().is_draft
    assert queries.released_plan_of(MONDAY, LUNCH, "C01") is None
    release()
    released = queries.released_plan_of(MONDAY, LUNCH, "C01")
    assert released is not None
    assert (released.released_at, released.released_by, released.price_fen) == (AT, "system", 15_00)
    with pytest.raises(Conflict, match="released already"):
        release()
    acts = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq)).scalars()
    assert list(acts) == ["delivery.planned", "delivery.released"]


def test_planning_again_leaves_the_released_plan_in_force_until_the_next_release() -> None:
    plan()
    release()
    with transaction():
        subscribed(neighbour("R-3", north=0.003))
    plan()
    plan()
    day = the_day()
    assert day.plan is not None
    assert day.released is not None
    assert (day.released.revision, day.plan.revision, day.is_draft) == (1, 2, True)
    assert "第1版" in sheet()
    (change,) = changes_of(day)
    assert (len(change.gained), change.lost) == (1, ())
    release()
    assert changes_of(the_day()) == ()
    assert "第2版" in sheet()
    assert db.session.execute(select(func.count()).select_from(DayPlan)).scalar_one() == 2


def test_what_changed_since_planning_must_be_seen_as_it_is_now() -> None:
    plan()
    ended = the_day().due.going[0]
    with transaction():
        end_subscription(ended.id, until_on=MONDAY, by=COMMAND, at=AT)
    with transaction():
        late = subscribed(neighbour("R-4", north=0.003)).id
        retire_rider("Q-001", by=COMMAND, at=AT)
    found = concerns_of(the_day())
    assert [each.kind for each in found] == [
        ConcernKind.RIDER_GONE,
        ConcernKind.NOT_PLANNED,
        ConcernKind.NOT_DUE,
    ]
    assert [each.subject for each in found[1:]] == [late, ended.id]
    for unseen in (NOTHING, mark_of(found[:2])):
        with pytest.raises(Conflict, match="3 points to note"):
            release(unseen)
    release(mark_of(found))
    entry = db.session.execute(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).scalar_one()
    assert f"not_planned:{late}" in entry.detail


def test_a_plan_that_was_changed_under_our_hands_tells_each_promise_it_breaks() -> None:
    plan()
    with transaction() as session:
        session.execute(update(Stop).values(handover_seconds=Stop.handover_seconds + 3600))
    found = concerns_of(the_day())
    assert found[0].kind is ConcernKind.BROKEN
    assert found[0].sentence is not None
    with pytest.raises(Conflict, match="points to note"):
        release()


def test_a_draft_s_sheets_are_marked_and_nothing_but_a_draft_is_replaced() -> None:
    plan()
    assert "草稿，未下发，不得按此单配送" in sheet()
    plan()
    assert db.session.execute(select(DayPlan.revision)).scalars().all() == [1]
    release()
    assert "草稿" not in sheet()


def test_without_a_price_or_a_run_there_is_no_release() -> None:
    with pytest.raises(NotFound, match="not planned"):
        release()
    with pytest.raises(NotFound), transaction():
        release_plan(MONDAY, LUNCH, "C99", seen=NOTHING, by=COMMAND, at=AT)
    plan()
    with transaction() as session:
        session.execute(delete(SitePrice))
    with pytest.raises(DomainError, match="has no price"):
        release()
    with transaction():
        retire_rider("Q-001", by=COMMAND, at=AT)
    plan()
    with pytest.raises(DomainError, match="sends nobody out"):
        release()


def test_how_many_doors_keep_the_rider_of_last_time_is_counted_from_what_was_ridden() -> None:
    tuesday = MONDAY + timedelta(days=1)
    plan()
    assert queries.riders_before(tuesday, LUNCH, "C01") == {}, "a draft was never ridden"
    release()
    known = queries.riders_before(tuesday, LUNCH, "C01")
    assert len(known) == 2
    assert queries.riders_before(MONDAY, LUNCH, "C01") == {}
    assert the_day().familiar(known) == (2, 2)
    stranger = {door: rider_id + 1 for door, rider_id in known.items()}
    assert the_day().familiar(stranger) == (0, 2)
    assert the_day().familiar({}) == (0, 0)


def test_a_door_knows_its_rider_over_a_weekend_without_it() -> None:
    plan()
    release()
    monday_s = queries.riders_before(MONDAY + timedelta(days=1), LUNCH, "C01")
    with transaction():
        weekend = subscribed(neighbour("R-3", north=0.003), weekdays=0b000_0010).id
        db.session.execute(update(Subscription).where(Subscription.id != weekend).values(weekdays=0b000_0101))
    tuesday = MONDAY + timedelta(days=1)
    draft = draft_plan(tuesday, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=AT)
    with transaction():
        keep_plan(draft, by=COMMAND, at=AT)
        release_plan(tuesday, LUNCH, "C01", seen=NOTHING, by=COMMAND, at=AT)
    wednesday = MONDAY + timedelta(days=2)
    known = queries.riders_before(wednesday, LUNCH, "C01")
    assert known == monday_s | {weekend: next(iter(monday_s.values()))}
    assert queries.riders_so_far(wednesday, LUNCH, "C01") == known
    assert queries.riders_before(MONDAY + timedelta(days=40), LUNCH, "C01") == {}
