"""The morning's list on a real database: confirmed by a name as it was seen, compared with the day before."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfReader

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import Subscription
from app.delivery.queries import Morning
from app.delivery.routing.solver import Effort
from app.delivery.rules.days import WORKDAYS
from app.delivery.rules.morning import mark_of_list
from app.delivery.rules.orders import Asked, AskedBy, Asker, CutOff
from app.delivery.rules.release import mark_of
from app.delivery.service import cancel_day, confirm_morning, draft_plan, keep_plan, release_plan
from app.delivery.service.labels import box_labels
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.roles import COMMAND, Scope
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed

AT = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
SUNDAY = MONDAY - timedelta(days=1)
LUNCH = Sitting.LUNCH


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()
        subscribed(neighbour("R-1"), diet="软食，低糖")
        subscribed(neighbour("R-2", name="李建国", sex="male"), diet="", meals=2)


def the_kitchen() -> Site:
    (site,) = queries.kitchens(Scope(), on=MONDAY)
    return site


def list_on(day: date = MONDAY) -> Morning:
    (found,) = queries.mornings(day, LUNCH, [the_kitchen()])
    return found


def confirm(day: date = MONDAY, *, seen: str | None = None, at: datetime = AT) -> bool:
    mark = mark_of_list(list_on(day).lines) if seen is None else seen
    with transaction():
        return confirm_morning(day, LUNCH, "C01", seen=mark, by=COMMAND, at=at)


def told(day: date = MONDAY) -> list[tuple[str, int]]:
    found = queries.since_before(day, LUNCH, list_on(day))
    return [(each.move.value, each.subscription) for each in found.changes]


def cancel(subscription_id: int, day: date = MONDAY) -> None:
    asked = Asked(Asker.FAMILY, AskedBy.PHONE)
    with transaction():
        cancel_day(
            subscription_id,
            day,
            asked,
            cut_off=CutOff(time(9), time(18)),
            by=COMMAND,
            at=AT - timedelta(days=1),
        )


def test_a_list_is_counted_by_diet_and_confirmed_once_by_a_name() -> None:
    assert list_on().diets == [("", 2), ("低糖、软食", 1)]
    assert confirm()
    assert not confirm()
    confirmation = list_on().confirmation
    assert confirmation is not None
    assert (confirmation.confirmed_by, confirmation.revision) == ("system", 1)
    assert "王" not in confirmation.lines
    assert "幸福路" not in confirmation.lines
    assert queries.confirmed_kitchens(MONDAY, LUNCH, ["C01"]) == 1


def test_a_list_that_changed_is_shown_and_confirmed_again() -> None:
    confirm()
    seen = mark_of_list(list_on().lines)
    with transaction():
        new = subscribed(neighbour("R-3"), from_on=MONDAY).id
    assert not list_on().is_confirmed
    assert [(each.move.value, each.subscription) for each in list_on().since] == [("new", new)]
    with pytest.raises(Conflict, match="has changed"):
        confirm(seen=seen)
    assert confirm()
    assert list_on().is_confirmed


def test_a_day_that_is_over_and_another_area_are_refused() -> None:
    with pytest.raises(DomainError, match="over"):
        confirm(SUNDAY)
    with pytest.raises(NotFound), transaction():
        confirm_morning(MONDAY, LUNCH, "C09", seen="", by=COMMAND, at=AT)


def test_the_day_before_is_early_enough_and_two_days_before_is_too_early() -> None:
    with pytest.raises(DomainError, match="on the day before"):
        confirm(at=AT - timedelta(days=2))
    assert confirm(at=AT - timedelta(days=1))


def test_a_day_tells_what_changed_since_the_day_before_without_any_confirmation() -> None:
    with transaction():
        new = subscribed(neighbour("R-3"), from_on=MONDAY).id
        ended = subscribed(neighbour("R-4"), until_on=MONDAY).id
        workdays = subscribed(neighbour("R-5"), weekdays=WORKDAYS).id
    cancel(1)
    cancel(2, SUNDAY)
    assert told() == [("new", new), ("back", 2), ("paused", 1), ("gone", ended), ("today", workdays)]


def test_another_door_is_told_against_what_was_confirmed() -> None:
    confirm(SUNDAY, at=AT - timedelta(days=1))
    assert told() == []
    with transaction():
        moved = db.session.get_one(Subscription, 1)
        moved.resident.address = "裕南街社区幸福路99号"
        db.session.get_one(Subscription, 2).meals = 1
    assert told() == [("changed", 1), ("changed", 2)]


def test_each_box_has_a_label_with_its_run_and_stop_and_no_name() -> None:
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=AT)
    with transaction():
        keep_plan(draft, by=COMMAND, at=AT)
    with transaction():
        release_plan(MONDAY, LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=AT)
    with transaction():
        subscribed(neighbour("R-3", name="周晚来"), from_on=MONDAY)
    words = "".join(
        page.extract_text()
        for page in PdfReader(BytesIO(box_labels(MONDAY, LUNCH, the_kitchen(), at=AT))).pages
    )
    flat = "".join(words.split())
    assert all(part in flat for part in ("王奶奶", "李爷爷", "1-1", "1-2", "第1/2份", "第2/2份", "未排趟次"))
    assert not any(part in flat for part in ("王秀兰", "李建国", "R-1", "幸福路"))


def test_without_anything_due_there_are_no_labels() -> None:
    with pytest.raises(NotFound, match="no labels"):
        box_labels(date(2020, 1, 1), LUNCH, the_kitchen(), at=AT)
