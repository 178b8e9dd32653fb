"""The demo's habits: who eats where and when, who is brought lunch, and what the till writes down."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from app.canteens.rules import Sitting
from app.clock import on
from app.delivery.rules.requests import NewSubscription
from app.demo.rules.chance import stream
from app.demo.rules.habits import Diner, Neighbourhood, diner, diner_share, mood
from app.demo.rules.land import STREETS
from app.demo.rules.meals import Recorded, Till
from app.demo.rules.people import DemoResident
from app.demo.rules.period import days_of_meals, weeks
from app.demo.rules.rounds import CIRCLE_METRES, riders, subscription
from app.demo.rules.sites import DemoSite
from app.meals.rules import Channel
from app.residents.rules.facts import Category, Status
from tests.factories.demo import NOW, SEED, TODAY, land, open_sites, people

SITES = {site.record.site_code: site for site in open_sites()}
CANTEENS: dict[str, DemoSite] = dict(zip(sorted(STREETS), open_sites()[:14], strict=True))


@cache
def subscribed() -> tuple[tuple[DemoResident, NewSubscription], ...]:
    random = stream(SEED, "habits")
    asked = [
        (resident, subscription(resident, CANTEENS, share=1.0, random=random, today=TODAY))
        for resident in people(4000)
    ]
    return tuple((resident, wish) for resident, wish in asked if wish is not None)


@cache
def diners() -> tuple[Diner, ...]:
    random = stream(SEED, "habits")
    near = Neighbourhood(land(), open_sites())
    found = [diner(resident, near, None, share=0.5, random=random) for resident in people(400)]
    return tuple(each for each in found if each is not None)


@cache
def month() -> tuple[Recorded, ...]:
    days = days_of_meals(TODAY, 1)
    till = Till(SITES, {"C03": "U-1"}, now=NOW, random=stream(SEED, "meals"))
    moods = [(day, mood(SEED, day)) for day in days]
    return tuple(recorded for each in diners() for recorded in till.week_of(each, moods))


def test_only_the_very_old_and_the_frail_in_need_are_brought_lunch() -> None:
    assert len(subscribed()) > 60
    for resident, wish in subscribed():
        facts = resident.facts
        held = {period.category for period in facts.categories_on(TODAY)}
        assert facts.age_on(TODAY) >= 80 or held & {Category.DISABLED, Category.INCAPACITATED}
        assert held & {Category.LIVING_ALONE, Category.DESTITUTE, Category.MINIMUM_ALLOWANCE}
        assert facts.status_on(TODAY) is Status.ACTIVE
        assert wish.from_on < TODAY


def test_most_doors_are_within_the_circle_of_their_kitchen_and_a_few_are_not() -> None:
    metres = [
        resident.record.person.place.metres_to(SITES[wish.kitchen_code].place)
        for resident, wish in subscribed()
        if resident.record.person.place is not None
    ]
    outside = sum(far > CIRCLE_METRES for far in metres)
    assert len(metres) == len(subscribed())
    assert 0 < outside / len(metres) < 0.1


def test_every_kitchen_has_two_riders_and_more_for_more_lunches() -> None:
    made = riders({"C01": 0, "C03": 60}, stream(SEED, "riders"), today=TODAY)
    of_kitchen = [rider.kitchen_code for rider in made]
    assert of_kitchen.count("C01") == 2
    assert of_kitchen.count("C03") == 6
    assert all(8 <= rider.capacity <= 12 for rider in made)
    assert all(rider.shift_from_seconds < 11 * 3600 < rider.shift_until_seconds for rider in made)
    assert all("蓝骑士" in rider.name for rider in made)


def test_the_real_size_eats_between_two_and_ten_thousand_meals_a_day() -> None:
    per_diner = sum(each.entry.reverses is None for each in month()) / len(diners()) / 22
    assert 2_000 < 110_000 * diner_share(110_000) * per_diner < 10_000


def test_meals_fall_on_the_days_asked_for_and_arrive_in_time() -> None:
    days = days_of_meals(TODAY, 1)
    for recorded in month():
        entry = recorded.entry
        assert entry.served_on in days
        assert entry.reverses is not None or on(entry.served_at) == entry.served_on
        assert entry.served_at < recorded.received_at <= NOW


def test_lunch_is_the_main_meal_and_some_take_it_away() -> None:
    lunches = _count(month(), sitting=Sitting.LUNCH)
    assert lunches > _count(month(), sitting=Sitting.DINNER) > _count(month(), sitting=Sitting.BREAKFAST) > 0
    assert 0.05 < sum(each.entry.channel is Channel.TAKE_AWAY for each in month()) / len(month()) < 0.5


def test_the_price_is_the_sites_and_the_staff_write_it_down() -> None:
    for each in month():
        assert each.entry.price_fen == SITES[each.entry.site_code].prices_fen[each.entry.sitting]
        if each.entry.site_code == "C03":
            assert each.entry.recorded_by == "U-1"


def test_a_few_are_reversed_with_a_reason_and_a_few_arrive_late() -> None:
    meals = {each.entry.id: each.entry for each in month() if each.entry.reverses is None}
    undone = [each.entry for each in month() if each.entry.reverses is not None]
    assert 0 < len(undone) < len(meals) / 50
    for entry in undone:
        assert entry.reverses is not None
        assert entry.reason
        assert entry.served_at > meals[entry.reverses].served_at
    late = sum((each.received_at - each.entry.served_at).total_seconds() > 3600 for each in month())
    assert 0 < late < len(month()) / 20


def test_weekends_are_quieter() -> None:
    days = days_of_meals(TODAY, 12)
    workdays = [mood(SEED, day) for day in days if day.weekday() < 5]
    weekends = [mood(SEED, day) for day in days if day.weekday() >= 5]
    assert sum(weekends) / len(weekends) < 0.9 * sum(workdays) / len(workdays)


def test_weeks_hold_every_day_once() -> None:
    days = days_of_meals(TODAY, 3)
    assert [day for week in weeks(days) for day in week] == list(days)
    assert all(len({day.isocalendar()[:2] for day in week}) == 1 for week in weeks(days))


def _count(recorded: Sequence[Recorded], *, sitting: Sitting) -> int:
    return sum(each.entry.sitting is sitting for each in recorded)
