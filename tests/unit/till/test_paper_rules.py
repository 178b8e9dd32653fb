"""Sheets of paper: their numbers tell a slip, their rows keep their order, and two keyings are compared."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.canteens.rules import Sitting
from app.meals.rules import Channel
from app.sheet.cells import Unreadable
from app.till.rules.keying import (
    KeyedRow,
    Resolution,
    Take,
    TypedRow,
    agreed,
    differences,
    ledger_entries,
    rows_from_json,
    rows_to_json,
    totals,
)
from app.till.rules.paper import (
    MOST_MEALS,
    MOST_SHEETS,
    ROWS,
    Sheet,
    SheetState,
    read_sheet_no,
    sheet_no,
    state_of,
)

NUMBERS = st.integers(1, 10**9)
SHEET = Sheet("P-000123-4", "C01", date(2026, 11, 23), Sitting.LUNCH, page=1)


def digits_of(number: str) -> str:
    return "".join(letter for letter in number if letter.isdigit())


@given(NUMBERS)
def test_a_number_is_read_as_it_is_printed(number: int) -> None:
    assert read_sheet_no(sheet_no(number)) == sheet_no(number)


@given(NUMBERS, st.data())
def test_one_wrong_digit_is_told(number: int, data: st.DataObject) -> None:
    digits = digits_of(sheet_no(number))
    place = data.draw(st.integers(0, len(digits) - 1))
    wrong = data.draw(st.sampled_from("0123456789"))
    assume(wrong != digits[place])
    with pytest.raises(Unreadable):
        read_sheet_no(f"P-{digits[:place]}{wrong}{digits[place + 1 :]}")


@given(NUMBERS, st.data())
def test_two_neighbours_that_changed_places_are_told(number: int, data: st.DataObject) -> None:
    digits = digits_of(sheet_no(number))
    place = data.draw(st.integers(0, len(digits) - 2))
    first, second = digits[place], digits[place + 1]
    assume(first != second)
    with pytest.raises(Unreadable):
        read_sheet_no(f"{digits[:place]}{second}{first}{digits[place + 2 :]}")


@given(NUMBERS)
def test_no_two_numbers_are_printed_alike(number: int) -> None:
    assert sheet_no(number) != sheet_no(number + 1)


@pytest.mark.parametrize(
    "typed",
    [
        "P-000123-4",
        "p-000123-4",
        "P0001234",
        " P 000123 4 ",
        "0001234",
        "Ｐ－０００１２３－４",
        "P–000123–4",
        "P_000123.4",
    ],
)
def test_a_number_may_be_typed_carelessly(typed: str) -> None:
    assert read_sheet_no(typed) == "P-000123-4"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "P",
        "4",
        "R-000123",
        "P-000123",
        "P-000123-44",
        "P-000123-40",
        "1234",
        "P-0012x3-4",
        "P-" + "1" * 40,
    ],
)
def test_what_is_no_number_is_refused_at_its_field(typed: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_sheet_no(typed)
    assert refused.value.field == "sheet_no"


@pytest.mark.parametrize(
    ("is_taken", "is_void", "keyings", "state"),
    [
        (False, False, 0, SheetState.PRINTED),
        (False, False, 1, SheetState.KEYED_ONCE),
        (False, False, 2, SheetState.DIFFERING),
        (True, False, 2, SheetState.TAKEN),
        (False, True, 0, SheetState.VOID),
        (False, True, 2, SheetState.VOID),
    ],
)
def test_a_sheet_says_how_far_it_has_come(
    *, is_taken: bool, is_void: bool, keyings: int, state: SheetState
) -> None:
    assert state_of(is_taken=is_taken, is_void=is_void, keyings=keyings) is state
    assert str(state.label)


@given(
    st.lists(
        st.tuples(st.integers(1, MOST_SHEETS), st.integers(1, ROWS), st.integers(0, 2 * MOST_MEALS - 1)),
        min_size=2,
        max_size=2,
        unique=True,
    )
)
def test_meals_are_served_in_the_order_of_pages_rows_and_copies(places: list[tuple[int, int, int]]) -> None:
    (page, row, copy), (other_page, other_row, other_copy) = sorted(places)
    earlier = Sheet("P-1", "C01", date(2026, 11, 23), Sitting.LUNCH, page=page)
    later = Sheet("P-2", "C01", date(2026, 11, 23), Sitting.LUNCH, page=other_page)
    assert earlier.served_at(row, copy) < later.served_at(other_row, other_copy)


@pytest.mark.parametrize("sitting", Sitting)
def test_the_last_meal_of_the_last_sheet_is_still_served_at_its_sitting_and_day(sitting: Sitting) -> None:
    sheet = Sheet("P-1", "C01", date(2026, 11, 23), sitting, page=MOST_SHEETS)
    first = Sheet("P-1", "C01", date(2026, 11, 23), sitting, page=1).served_at(1, 0)
    last = sheet.served_at(ROWS, 2 * MOST_MEALS - 1)
    assert last.date() == date(2026, 11, 23)
    assert last - first < timedelta(minutes=10)


def row(number: int = 1, **changes: object) -> KeyedRow:
    made: dict[str, object] = {
        "row": number,
        "resident_no": "R-000001",
        "channel": Channel.DINE_IN,
        "count": 1,
        "companions": 0,
        "price_fen": 15_00,
        **changes,
    }
    return KeyedRow(**made)  # type: ignore[arg-type]  # any field of it


@pytest.mark.parametrize(
    ("typed", "is_blank"),
    [
        (TypedRow(), True),
        (TypedRow(who="R-000001"), False),
        (TypedRow(note="张三"), False),
        (TypedRow(count=1), False),
        (TypedRow(companions=1), False),
        (TypedRow(price_fen=15_00), False),
        (TypedRow(is_unregistered=True), False),
        (TypedRow(channel=Channel.DELIVERED), True),
    ],
)
def test_a_row_is_blank_when_nothing_says_that_somebody_ate(typed: TypedRow, *, is_blank: bool) -> None:
    assert typed.is_blank() is is_blank


@pytest.mark.parametrize(
    ("typed", "is_blank", "meals"),
    [
        (TypedRow(who="R-000009"), True, 0),
        (TypedRow(who="R-000009", price_fen=15_00), True, 0),
        (TypedRow(who="R-000009", count=0), True, 0),
        (TypedRow(who="R-000009", count=1), False, 1),
        (TypedRow(who="R-000009", companions=2), False, 0),
        (TypedRow(who="R-000001"), False, 1),
        (TypedRow(who="R-000001", count=3), False, 3),
    ],
)
def test_a_regular_named_beforehand_ate_only_if_meals_were_typed(
    typed: TypedRow, *, is_blank: bool, meals: int
) -> None:
    assert typed.is_blank("R-000009") is is_blank
    assert typed.meals("R-000009") == meals


def test_a_keying_is_read_as_it_was_written() -> None:
    rows = [row(1), row(7, resident_no="", channel=Channel.TAKE_AWAY, companions=2, note="张三 138")]
    read = rows_from_json(rows_to_json(rows))
    assert read == rows
    assert [each.note for each in read] == ["", "张三 138"]


def test_keyings_differ_in_what_the_ledger_would_hold_and_not_in_notes() -> None:
    first = [row(1), row(2, note="拄拐"), row(3, price_fen=10_00), row(5)]
    second = [row(1), row(2), row(3), row(4)]
    assert [(each.row, each.first, each.second) for each in differences(first, second)] == [
        (3, row(3, price_fen=10_00), row(3)),
        (4, None, row(4)),
        (5, row(5), None),
    ]


def test_what_was_chosen_or_typed_again_holds_and_the_order_of_the_paper_stays() -> None:
    first, second = [row(1), row(3), row(5), row(9)], [row(1), row(2), row(3, count=2), row(9, count=4)]
    typed = row(9, count=3)
    resolved = {
        2: Resolution(Take.SECOND),
        3: Resolution(Take.FIRST),
        5: Resolution(Take.SECOND),
        9: Resolution(Take.AGAIN, typed),
    }
    assert agreed(first, second, resolved) == [row(1), row(2), row(3), typed]


def test_a_difference_that_nobody_resolved_lets_nothing_through() -> None:
    with pytest.raises(KeyError):
        agreed([row(1)], [row(2)], {1: Resolution(Take.FIRST)})


def test_totals_count_companions_at_the_same_price() -> None:
    came_to = totals([row(1), row(2, count=2, companions=1, price_fen=10_00)])
    assert (came_to.rows, came_to.meals, came_to.price_fen) == (2, 4, 45_00)


def test_a_row_becomes_the_persons_own_meals_and_then_the_companions() -> None:
    entries = ledger_entries(SHEET, [row(2, count=2, companions=1)], recorded_by="U-3")
    assert [(entry.resident_no, entry.companion_of) for entry in entries] == [
        ("R-000001", None),
        ("R-000001", None),
        ("", "R-000001"),
    ]
    assert {(entry.sheet_no, entry.recorded_by, entry.tablet) for entry in entries} == {
        ("P-000123-4", "U-3", "")
    }
    assert [entry.served_at for entry in entries] == sorted(entry.served_at for entry in entries)


def test_companions_of_nobody_registered_are_nobodys_companions() -> None:
    entries = ledger_entries(SHEET, [row(2, resident_no="", companions=1)], recorded_by="U-3")
    assert [(entry.resident_no, entry.companion_of) for entry in entries] == [("", None), ("", None)]


def test_the_ids_of_a_sheets_meals_are_its_own_and_always_the_same() -> None:
    rows = [row(number, count=3, companions=3) for number in range(1, ROWS + 1)]
    ids = [entry.id for entry in ledger_entries(SHEET, rows, recorded_by="U-3")]
    again = [entry.id for entry in ledger_entries(SHEET, rows, recorded_by="U-4")]
    other = Sheet("P-000124-7", "C01", date(2026, 11, 23), Sitting.LUNCH, page=1)
    assert ids == again
    assert len(set(ids) | {entry.id for entry in ledger_entries(other, rows, recorded_by="U-3")}) == 2 * len(
        ids
    )
