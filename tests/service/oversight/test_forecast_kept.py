"""Forecasts of a canteen and its points: made from the ledger, kept, and held against what came."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask

from app.canteens.rules import ClosureReason, NewClosure, SiteFacts, SiteKind, Sitting
from app.canteens.service.opening import close_for, set_hours
from app.errors import DomainError, NotAllowed, NotFound
from app.extensions import db
from app.oversight.models import CoverForecast
from app.oversight.queries import covers as queries
from app.oversight.rules.outlook import AHEAD, NoteKind, Series
from app.oversight.service.forecast import (
    NewNote,
    keep_forecasts,
    make_forecasts,
    outlooks_on,
    take_note_back,
    write_note,
)
from app.roles import COMMAND, Actor, Permission, Scope
from app.transaction import transaction
from tests.factories.district import LONG_AGO, canteen, elder, policy_row, site_row
from tests.factories.facts import policy
from tests.factories.meals import entry, taken

FIRST_ON = date(2026, 3, 2)
WEEKS = 7
TODAY = FIRST_ON + timedelta(weeks=WEEKS)
AT = datetime(2026, 4, 20, 1, 0, tzinfo=UTC)
OFFICER = Actor("U-1", frozenset(Permission), Scope("430103"))
LUNCH, COOKED = Series("C01", Sitting.LUNCH), Series("C01", Sitting.LUNCH, is_cooked=True)


@pytest.fixture(autouse=True)
def _seven_weeks(app: Flask) -> None:
    """Four eat at C01 and two at P01, which C01 cooks for, every day but Sunday."""
    assert app
    with transaction():
        canteen("C01")
        point = SiteFacts("P01", SiteKind.SERVICE_POINT, "430103005002", LONG_AGO)
        site_row(point, kitchen_code="C01")
        for number in range(1, 7):
            elder(f"R-00000{number}")
        policy_row(policy())
    meals = []
    for day in range(7 * WEEKS):
        on = FIRST_ON + timedelta(days=day)
        if on.weekday() < 6:
            for number in range(1, 7):
                at = datetime(on.year, on.month, on.day, 4, number, tzinfo=UTC)
                code = "C01" if number < 5 else "P01"
                meals.append(
                    entry(
                        day * 10 + number,
                        id=UUID(int=day * 10 + number + 1),
                        resident_no=f"R-00000{number}",
                        site_code=code,
                        served_on=on,
                        served_at=at,
                    )
                )
    taken(*meals, at=AT)


def test_a_sitting_that_will_not_be_served_is_expected_of_nobody_from_its_day() -> None:
    with transaction():
        from_on = TODAY + timedelta(days=7)
        set_hours("P01", Sitting.LUNCH, [0, 1], None, from_on=from_on, by=OFFICER, at=AT)
        assert make_forecasts(by=COMMAND, at=AT) == 3
    expected = queries.expected_of("P01", TODAY, TODAY + timedelta(days=AHEAD))
    point = Series("P01", Sitting.LUNCH)
    assert [expected[point, TODAY + timedelta(days=each)].covers for each in (0, 1, 2)] == [2, 2, 2]
    assert [expected[point, TODAY + timedelta(days=each)].covers for each in (7, 8, 9)] == [0, 0, 2]


def test_a_kitchen_is_told_what_to_cook_for_itself_and_for_its_points() -> None:
    with transaction():
        assert make_forecasts(by=COMMAND, at=AT) == 3
    expected = queries.expected_of("C01", TODAY, TODAY + timedelta(days=AHEAD))
    assert [expected[LUNCH, TODAY + timedelta(days=each)].covers for each in range(7)] == [4] * 6 + [0]
    assert [expected[COOKED, TODAY + timedelta(days=each)].covers for each in range(7)] == [6] * 6 + [0]
    assert set(queries.trials(Scope("430103"))) == {LUNCH, COOKED, Series("P01", Sitting.LUNCH)}
    assert queries.expected_on([TODAY], Scope("430103006")) == {}


def test_a_forecast_of_a_day_long_past_knows_nothing_of_what_came_later() -> None:
    before = outlooks_on(TODAY - timedelta(days=7))
    for number in range(1, 7):
        at = datetime(2026, 4, 16, 4, 30 + number, tzinfo=UTC)
        changes = {"served_on": date(2026, 4, 16), "served_at": at, "sitting": Sitting.LUNCH}
        taken(entry(5000 + number, resident_no="", id=UUID(int=9000 + number), **changes), at=AT)
    assert outlooks_on(TODAY - timedelta(days=7)) == before
    assert outlooks_on(TODAY) != before


def test_what_was_expected_the_day_before_is_found_beside_what_came() -> None:
    with transaction():
        for back in (3, 2, 1):
            keep_forecasts(TODAY - timedelta(days=back))
        keep_forecasts(TODAY - timedelta(days=1))
    kept = queries.kept_forecasts("C01", ahead=1, first=TODAY - timedelta(days=9), last=TODAY)
    assert [(which, each.on) for which, each in kept if which == LUNCH] == [
        (LUNCH, TODAY - timedelta(days=2)),
        (LUNCH, TODAY - timedelta(days=1)),
        (LUNCH, TODAY),
    ]
    made = {row.made_on for row in db.session.query(CoverForecast)}
    assert len(made) == 3


def test_of_many_forecasts_of_a_day_the_newest_is_the_one_that_counts() -> None:
    with transaction():
        for back in (1, 3, 2):
            keep_forecasts(TODAY - timedelta(days=back))
        for row in db.session.query(CoverForecast):
            row.covers = row.made_on.day
    expected = queries.expected_on([TODAY], Scope())
    assert {each.covers for each in expected.values()} == {TODAY.day - 1}
    assert set(expected) == {(which, TODAY) for which in (LUNCH, COOKED, Series("P01", Sitting.LUNCH))}
    of_site = queries.expected_of("C01", TODAY - timedelta(days=2), TODAY)
    assert [of_site[LUNCH, TODAY - timedelta(days=back)].covers for back in (2, 0)] == [
        TODAY.day - 2,
        TODAY.day - 1,
    ]


def test_a_closed_site_is_not_cooked_for() -> None:
    closing = TODAY + timedelta(days=1)
    with transaction():
        close_for(NewClosure(closing, closing, ClosureReason.REPAIRS), ["P01"], by=OFFICER, at=AT)
        make_forecasts(by=COMMAND, at=AT)
    expected = queries.expected_of("P01", TODAY, TODAY + timedelta(days=AHEAD))
    assert [
        expected[Series("P01", Sitting.LUNCH), TODAY + timedelta(days=each)].covers for each in (0, 1, 2)
    ] == [
        2,
        0,
        2,
    ]


def test_notes_are_of_the_whole_district() -> None:
    manager = Actor("U-2", frozenset(Permission), Scope("430103005", "C01"))
    street = Actor("U-3", frozenset(Permission), Scope("430103005"))
    for actor in (manager, street):
        with pytest.raises(NotAllowed), transaction():
            write_note(NewNote(NoteKind.RAIN, TODAY, TODAY), by=actor, at=AT)
    with pytest.raises(DomainError, match="half a year"), transaction():
        write_note(NewNote(NoteKind.EVENT, TODAY, TODAY - timedelta(days=1)), by=OFFICER, at=AT)
    with transaction():
        rain = write_note(NewNote(NoteKind.RAIN, TODAY, TODAY), by=OFFICER, at=AT)
    span = (TODAY, TODAY)
    assert [note.id for note in queries.notes(*span, manager.scope)] == [rain.id]
    assert [note.id for note in queries.notes(*span, Scope("430104"))] == []
    with pytest.raises(NotFound), transaction():
        take_note_back(rain.id, by=manager, at=AT)
    with transaction():
        take_note_back(rain.id, by=OFFICER, at=AT)
    assert queries.notes(*span, Scope("430103")) == []


def test_the_curve_of_arrivals_counts_local_quarters() -> None:
    times = queries.arrival_times("C01", Sitting.LUNCH, FIRST_ON, TODAY)
    assert times == {12 * 60: 4 * 6 * WEEKS}
