"""How portions stand: counted by site and state, and row by row in the file that others read."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

from app.canteens.rules import Sitting
from app.settlement.rules.portions import standing, standings
from app.settlement.service.csv_files import PORTIONS, write_portions
from app.till.rules.balance import Balance, BalanceState, Explanation, SiteSitting

AT = datetime(2026, 10, 8, 6, tzinfo=UTC)


def here(site_code: str, day: int) -> SiteSitting:
    return SiteSitting(site_code, date(2026, 10, day), Sitting.LUNCH)


BALANCES = [
    Balance(here("C01", 8), "C01", served=20, cooked=20),
    Balance(here("C01", 9), "C01", served=18, cooked=18),
    Balance(here("C01", 12), "C01", served=7),
    Balance(here("P01", 8), "C01", served=9, received=10, sent_here={"C01": 12}, returned=1),
    Balance(
        here("P01", 9),
        "C01",
        served=9,
        received=10,
        sent_here={"C01": 10},
        explanation=Explanation("=打翻一份", "U-7", AT, difference=1, on_the_way=0),
    ),
]


def test_sittings_are_counted_by_site_and_by_how_they_stand() -> None:
    assert standings(BALANCES) == {
        "C01": {BalanceState.BALANCED: 2, BalanceState.UNCOUNTED: 1},
        "P01": {BalanceState.DIFFERS: 1, BalanceState.EXPLAINED: 1},
    }
    assert standing(BALANCES) == {
        BalanceState.BALANCED: 2,
        BalanceState.UNCOUNTED: 1,
        BalanceState.DIFFERS: 1,
        BalanceState.EXPLAINED: 1,
    }


def test_the_file_leaves_empty_what_nobody_counted() -> None:
    target = io.BytesIO()
    write_portions(target, BALANCES)
    head, *rows = (line.split(",") for line in target.getvalue().decode("utf-8-sig").splitlines())
    assert head == list(PORTIONS)
    assert [row[2:] for row in rows] == [
        ["C01", "C01", "20", "", "", "20", "0", "", "", "0", "0", "balanced", "", "", ""],
        ["C01", "C01", "18", "", "", "18", "0", "", "", "0", "0", "balanced", "", "", ""],
        ["C01", "C01", "", "", "", "7", "0", "", "", "", "", "uncounted", "", "", ""],
        ["P01", "C01", "", "12", "10", "9", "0", "1", "", "0", "-2", "differs", "", "", ""],
        [
            *("P01", "C01", "", "10", "10", "9", "0", "", "", "1", "0", "explained"),
            *("'=打翻一份", "U-7", "2026-10-08T06:00:00+00:00"),
        ],
    ]
    assert [row[:2] for row in rows[:2]] == [["2026-10-08", "lunch"], ["2026-10-09", "lunch"]]
