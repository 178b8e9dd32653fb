"""The demo's people: invented so that every number is sound, and as old and needy as a district's are."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from app.clock import on
from app.demo.rules.people import residents
from app.residents.rules.categories import ensure_apart, period
from app.residents.rules.contact import phone
from app.residents.rules.facts import Category, age_on
from app.residents.rules.identity import Sex, ensure_plausible, identity
from app.residents.rules.names import name
from tests.factories.demo import SEED, TODAY, land, outline, people

MANY = 4000


def test_every_identity_number_is_right_and_nobodys() -> None:
    numbers = [resident.record.identity for resident in people(MANY)]
    assert len({each.number for each in numbers}) == MANY
    for each in numbers:
        assert identity(each.number) == each
        assert each.number.startswith("990000")
        ensure_plausible(each, on=TODAY)


def test_nobody_is_under_60_and_ages_fall_as_in_a_district() -> None:
    ages = [age_on(resident.record.identity.birth_on, TODAY) for resident in people(MANY)]
    assert min(ages) == 60
    bands = Counter(min(age // 10 * 10, 80) for age in ages)
    assert bands[60] / MANY == pytest.approx(0.58, abs=0.03)
    assert bands[70] / MANY == pytest.approx(0.30, abs=0.03)
    assert bands[80] / MANY == pytest.approx(0.12, abs=0.02)


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2027, 2, 28), date(2027, 3, 1), date(2026, 1, 1)])
def test_nobody_is_under_60_on_any_day(today: date) -> None:
    made = residents(land(), outline(), seed=SEED, today=today, count=300)
    assert min(age_on(resident.record.identity.birth_on, today) for resident in made) >= 60


def test_a_little_more_than_half_are_women_and_more_among_the_very_old() -> None:
    def women(least: int) -> float:
        sexes = [
            resident.record.identity.sex
            for resident in people(MANY)
            if age_on(resident.record.identity.birth_on, TODAY) >= least
        ]
        return sexes.count(Sex.FEMALE) / len(sexes)

    assert 0.48 < women(60) < women(80) < 0.66


def test_names_and_phones_are_written_as_the_register_takes_them() -> None:
    phones = [resident.record.person.phone for resident in people(MANY)]
    given = [number for number in phones if number is not None]
    assert 0.84 < len(given) / MANY < 0.92
    assert len(set(given)) == len(given)
    for number in given:
        assert phone(number) == number
        assert number.startswith("19900")
    for resident in people(MANY):
        assert name(resident.record.person.name) == resident.record.person.name


def test_some_share_a_name_and_some_names_are_rare() -> None:
    names = Counter(resident.record.person.name for resident in people(MANY))
    assert names.most_common(1)[0][1] >= 3
    assert any("·" in each for each in names)
    assert any(ord(character) > 0xFFFF for each in names for character in each)


def test_who_lives_here_has_a_door_inside_the_district() -> None:
    at_home = [resident for resident in people(MANY) if resident.lives_at is not None]
    assert 0.96 < len(at_home) / MANY < 0.99
    for resident in at_home:
        person = resident.record.person
        assert person.place is not None
        assert outline().contains(person.place)
        assert person.address
        assert resident.lives_at is not None
        assert resident.lives_at.code == person.residence_area


def test_most_are_registered_in_the_district_some_elsewhere() -> None:
    areas = [resident.record.person.registered_area for resident in people(MANY)]
    local = sum(area.startswith("430103") for area in areas)
    in_city = sum(area.startswith("4301") for area in areas)
    assert 0.88 < local / MANY < 0.96
    assert local < in_city < MANY


@pytest.mark.parametrize(
    ("category", "share"),
    [
        (Category.DESTITUTE, 0.003),
        (Category.MINIMUM_ALLOWANCE, 0.015),
        (Category.NEAR_MINIMUM, 0.007),
        (Category.DISABLED, 0.05),
        (Category.INCAPACITATED, 0.03),
        (Category.LIVING_ALONE, 0.10),
        (Category.EMPTY_NEST, 0.15),
        (Category.BEREAVED_PARENT, 0.005),
        (Category.VETERAN, 0.01),
    ],
)
def test_categories_are_as_frequent_as_in_a_district(category: Category, share: float) -> None:
    held = sum(
        any(each.category is category for each in resident.record.categories) for resident in people(MANY)
    )
    assert held / MANY == pytest.approx(share, abs=4 * (share / MANY) ** 0.5)


def test_living_alone_grows_with_age() -> None:
    def alone(least: int, below: int) -> float:
        of_age = [
            resident
            for resident in people(MANY)
            if least <= age_on(resident.record.identity.birth_on, TODAY) < below
        ]
        lonely = Category.LIVING_ALONE
        return sum(any(c.category is lonely for c in each.record.categories) for each in of_age) / len(of_age)

    assert alone(60, 70) < alone(70, 80) < alone(80, 110)


def test_every_category_is_sound() -> None:
    for resident in people(MANY):
        ensure_apart(resident.record.categories)
        for held in resident.record.categories:
            assert period(held.category, held.grade, held.from_on, held.until_on) == held
            assert held.from_on < TODAY


def test_everybody_was_registered_before_today_and_hardly_anybody_before_turning_60() -> None:
    registered = [(resident, on(resident.registered_at)) for resident in people(MANY)]
    assert max(day for _, day in registered) < TODAY
    early = [day for each, day in registered if age_on(each.record.identity.birth_on, day) < 60]
    assert len(early) < MANY / 500


def test_the_same_seed_invents_the_same_people_and_a_larger_demo_begins_with_them() -> None:
    again = tuple(residents(land(), outline(), seed=SEED, today=TODAY, count=50))
    assert again == people(MANY)[:50]
    assert again != people(50, seed=SEED + 1)
