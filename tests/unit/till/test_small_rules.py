"""What decisions on the tablet rest on: percentages, ages, weeks, the clock in Shanghai, names of meals."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import clock
from app.meals.rules import meal_id, sitting_at
from app.money import percent_of
from app.residents.rules.facts import age_on
from tests.support.javascript import Script, ScriptError, instant, some_bytes
from tests.unit.till.conftest import RULES

WORLD = ("Asia/Shanghai", "Asia/Kathmandu", "Pacific/Kiritimati", "America/Los_Angeles")


@pytest.mark.parametrize(
    ("fen", "percent", "share_fen"),
    [
        (1250, 25, 313),
        (1250, 12.5, 156),
        (1250, "12.5", 156),
        (1250, "12.50", 156),
        (100, 57.5, 58),
        (100, "57.5", 58),
        (500, 2.9, 15),
        (2000, "0.0249", 0),
        (2000, "0.0250", 1),
        (1, 49.9999, 0),
        (1, 50, 1),
        (0, 100, 0),
        (9_999_999_999, 100, 9_999_999_999),
    ],
)
def test_a_percentage_is_rounded_half_up(
    tablet_rules: Script, fen: int, percent: float | str, share_fen: int
) -> None:
    assert tablet_rules.call("percentOf", fen, percent) == share_fen
    assert percent_of(fen, Decimal(str(percent))) == share_fen


percents = st.integers(1, 1_000_000).map(lambda parts: Decimal(parts) / 10_000)


@given(
    st.lists(st.tuples(st.integers(0, 200_00) | st.integers(0, 10**9), percents), min_size=20, max_size=20)
)
def test_any_percentage_is_the_servers_however_it_is_written(
    tablet_rules: Script, asked: list[tuple[int, Decimal]]
) -> None:
    expected = [percent_of(fen, percent) for fen, percent in asked]
    as_text = [(fen, f"{percent:f}") for fen, percent in asked]
    as_numbers = [(fen, float(percent)) for fen, percent in asked if percent >= Decimal("0.001")]
    assert tablet_rules.call_each("percentOf", list(as_text)) == expected
    assert tablet_rules.call_each("percentOf", list(as_numbers)) == [
        share for share, (_, percent) in zip(expected, asked, strict=True) if percent >= Decimal("0.001")
    ]


@pytest.mark.parametrize("percent", ["", "-1", "1e2", "25%", ".5", None])
def test_what_is_no_percentage_is_refused(tablet_rules: Script, percent: str | None) -> None:
    with pytest.raises(ScriptError, match="a percentage is a plain number"):
        tablet_rules.call("percentOf", 100, percent)


def test_a_share_that_cannot_be_told_exactly_is_refused(tablet_rules: Script) -> None:
    with pytest.raises(ScriptError, match="cannot be told exactly"):
        tablet_rules.call("percentOf", 10**13, "33.3333")


@pytest.mark.parametrize(
    ("birth_on", "on", "age"),
    [
        ("1966-11-23", "2026-11-23", 60),
        ("1966-11-24", "2026-11-23", 59),
        ("1966-11-23", "2026-12-01", 60),
        ("1966-12-01", "2026-11-30", 59),
        ("1964-02-29", "2026-02-28", 61),
        ("1964-02-29", "2026-03-01", 62),
        ("1964-02-29", "2028-02-29", 64),
        ("2026-11-23", "2026-11-23", 0),
    ],
)
def test_an_age_is_in_completed_years(tablet_rules: Script, birth_on: str, on: str, age: int) -> None:
    assert tablet_rules.call("ageOn", birth_on, on) == age


@given(st.lists(st.tuples(st.dates(date(1900, 1, 1)), st.dates(date(1900, 1, 1))), min_size=20, max_size=20))
def test_any_age_is_the_servers(tablet_rules: Script, asked: list[tuple[date, date]]) -> None:
    written = [(birth_on.isoformat(), on.isoformat()) for birth_on, on in asked]
    assert tablet_rules.call_each("ageOn", list(written)) == [age_on(birth_on, on) for birth_on, on in asked]


@pytest.mark.parametrize(
    ("on", "monday", "sunday", "month"),
    [
        ("2026-03-02", "2026-03-02", "2026-03-08", "2026-03"),
        ("2026-03-08", "2026-03-02", "2026-03-08", "2026-03"),
        ("2026-03-01", "2026-02-23", "2026-03-01", "2026-03"),
        ("2027-01-01", "2026-12-28", "2027-01-03", "2027-01"),
        ("2028-02-29", "2028-02-28", "2028-03-05", "2028-02"),
    ],
)
def test_weeks_are_from_monday_to_sunday(
    tablet_rules: Script, on: str, monday: str, sunday: str, month: str
) -> None:
    assert tablet_rules.call("windows", on) == {"monday": monday, "sunday": sunday, "month": month}


def test_what_was_used_is_summed_up_by_sitting_day_week_and_month(tablet_rules: Script) -> None:
    entries = [
        ["2026-04-01", "lunch", 300],
        ["2026-04-01", "lunch", 100],
        ["2026-04-01", "dinner", 200],
        ["2026-04-01", "breakfast", 0],  # got nothing, and uses nothing
        ["2026-03-31", "lunch", 10],  # the same week, another month
        ["2026-04-05", "lunch", 20],  # the Sunday of the week
        ["2026-04-06", "lunch", 40],  # the next week
        ["2026-03-29", "lunch", 1000],  # the week and the month before
        ["2027-04-01", "lunch", 1000],  # another year
    ]
    assert tablet_rules.call("usage", entries, "2026-04-01", "lunch") == {
        "meals_sitting": 2,
        "meals_day": 3,
        "meals_week": 5,
        "meals_month": 5,
        "day_fen": 600,
        "week_fen": 630,
        "month_fen": 660,
    }


INSTANTS = (
    ("2026-11-22T15:59:59.999+00:00", "2026-11-22", "dinner"),
    ("2026-11-22T16:00:00+00:00", "2026-11-23", "breakfast"),
    ("2026-11-23T01:29:59.999+00:00", "2026-11-23", "breakfast"),
    ("2026-11-23T01:30:00+00:00", "2026-11-23", "lunch"),
    ("2026-11-23T06:59:59+00:00", "2026-11-23", "lunch"),
    ("2026-11-23T07:00:00+00:00", "2026-11-23", "dinner"),
    ("2026-12-31T16:00:00+00:00", "2027-01-01", "breakfast"),
)


@pytest.mark.parametrize("time_zone", WORLD)
def test_day_and_sitting_are_shanghais_wherever_the_tablet_believes_to_be(time_zone: str) -> None:
    with Script(RULES, time_zone=time_zone) as script:
        for written, day, sitting in INSTANTS:
            at = datetime.fromisoformat(written)
            assert (clock.on(at).isoformat(), sitting_at(at).value) == (day, sitting)
            assert script.call("shanghaiDay", instant(at)) == day
            assert script.call("sittingAt", instant(at)) == sitting
        assert script.call("windows", "2026-03-30")["monday"] == "2026-03-30"
        assert script.call("windows", "2026-11-01")["sunday"] == "2026-11-01"


instants = st.integers(0, 80 * 365 * 24 * 60).map(
    lambda minutes: datetime(1992, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(st.lists(instants, min_size=20, max_size=20))
def test_any_day_and_sitting_are_the_servers(tablet_rules: Script, asked: list[datetime]) -> None:
    written = [(instant(at),) for at in asked]
    days = [clock.on(at).isoformat() for at in asked]
    sittings = [sitting_at(at).value for at in asked]
    assert tablet_rules.call_each("shanghaiDay", list(written)) == days
    assert tablet_rules.call_each("sittingAt", list(written)) == sittings


def test_the_example_of_the_standard_is_made(tablet_rules: Script) -> None:
    """RFC 9562, A.6: Tuesday, 22 February 2022, 2:22:22 in New York."""
    made = tablet_rules.call(
        "uuid7", {"$instant": 0x017F22E279B0}, some_bytes(bytes.fromhex("0cc318c4dc0c0c07398f"))
    )
    assert made == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(instants, st.binary(min_size=10, max_size=16))
def test_an_id_is_one_that_the_server_could_have_made(
    tablet_rules: Script, at: datetime, chance: bytes
) -> None:
    made = UUID(tablet_rules.call("uuid7", instant(at), some_bytes(chance)))
    first, second = int.from_bytes(chance[:2]) & 0xFFF, int.from_bytes(chance[2:10]) & (1 << 62) - 1
    assert made == meal_id(at, first << 62 | second)


def test_ids_sort_by_their_time(tablet_rules: Script) -> None:
    at = datetime(2026, 11, 23, 3, 42, 7, tzinfo=UTC)
    first = tablet_rules.call("uuid7", instant(at), some_bytes(b"\xff" * 10))
    second = tablet_rules.call("uuid7", instant(at + timedelta(milliseconds=1)), some_bytes(b"\x00" * 10))
    assert first < second


def test_too_little_chance_makes_no_id(tablet_rules: Script) -> None:
    with pytest.raises(ScriptError, match="an id needs ten random bytes"):
        tablet_rules.call("uuid7", instant(datetime(2026, 1, 1, tzinfo=UTC)), some_bytes(b"\x00" * 9))
