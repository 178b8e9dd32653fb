"""The tablet decides as the server does: cases worked out by hand, and random ones, told to both."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.canteens.rules import Sitting
from app.meals.rules import Channel, MealFact
from app.residents.rules.facts import Category, ResidentFacts
from app.subsidy.rules import (
    Caps,
    FenCaps,
    Occasion,
    Policy,
    PolicyBook,
    Reason,
    Usage,
    WorkCalendar,
    split_price,
)
from app.subsidy.rules.document import policy_document
from tests.factories import facts, strategies
from tests.support.javascript import Script, ScriptError
from tests.unit.till import verdicts
from tests.unit.till.case import Case, Served
from tests.unit.till.cases import CASES
from tests.unit.till.conftest import RULES

by_name = pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])


def expected(case: Case) -> verdicts.Verdict:
    said = case.expected
    return {
        "reason": said.reason.value,
        "government_fen": said.government_fen,
        "operator_fen": said.operator_fen,
        "charity_fen": said.charity_fen,
        "resident_fen": said.resident_fen,
        "layers": [
            {"payer": payer, "fund": fund, "amount_fen": amount_fen}
            for payer, fund, amount_fen in said.layers
        ],
        "policy_reference": said.reference,
    }


def meals(case: Case) -> list[MealFact]:
    """Give the earlier meals and then the one that is asked about, in the order in which they were served."""
    served = [*case.earlier, Served(case.on, case.sitting, case.price_fen)]
    start = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        MealFact(
            UUID(int=number),
            "R-000001",
            case.site.site_code,
            meal.on,
            meal.sitting,
            Channel.DINE_IN,
            meal.price_fen,
            start + timedelta(minutes=number),
        )
        for number, meal in enumerate(served)
    ]


def surroundings(case: Case) -> dict[str, Any]:
    return {
        "reversed_ids": {UUID(int=number) for number, meal in enumerate(case.earlier) if meal.is_reversed},
        "sites": {case.site.site_code: case.site},
        "policies": PolicyBook(case.policies),
        "calendar": WorkCalendar(case.exceptions),
    }


def test_the_cases_give_every_reason_but_that_of_a_meal_taken_back() -> None:
    assert {case.expected.reason for case in CASES} == set(Reason) - {Reason.REVERSED}
    assert len({case.name for case in CASES}) == len(CASES)


@by_name
def test_the_server_decides_as_worked_out(case: Case) -> None:
    assert verdicts.of_server(meals(case), case.resident, **surroundings(case))[-1] == expected(case)


@by_name
def test_the_tablet_decides_as_worked_out(case: Case, tablet_rules: Script) -> None:
    said = verdicts.of_tablet(tablet_rules, meals(case), case.resident, **surroundings(case))
    assert said[-1] == expected(case)


@given(st.data(), strategies.books, st.none() | strategies.residents, strategies.meal_lists())
def test_meals_decided_one_after_another_are_decided_as_the_server_decides_them_together(
    tablet_rules: Script,
    data: st.DataObject,
    policies: PolicyBook,
    resident: ResidentFacts | None,
    served: list[MealFact],
) -> None:
    ids = [meal.meal_id for meal in served]
    around: dict[str, Any] = {
        "reversed_ids": data.draw(st.sets(st.sampled_from(ids), max_size=3)) if ids else set(),
        "sites": strategies.SITES,
        "policies": policies,
        "calendar": strategies.CALENDAR,
    }
    said = verdicts.of_tablet(tablet_rules, served, resident, **around)
    assert said == verdicts.of_server(served, resident, **around)


usages = st.builds(
    Usage,
    *[st.sampled_from((0, 0, 0, 1, 2, 3)) for _ in range(4)],
    *[st.sampled_from((0, 0, 0, 1, 399, 400, 1000)) for _ in range(3)],
)
occasions = st.builds(
    Occasion,
    price_fen=strategies.prices_fen | st.integers(0, 200_00),
    sitting=st.sampled_from(Sitting),
    on=strategies.days,
    site=st.sampled_from(tuple(strategies.SITES.values())),
    resident=strategies.residents,
)


@given(st.lists(st.tuples(occasions, st.none() | strategies.policies, usages), min_size=10, max_size=10))
@settings(max_examples=60)
def test_any_price_is_split_as_the_server_splits_it(
    tablet_rules: Script, asked: list[tuple[Occasion, Policy | None, Usage]]
) -> None:
    calendar = strategies.CALENDAR
    said = tablet_rules.call_each(
        "splitPrice",
        [
            (
                occasion_entry(occasion),
                {
                    "policy": policy and policy_document(policy),
                    "used": used._asdict(),
                    "calendar": verdicts.calendar_entry(calendar),
                },
            )
            for occasion, policy, used in asked
        ],
    )
    assert said == [
        verdicts.told_split(split_price(occasion, policy=policy, used=used, calendar=calendar))
        for occasion, policy, used in asked
    ]


def occasion_entry(occasion: Occasion) -> dict[str, Any]:
    return {
        "priceFen": occasion.price_fen,
        "sitting": occasion.sitting.value,
        "on": occasion.on.isoformat(),
        "site": verdicts.site_entry(occasion.site),
        "resident": occasion.resident and verdicts.resident_entry(occasion.resident),
    }


@pytest.mark.parametrize("price", [-1, 1.5, None, "1500"])
def test_what_is_no_price_is_not_split(tablet_rules: Script, price: object) -> None:
    occasion = occasion_entry(Occasion(0, Sitting.LUNCH, facts.MONDAY, facts.site(), None))
    with pytest.raises(ScriptError, match="RangeError: a price is whole fen"):
        tablet_rules.call("splitPrice", occasion | {"priceFen": price}, {"policy": None})


def test_entries_that_say_nothing_may_be_missing(tablet_rules: Script) -> None:
    policy = policy_document(facts.policy())
    policy["layers"][0]["rates"] = [
        {"amount_fen": 300},
        {"amount_fen": 400, "when": {"category": "disabled"}},
    ]
    policy["caps"] = {"meals": {}, "fen": {}}
    resident = facts.resident(categories=facts.holding(Category.DISABLED, "3"))
    occasion = occasion_entry(Occasion(1500, Sitting.LUNCH, facts.MONDAY, facts.site(), resident))
    del occasion["site"]["closed_on"]
    said = tablet_rules.call(
        "splitPrice", occasion, {"policy": policy, "used": Usage()._asdict(), "calendar": {}}
    )
    assert (said["reason"], said["government_fen"], said["resident_fen"]) == ("ok", 400, 1100)


@given(strategies.books, st.sampled_from(strategies.AREAS), strategies.days)
@settings(max_examples=50)
def test_the_policy_that_decides_is_the_servers(
    tablet_rules: Script, policies: PolicyBook, area_code: str, on: date
) -> None:
    deciding = policies.deciding(area_code, on)
    documents = [policy_document(policy) for policy in policies]
    for offered in (documents, documents[::-1]):
        said = tablet_rules.call("policyFor", offered, area_code, on.isoformat())
        assert said == (deciding and policy_document(deciding))


TIMED = """
import { decide } from "%s";

export function timed(meal, ground, times) {
  const before = process.cpuUsage();
  let government = 0;
  for (let time = 0; time < times; time += 1) government += decide(meal, ground).government_fen;
  const { user, system } = process.cpuUsage(before);
  return { government_fen: government, seconds: (user + system) / 1e6 };
}
"""


def test_ten_thousand_decisions_take_well_below_a_second(tmp_path: Path) -> None:
    script = tmp_path / "timed.mjs"
    script.write_text(TIMED % RULES.as_uri(), encoding="utf-8")
    given = facts.policy(caps=Caps(fen=FenCaps(day=500, week=100_000, month=100_000)))
    ground = {
        "site": verdicts.site_entry(facts.site()),
        "policies": [policy_document(given)],
        "calendar": {},
        "used": [["2026-03-02", "lunch", 300], *[["2026-03-01", "lunch", 300]] * 60],
    }
    meal = {
        "priceFen": 1500,
        "sitting": "dinner",
        "on": "2026-03-02",
        "resident": verdicts.resident_entry(facts.resident()),
    }
    with Script(script) as timing:
        said = timing.call("timed", meal, ground, 10_000)
    assert said["government_fen"] == 10_000 * 200
    assert said["seconds"] < 1
