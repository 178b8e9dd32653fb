"""A card's code: read however it is typed, refused when it is mistyped, silent about the person."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.residents.rules.cards import ALPHABET, CHANCE_BITS, code_in, grouped, is_code, made_code, tail
from app.residents.rules.search import Kind, sought

CODES = st.integers(0, 2**CHANCE_BITS - 1).map(made_code)
PLACES = st.integers(1, 11)


@given(CODES)
def test_a_code_has_twelve_characters_that_are_hard_to_misread(code: str) -> None:
    assert len(code) == 12
    assert code[0] == "C"
    assert not set(code) & set("ILOU")
    assert set(code) <= set(string.ascii_uppercase + string.digits)
    assert code_in(code) == code


@given(st.sets(st.integers(0, 2**CHANCE_BITS - 1), min_size=2, max_size=20))
def test_different_chances_make_different_codes(chances: set[int]) -> None:
    assert len({made_code(chance) for chance in chances}) == len(chances)


@given(CODES, PLACES, st.sampled_from(ALPHABET))
def test_every_single_wrong_character_is_caught(code: str, place: int, wrong: str) -> None:
    mistyped = code[:place] + wrong + code[place + 1 :]
    assert is_code(mistyped) == (mistyped == code)


@given(CODES, PLACES, PLACES)
def test_two_characters_that_changed_places_are_caught(code: str, one: int, other: int) -> None:
    swapped = list(code)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert is_code("".join(swapped)) == ("".join(swapped) == code)


@given(CODES, st.sampled_from(ALPHABET))
def test_its_first_letter_is_part_of_it(code: str, first: str) -> None:
    assert is_code(first + code[1:]) == (first == "C")


@pytest.mark.parametrize(
    "typed",
    [
        "c4k7m29qxtb4",
        " C4K7 M29Q XTB4 ",
        "C4K7-M29Q-XTB4",
        "C4K7—M29Q—XTB4",
        "Ｃ４Ｋ７　Ｍ２９Ｑ　ＸＴＢ４",
        "C4K7M29QXTB4\r\n",
        "\ufeffC4K7M29QXTB4",
    ],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert code_in(typed) == "C4K7M29QXTB4"


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    code = made_code(1)
    assert code.startswith("C000000000")
    assert code[10] == "1"
    for one in "1iIlL":
        for nought in "0oO":
            assert code_in(f"C{nought * 9}{one}{code[11]}") == code


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "C",
        "王秀英",
        "R-000001",
        "C4K7M29QXTB",
        "C4K7M29QXTB44",
        "U4K7M29QXTB4",
        "CUUUUUUUUUUU",
        "C٤K7M29QXTB4",
    ],
)
def test_what_is_no_code_is_none(typed: str) -> None:
    assert code_in(typed) is None


def test_a_screen_shows_it_in_fours_or_by_its_end() -> None:
    assert grouped("C4K7M29QXTB4") == "C4K7 M29Q XTB4"
    assert tail("C4K7M29QXTB4") == "XTB4"


@given(CODES)
def test_a_search_knows_a_code(code: str) -> None:
    assert sought(grouped(code).lower()).card == code


def test_a_name_that_could_be_a_code_is_still_a_name() -> None:
    meant = sought("caodongsheng")
    assert (meant.kind, meant.value) == (Kind.LETTERS, "caodongsheng")
    assert meant.card


def test_other_searches_mean_no_card() -> None:
    assert not any(sought(typed).card for typed in ("", "曾国强", "zgq", "5678", "R-000001", "13812345678"))
