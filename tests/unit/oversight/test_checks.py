"""Every check as a table: it finds what was planted, and is silent on the honest neighbour."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.canteens.rules import SiteKind, Sitting
from app.meals.rules.vocabulary import Channel, FoundBy
from app.oversight.rules.calls import CallOutcome, drawn
from app.oversight.rules.checks import CHECKS, Answer, Facts, Missing, check_named
from app.oversight.rules.checks.facts import (
    CallRow,
    DoorsRow,
    MealRow,
    PersonRow,
    PurchaseRow,
    SiteRow,
    StepRow,
    UserRow,
)
from app.oversight.rules.checks.vocabulary import Severity
from app.oversight.rules.purchases import Food
from app.place import Point
from app.residents.rules.absence import Absence, AbsenceReason
from app.residents.rules.facts import Status, StatusChange
from app.till.rules.balance import Balance, SiteSitting
from tests.factories.checks import (
    DAY,
    OCTOBER,
    PLACE,
    REST_DAYS,
    SITES,
    facts,
    handover,
    lunches,
    meal,
    noon,
    people,
)

LIVELY = [21, 26, 18, 14, 23, 30, 19, 25, 22, 13, 12, 27, 20, 24, 29, 17, 11, 15, 26, 21, 18, 28, 23, 12, 14]
EVEN = [22, 22, 23, 22, 22, 21, 22, 22, 22, 23, 22, 22, 22, 22, 21, 22, 22, 22, 22, 22, 23, 22, 22, 22, 22]
HERE = "430103005001"


def looked(name: str, these: Facts, **limits: int) -> Answer:
    check = check_named(name)
    return check.look(these, {**check.defaults, **limits})


def subjects(name: str, these: Facts, **limits: int) -> set[str]:
    return {finding.subject for finding in looked(name, these, **limits).findings}


def five_sites(at: str, counts: dict[str, list[int]]) -> Facts:
    """Give service points that all dip on rest days, but one that has counts of its own."""
    usual = [12 if day in REST_DAYS else 24 for day in OCTOBER.days]
    sites = {f"P{n:02}": SiteRow(f"P{n:02}", SiteKind.SERVICE_POINT, HERE, PLACE, 60) for n in range(6)}
    meals: list[MealRow] = []
    for code in sites:
        meals += lunches(counts.get(code, usual), site_code=code, first=len(meals) + 1)
    assert at in sites
    return facts(meals, sites=sites)


def of_one(count: int, number: int, site: str = "P01") -> list[MealRow]:
    """Give one person's lunches on the first days of the month."""
    return [meal(100 * number + n, number, day, site_code=site) for n, day in enumerate(OCTOBER.days[:count])]


def away(reason: AbsenceReason, first: int, back: int | None) -> tuple[Absence, ...]:
    return (Absence(reason, date(2026, 10, first), date(2026, 10, back) if back else None),)


def balance(difference: int, day: int = 8) -> Balance:
    where = SiteSitting("C01", date(2026, 10, day), Sitting.LUNCH)
    return Balance(where, "C01", served=20, cooked=20 + difference)


FAR_HOME = Point(28.3, 112.98)
LATE: dict[str, Any] = {"received_at": noon(DAY + timedelta(days=3))}
CASES: tuple[tuple[str, Facts, Facts], ...] = (
    ("flat_counts", facts(lunches(EVEN)), facts(lunches(LIVELY))),
    ("no_rest_day_dip", five_sites("P03", {"P03": [24] * 31}), five_sites("P03", {})),
    (
        "beyond_peers",
        facts(
            [m for n in range(12) for site in ("C01", "C02") for m in of_one(10 + n % 5, n + 1, site)]
            + [m for k in range(5) for n in range(12) for m in of_one(8 + n % 4, 100 * k + n, f"P1{k}")]
            + [m for n in range(12) for m in of_one(28, 900 + n, "P19")],
            sites={
                **SITES,
                **{
                    c: SiteRow(c, SiteKind.SERVICE_POINT, HERE, PLACE)
                    for c in ("P10", "P11", "P12", "P13", "P14", "P19")
                },
            },
        ),
        facts(
            [
                m
                for k in range(6)
                for n in range(12)
                for m in of_one(8 + n % 4 + k % 3, 100 * k + n, f"P1{k}")
            ],
            sites={f"P1{k}": SiteRow(f"P1{k}", SiteKind.SERVICE_POINT, HERE, PLACE) for k in range(6)},
        ),
    ),
    (
        "all_the_same",
        facts([m for n in range(1, 13) for m in of_one(22, n)]),
        facts([m for n in range(1, 13) for m in of_one(10 + n, n)]),
    ),
    (
        "beyond_seats",
        facts(lunches([0, 0, 190, 0, 200])),
        facts(lunches([0, 0, 170, 0, 60]) + lunches([0, 0, 190], channel=Channel.TAKE_AWAY, first=900)),
    ),
    (
        "after_death",
        facts(
            [meal(1)],
            people=people(
                PersonRow("R-1", "王秀英", statuses=(StatusChange(Status.DECEASED, date(2026, 10, 5)),))
            ),
        ),
        facts(
            [meal(1)],
            people=people(PersonRow("R-1", "王秀英", statuses=(StatusChange(Status.DECEASED, DAY),))),
        ),
    ),
    (
        "while_away",
        facts(
            [meal(1)], people=people(PersonRow("R-1", "王秀英", absences=away(AbsenceReason.HOSPITAL, 5, 12)))
        ),
        facts(
            [meal(1), meal(2, 2)],
            people=people(
                PersonRow("R-1", "王秀英", absences=away(AbsenceReason.HOSPITAL, 5, 8)),
                PersonRow("R-2", "李桂兰", absences=away(AbsenceReason.OTHER, 5, None)),
            ),
        ),
    ),
    (
        "shared_phone",
        facts(
            [meal(n, n) for n in range(1, 5)],
            people=people(*(PersonRow(f"R-{n}", "某", phone_mark="ab") for n in range(1, 5))),
        ),
        facts(
            [meal(n, n) for n in range(1, 5)],
            people=people(
                *(PersonRow(f"R-{n}", "某", phone_mark="ab" if n < 4 else "cd") for n in range(1, 5))
            ),
        ),
    ),
    (
        "more_than_registered",
        facts([meal(n, n) for n in range(1, 13)], doors=(DoorsRow(PLACE, 11), DoorsRow(FAR_HOME, 500))),
        facts([meal(n, n) for n in range(1, 13)], doors=(DoorsRow(PLACE, 12),)),
    ),
    (
        "from_afar",
        facts(
            [meal(n, n) for n in range(1, 13)],
            people=people(*(PersonRow(f"R-{n}", "某", FAR_HOME if n < 5 else PLACE) for n in range(1, 13))),
        ),
        facts(
            [meal(n, n) for n in range(1, 13)],
            people=people(*(PersonRow(f"R-{n}", "某", FAR_HOME if n < 3 else PLACE) for n in range(1, 13))),
        ),
    ),
    (
        "staff_eating",
        facts(
            of_one(3, 1, "C01"),
            people=people(PersonRow("R-1", "周小兰")),
            users=(UserRow("U-1", "周小兰", HERE),),
        ),
        facts(
            of_one(3, 1, "C01"),
            people=people(PersonRow("R-1", "王秀英")),
            users=(UserRow("U-1", "周小兰", HERE),),
        ),
    ),
    (
        "bursts",
        facts([meal(n, n, served_at=noon(minutes=n * 7 / 60)) for n in range(12)]),
        facts(
            [meal(n, n, served_at=noon(minutes=n * 9 / 60)) for n in range(12)]
            + [meal(99 + n, n, served_at=noon(minutes=n * 7 / 60), sheet_no="Z-1") for n in range(12)]
        ),
    ),
    (
        "outside_hours",
        facts([meal(n, n, served_at=noon(minutes=600 + n)) for n in range(10)]),
        facts(
            [meal(n, n, served_at=noon(minutes=600 + n)) for n in range(9)]
            + [meal(50 + n, n) for n in range(9)]
        ),
    ),
    (
        "late_in_bulk",
        facts([meal(n, n, **LATE) for n in range(15)]),
        facts(
            [meal(n, n, **LATE) for n in range(14)]
            + [meal(50 + n, n, tablet="T-1", **LATE) for n in range(20)]
        ),
    ),
    (
        "by_hand",
        facts([meal(n, n, found_by=FoundBy.TYPED if n % 3 else FoundBy.SCAN) for n in range(30)]),
        facts([meal(n, n, found_by=FoundBy.SCAN if n % 3 else FoundBy.TYPED) for n in range(30)]),
    ),
    (
        "undone_before_close",
        facts([meal(n, n, undone_at=noon(date(2026, 10, 30))) for n in range(8)]),
        facts(
            [meal(n, n, undone_at=noon(date(2026, 10, 30))) for n in range(8)]
            + [meal(50 + n, n, undone_at=noon()) for n in range(40)]
        ),
    ),
    (
        "two_far_sites",
        facts([meal(1), meal(2, site_code="C02")]),
        facts([meal(1), meal(2, site_code="P01"), meal(3, site_code="C02", sitting=Sitting.DINNER)]),
    ),
    (
        "kitchen_and_point",
        facts([m for n in range(5) for m in (meal(2 * n, n), meal(2 * n + 1, n, site_code="P01"))]),
        facts([m for n in range(5) for m in (meal(2 * n, n), meal(2 * n + 1, n, site_code="C02"))]),
    ),
    (
        "rider_at_two_places",
        facts(handovers=(handover(1, 0), handover(2, 1, north=0.02))),
        facts(handovers=(handover(1, 0), handover(2, 9, north=0.02), handover(3, 10, rider="Q-2"))),
    ),
    (
        "impossible_trip",
        facts(handovers=(handover(1, 0), handover(1, 1, north=0.01))),
        facts(handovers=(handover(1, 0), handover(1, 4, north=0.01), handover(1, 4.1, north=0.011))),
    ),
    (
        "without_proof",
        facts(
            [meal(n, n, channel=Channel.DELIVERED) for n in range(6)],
            planned=frozenset({("C01", DAY, Sitting.LUNCH)}),
        ),
        facts(
            [meal(n, n, channel=Channel.DELIVERED) for n in range(6)],
            planned=frozenset({("C01", DAY, Sitting.LUNCH)}),
            proven=frozenset((f"R-{n}", DAY, Sitting.LUNCH) for n in range(2, 6)),
        ),
    ),
    (
        "beyond_portions",
        facts(balances=(balance(-6), balance(-4, 9))),
        facts(balances=(balance(-6), balance(-3, 9), balance(12, 10))),
    ),
    (
        "purchases_per_cover",
        facts(lunches([40, 40, 40]), purchases=(PurchaseRow("C01", Food.MEAT, 240_000),)),
        facts(lunches([40, 40, 40]), purchases=(PurchaseRow("C01", Food.MEAT, 12_000),)),
    ),
    (
        "conflicting_roles",
        facts(users=(UserRow("U-1", "某", HERE, ("auditor", "finance")),)),
        facts(users=(UserRow("U-1", "某", HERE),)),
    ),
    (
        "own_work_reviewed",
        facts([meal(1)], steps=(StepRow("C01", "202610-C01-01", "U-1"),)),
        facts(
            [meal(1)], steps=(StepRow("C02", "202610-C02-01", "U-1"), StepRow("C01", "202610-C01-01", "U-2"))
        ),
    ),
    (
        "calls_contradict",
        facts(calls=(CallRow(1, "C01", "R-1", 20, CallOutcome.DENIED),)),
        facts(
            calls=(
                CallRow(1, "C01", "R-1", 20, CallOutcome.CONFIRMED),
                CallRow(2, "C01", "R-2", 20, CallOutcome.UNREACHED),
            )
        ),
    ),
)


def test_every_check_stands_in_the_table() -> None:
    assert [name for name, _, _ in CASES] == [check.name for check in CHECKS]


@pytest.mark.parametrize(("name", "planted", "honest"), CASES, ids=[name for name, _, _ in CASES])
def test_a_check_finds_what_was_planted_and_is_silent_on_the_honest_neighbour(
    name: str, planted: Facts, honest: Facts
) -> None:
    found = looked(name, planted)
    assert len(found.findings) == 1, found
    assert found.findings[0].evidence
    assert looked(name, honest).findings == ()


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_what_was_found_is_said_with_every_gap_filled(check: object) -> None:
    name, planted, _ = next(case for case in CASES if case[0] == check.name)  # type: ignore[attr-defined]
    (finding,) = looked(name, planted).findings
    said = str(check_named(name).said(finding.figures))
    assert "{" not in said
    assert "<" not in said


@pytest.mark.parametrize(("name", "planted", "_honest"), CASES, ids=[name for name, _, _ in CASES])
@settings(max_examples=10)
@given(seed=st.integers(0, 1000))
def test_the_order_in_which_facts_arrive_makes_no_difference(
    name: str, planted: Facts, _honest: Facts, seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - an order, and no secret
    shuffled = {
        each: chance.sample(list(getattr(planted, each)), len(getattr(planted, each)))
        for each in ("meals", "handovers", "balances", "purchases", "users", "steps", "calls", "doors")
    }
    mixed = facts(
        sites=dict(reversed(list(planted.sites.items()))),
        people=dict(reversed(list(planted.people.items()))),
        planned=planted.planned,
        proven=planted.proven,
        **shuffled,
    )

    def told(answer: Answer) -> list[tuple[object, ...]]:
        return sorted((each.subject, str(each.figures), str(each.plain_evidence)) for each in answer.findings)

    assert told(looked(name, mixed)) == told(looked(name, planted))


@pytest.mark.parametrize(
    ("name", "these", "missing", "sites"),
    [
        ("beyond_seats", facts([meal(1, site_code="P01")]), Missing.SEATS, ("P01",)),
        ("purchases_per_cover", facts([meal(1, site_code="P01")]), Missing.PURCHASES, ("C01",)),
        ("by_hand", facts([meal(1)]), Missing.WAY_OF_FINDING, ("C01",)),
        ("without_proof", facts([meal(1, channel=Channel.DELIVERED)]), Missing.PLAN, ("C01",)),
        ("flat_counts", facts([meal(1)]), Missing.TOO_FEW, ("C01",)),
        ("rider_at_two_places", facts([meal(1)]), Missing.HANDOVERS, ()),
        ("impossible_trip", facts([meal(1)]), Missing.HANDOVERS, ()),
        ("calls_contradict", facts([meal(1)]), Missing.CALLS, ()),
        ("no_rest_day_dip", facts([meal(1)]), Missing.REST_DAYS, ()),
        (
            "beyond_portions",
            facts(balances=(Balance(SiteSitting("C01", DAY, Sitting.LUNCH), "C01", served=3),)),
            Missing.COUNTS,
            ("C01",),
        ),
        (
            "more_than_registered",
            facts([meal(1)], sites={"C01": SITES["C01"]._replace(place=None)}),
            Missing.PLACE,
            ("C01",),
        ),
    ],
)
def test_what_cannot_be_checked_is_said(
    name: str, these: Facts, missing: Missing, sites: tuple[str, ...]
) -> None:
    assert (missing, sites) in [(gap.missing, gap.sites) for gap in looked(name, these).gaps]


def test_a_reversed_meal_claims_nothing() -> None:
    undone: dict[str, Any] = {"undone_at": noon(minutes=90)}
    assert not subjects("two_far_sites", facts([meal(1, **undone), meal(2, site_code="C02")]))


def test_a_parameter_moves_where_a_check_begins() -> None:
    far = facts([meal(1), meal(2, site_code="C02")])
    assert subjects("two_far_sites", far, metres=4000) == {"R-1"}
    assert not subjects("two_far_sites", far, metres=5000)


def severities(name: str, these: Facts, **limits: int) -> list[Severity | None]:
    return [finding.severity for finding in looked(name, these, **limits).findings]


def test_two_far_sites_once_with_time_for_the_way_is_no_question() -> None:
    """4.4 km within 8 minutes is faster than 30 km/h, within 10 it is not."""
    quick = facts([meal(1), meal(2, site_code="C02", served_at=noon(minutes=9))])
    slow = facts([meal(1), meal(2, site_code="C02", served_at=noon(minutes=11))])
    assert severities("two_far_sites", quick) == [Severity.LOW]
    assert severities("two_far_sites", slow) == []
    assert severities("two_far_sites", slow, kmh=20) == [Severity.LOW]


def test_two_far_sites_again_and_again_are_urgent_however_long_was_between() -> None:
    other_day = DAY + timedelta(days=1)
    again = [
        meal(1),
        meal(2, site_code="C02", served_at=noon(minutes=60)),
        meal(3, on=other_day),
        meal(4, on=other_day, site_code="C02", served_at=noon(other_day, minutes=60)),
    ]
    (finding,) = looked("two_far_sites", facts(again)).findings
    assert (finding.severity, finding.figures["meals"], len(finding.evidence)) == (None, 4, 4)
    assert severities("two_far_sites", facts(again), sittings=3) == []


@pytest.mark.parametrize(
    ("days_after", "expected"), [((2,), Severity.LOW), ((2, 7), Severity.LOW), ((2, 8), None), ((20,), None)]
)
def test_meals_of_the_first_days_alone_are_less_urgent(
    days_after: tuple[int, ...], expected: Severity | None
) -> None:
    left = OCTOBER.first_on
    gone = PersonRow("R-1", "王秀英", statuses=(StatusChange(Status.INSTITUTION, left),))
    eaten = [meal(n, on=left + timedelta(days=days)) for n, days in enumerate(days_after)]
    these = facts(eaten, people=people(gone))
    assert severities("while_away", these) == [expected]
    dead = PersonRow("R-1", "王秀英", statuses=(StatusChange(Status.DECEASED, left),))
    after_death = severities("after_death", facts(eaten, people=people(dead)))
    assert after_death == [None if expected is None else Severity.MEDIUM]


def test_who_ate_while_away_is_shown_what_the_register_holds() -> None:
    these = facts(
        [meal(1)], people=people(PersonRow("R-1", "王秀英", absences=away(AbsenceReason.HOSPITAL, 5, 12)))
    )
    (finding,) = looked("while_away", these).findings
    stay, eaten = finding.plain_evidence
    assert (stay["kind"], stay["ref"], stay["on"]) == ("stay", "R-1|hospital|2026-10-12", "2026-10-05")
    assert eaten["kind"] == "meal"


def test_doors_told_all_at_once_are_found_where_houses_lie_near_each_other() -> None:
    """Four houses 67 m apart, ten seconds each: no speed tells it, since 200 m are never between two."""
    near = [handover(1, n / 6, north=0.0006 * n) for n in range(4)]
    assert subjects("impossible_trip", facts(handovers=tuple(near))) == {"Q-1"}
    assert not subjects("impossible_trip", facts(handovers=tuple(near[:3])))
    one_house = tuple(handover(1, n / 6, north=0.0001 * n) for n in range(4))
    assert not subjects("impossible_trip", facts(handovers=one_house))
    in_time = tuple(handover(1, n / 2, north=0.0006 * n) for n in range(4))
    assert not subjects("impossible_trip", facts(handovers=in_time))


def test_no_finding_tells_a_telephone_number() -> None:
    these = facts(
        [meal(n, n) for n in range(1, 5)],
        people=people(*(PersonRow(f"R-{n}", "某", phone_mark="ab12") for n in range(1, 5))),
    )
    (finding,) = looked("shared_phone", these).findings
    assert finding.subject == "phone:ab12"


def test_defaults_lie_within_their_bounds_and_every_name_is_once() -> None:
    for check in CHECKS:
        for parameter in check.parameters:
            assert parameter.least <= parameter.default <= parameter.most
        assert len(check.defaults) == len(check.parameters)
    assert len({check.name for check in CHECKS}) == len(CHECKS)


@given(
    numbers=st.lists(st.integers(1, 500), min_size=1, max_size=60, unique=True),
    seed=st.integers(0, 2**31),
    per_site=st.integers(1, 20),
)
def test_a_sample_is_the_same_in_whatever_order_and_beside_whatever_sites(
    numbers: list[int], seed: int, per_site: int
) -> None:
    people_here = [f"R-{number}" for number in numbers]
    sample = drawn({"C01": people_here}, seed=seed, per_site=per_site)
    again = drawn({"P09": ["R-0"], "C01": people_here[::-1]}, seed=seed, per_site=per_site)
    assert sample["C01"] == again["C01"]
    assert len(set(sample["C01"])) == min(per_site, len(people_here))
    assert set(sample["C01"]) <= set(people_here)


def test_meals_of_the_table_are_of_the_month() -> None:
    assert all(OCTOBER.contains(each.served_on) for _, planted, _ in CASES for each in planted.meals)
