"""What a policy may be, and which policy decides."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from app.residents.rules.facts import Category
from app.subsidy.rules import (
    BelongsBy,
    Combine,
    Days,
    PolicyBook,
    Rate,
    Standing,
    Venue,
    When,
    policy_on,
    standing,
)
from tests.factories import facts

OLD = facts.policy(effective_from=date(2025, 1, 1))
NEW = facts.policy(effective_from=date(2026, 1, 1))
CITY = facts.policy(effective_from=date(2026, 1, 1), district="4301")
LATER_CITY = facts.policy(effective_from=date(2026, 5, 1), district="4301")


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2024, 12, 31), None),
        (date(2025, 1, 1), OLD),
        (date(2025, 12, 31), OLD),
        (date(2026, 1, 1), NEW),
        (date(2030, 1, 1), NEW),
    ],
)
def test_the_newest_policy_not_later_than_the_day_is_in_force(day: date, expected: object) -> None:
    assert policy_on([NEW, OLD], day) == expected
    assert PolicyBook([OLD, NEW]).deciding("430103005001", day) == expected


def test_a_meal_is_decided_by_policies_of_areas_that_its_site_lies_in() -> None:
    book = PolicyBook([OLD, NEW])
    assert book.deciding("430104005001", date(2026, 2, 1)) is None
    assert book.deciding("430103014201", date(2026, 2, 1)) == NEW


def test_of_two_policies_from_one_day_the_narrower_area_decides_and_a_newer_one_wins_over_both() -> None:
    book = PolicyBook([CITY, NEW, LATER_CITY])
    assert book.deciding("430103005001", date(2026, 4, 30)) == NEW
    assert book.deciding("430103005001", date(2026, 5, 1)) == LATER_CITY
    assert book.deciding("430111001001", date(2026, 4, 30)) == CITY


def test_two_policies_for_one_district_and_day_are_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="same district"):
        PolicyBook([NEW, facts.policy(reference="another")])


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (date(2024, 1, 1), date(2024, 12, 31), ()),
        (date(2025, 3, 1), date(2025, 3, 7), (OLD,)),
        (date(2025, 12, 29), date(2026, 1, 4), (NEW, CITY, OLD)),
        (date(2026, 1, 1), date(2026, 1, 7), (NEW, CITY)),
        (date(2026, 5, 1), date(2026, 5, 1), (LATER_CITY, NEW)),
    ],
)
def test_a_policy_is_in_force_until_the_next_of_its_own_district(
    first: date, last: date, expected: tuple[object, ...]
) -> None:
    assert PolicyBook([OLD, NEW, CITY, LATER_CITY]).in_force_during(first, last) == expected


def test_a_rate_is_an_amount_or_a_percentage() -> None:
    with pytest.raises(ValueError, match="either"):
        Rate()
    with pytest.raises(ValueError, match="either"):
        Rate(amount_fen=1, percent=Decimal(1))
    with pytest.raises(ValueError, match="at_most_fen"):
        Rate(amount_fen=1, at_most_fen=1)


def test_grades_are_those_of_the_category() -> None:
    with pytest.raises(ValueError, match="grades"):
        When(category=Category.DISABLED, grades=frozenset({"5"}))
    with pytest.raises(ValueError, match="grades"):
        When(grades=frozenset({"1"}))


def test_every_choice_has_its_own_words() -> None:
    for choices in (BelongsBy, Days, Venue, Combine):
        assert len({str(choice.label) for choice in choices}) == len(choices)


@pytest.mark.parametrize(
    ("day", "old", "new"),
    [
        (date(2024, 12, 31), Standing.TO_COME, Standing.TO_COME),
        (date(2025, 12, 31), Standing.IN_FORCE, Standing.TO_COME),
        (date(2026, 1, 1), Standing.SUPERSEDED, Standing.IN_FORCE),
        (date(2026, 6, 1), Standing.SUPERSEDED, Standing.IN_FORCE),
    ],
)
def test_a_policy_stands_by_those_of_its_own_district(day: date, old: Standing, new: Standing) -> None:
    published = [OLD, NEW, CITY, LATER_CITY]
    assert (standing(OLD, published, day), standing(NEW, published, day)) == (old, new)
