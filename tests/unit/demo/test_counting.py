"""What the demo's kitchens counted: it balances but for the differences that it tells of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from app.canteens.rules import Sitting
from app.demo.rules.chance import stream
from app.demo.rules.portions import Counting
from app.till.rules.balance import BalanceState, Explanation, Facts, Fault, SiteSitting, balances

DAYS = [date(2026, 10, 1) + timedelta(days=past) for past in range(31)]
KITCHENS = {"C01": "C01", "P01": "C01", "P02": "C01", "C02": "C02"}
SERVED = {
    SiteSitting(site_code, day, sitting): 3 + day.day % 5
    for day in DAYS
    for sitting in Sitting
    for site_code in KITCHENS
}


def test_a_month_balances_but_for_what_it_tells_of() -> None:
    counting = Counting(KITCHENS, stream(3))
    counts = list(counting.counts(SERVED))
    said = {
        each.where: Explanation(each.words, "U-1", datetime(2026, 11, 1, tzinfo=UTC), each.portions, 0)
        for each in counting.differences
        if each.words
    }
    found = balances(Facts(counts, SERVED, KITCHENS, dict.fromkeys(KITCHENS.values(), DAYS[0]), said))
    assert {each.where: each.difference for each in found if each.difference} == {
        each.where: each.portions for each in counting.differences
    }
    assert {each.where for each in found if each.state is BalanceState.EXPLAINED} == set(said)
    assert {each.state for each in found} == set(BalanceState) - {BalanceState.UNASKED}
    # A kitchen that forgot a sitting forgot its points' too.
    forgotten = [each for each in found if Fault.UNCOUNTED in each.faults]
    assert {each.where.served_on for each in forgotten if each.is_kitchen} == {
        each.where.served_on for each in forgotten
    }


def test_the_same_chance_counts_the_same() -> None:
    first, second = (list(Counting(KITCHENS, stream(3)).counts(SERVED)) for _ in range(2))
    assert first == second
    assert first != list(Counting(KITCHENS, stream(5)).counts(SERVED))
