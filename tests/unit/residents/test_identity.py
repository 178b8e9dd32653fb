"""An identity number is checked by its own rule, and refused with what is wrong with it."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.residents.rules.identity import Sex, check_digit, ensure_plausible, identity, masked_identity
from app.sheet.cells import Unreadable

TODAY = date(2026, 11, 23)
FIRST_PLACES = st.builds(
    lambda area, birth, sequence: f"{area:06}{birth:%Y%m%d}{sequence:03}",
    st.integers(110000, 659999),
    st.dates(date(1900, 1, 1), date(2026, 11, 22)),
    st.integers(0, 999),
)


def complete(first_places: str) -> str:
    return first_places + check_digit(first_places)


@given(FIRST_PLACES)
def test_every_number_with_its_check_digit_is_taken(first_places: str) -> None:
    found = identity(complete(first_places))
    assert found.birth_on.strftime("%Y%m%d") == first_places[6:14]
    assert found.sex is (Sex.MALE if int(first_places[16]) % 2 else Sex.FEMALE)


@given(FIRST_PLACES, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(first_places: str, place: int, shift: int) -> None:
    number = complete(first_places)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(Unreadable):
        identity(wrong)


@given(FIRST_PLACES, st.integers(0, 15))
def test_two_neighbours_swapped_are_always_noticed(first_places: str, place: int) -> None:
    number = complete(first_places)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        with pytest.raises(Unreadable):
            identity(swapped)


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002X",
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105 19491231 002X",
        "'11010519491231002X",
    ],
)
def test_ways_of_writing_are_forgiven(written: str) -> None:
    assert identity(written).number == "11010519491231002X"


def test_a_card_of_the_first_generation_gets_its_century_and_check_digit() -> None:
    assert identity("110105491231002").number == "11010519491231002X"


def test_districts_that_were_redrawn_and_invented_persons_are_taken() -> None:
    for area in ("430103", "430111", "990000"):
        assert identity(complete(f"{area}19500101123")).birth_on == date(1950, 1, 1)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "missing"),
        ("110105194912310021", "last place"),
        ("11010519490231002X", "1949-02-31 is no day"),
        ("110105490231002", "1949-02-31 is no day"),
        ("1101051949123100", "16 places instead of 18"),
        ("4.30103E+17", "Excel changed this number"),
        ("430103195001011000", "Excel may have lost its end"),
        (complete("81000019500101123"), "Hong Kong, Macao or Taiwan"),
        (complete("83000019500101123"), "review"),
        (complete("91111119500101123"), "foreigner's"),
        ("E12345678", "passport"),
        ("H1234567(8)", "another document"),
        ("同上", "is not an identity number"),
        ("11010519491231002Y", "is not an identity number"),
    ],
)
def test_what_is_no_identity_number_is_refused_with_the_reason(written: str, said: str) -> None:
    with pytest.raises(Unreadable) as caught:
        identity(written)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("born", "said"), [("20261124", "in the future"), ("18900101", "older than anybody")]
)
def test_a_birth_date_that_cannot_be_is_refused(born: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        ensure_plausible(identity(complete(f"430103{born}123")), on=TODAY)
    ensure_plausible(identity(complete("43010320261123123")), on=TODAY)


def test_a_masked_number_shows_neither_birth_nor_sex() -> None:
    assert masked_identity("11010519491231002X") == "110105********002X"


@given(st.text(max_size=30))
def test_nothing_whatever_breaks_the_check(written: str) -> None:
    try:
        identity(written)
    except Unreadable as error:
        assert str(error)  # noqa: PT017 - a refusal is as good as an answer here
