"""What a waiver lets pass: what was missing then, and nothing that is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.canteens.rules import Sitting
from app.settlement.rules.gate import covers, gaps_from, key_of, written
from app.till.rules.completeness import Gap, GapKind, days_to_come

LUNCH = Gap(
    GapKind.UNSENT, "TX-01", tablet_no="T-1", count=3, served_on=date(2026, 10, 9), sitting=Sitting.LUNCH
)
SHEET = Gap(GapKind.HALF_KEYED, "TX-01", count=1, sheet_no="纸-20261009-1")


def test_a_gap_is_known_by_what_it_is_about() -> None:
    assert key_of(LUNCH) == ("unsent", "T-1", "2026-10-09", "lunch", "")
    assert key_of(SHEET) == ("half_keyed", "", "", "", "纸-20261009-1")


def test_what_was_waived_is_kept_as_it_is_written_in_the_database() -> None:
    kept = written([LUNCH, SHEET])
    assert kept == ('[["unsent","T-1","2026-10-09","lunch","",3],["half_keyed","","","","纸-20261009-1",1]]')
    assert gaps_from(kept) == {key_of(LUNCH): 3, key_of(SHEET): 1}


@pytest.mark.parametrize("count", [0, 2, 3])
def test_a_waiver_covers_as_much_as_was_missing_and_less(count: int) -> None:
    waived = gaps_from(written([LUNCH]))
    assert covers(waived, [replace(LUNCH, count=count)])
    assert covers(waived, [])


@pytest.mark.parametrize(
    "change",
    [
        {"count": 4},
        {"kind": GapKind.MISSING},
        {"tablet_no": "T-2"},
        {"served_on": date(2026, 10, 10)},
        {"served_on": None},
        {"sitting": Sitting.DINNER},
        {"sitting": None},
        {"sheet_no": "纸-20261009-1"},
    ],
)
@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_waiver_covers_nothing_else(change: dict[str, Any], count: int) -> None:
    other = replace(LUNCH, **{"count": count, **change})
    assert not covers(gaps_from(written([LUNCH])), [LUNCH, other])


@pytest.mark.parametrize(("today", "is_missing"), [(30, True), (31, True), (1, False)])
def test_days_are_missing_until_the_last_of_them_is_over(today: int, is_missing: bool) -> None:  # noqa: FBT001 - a case
    last, month = date(2026, 10, 31), 11 if today == 1 else 10
    gaps = days_to_come("TX-01", last=last, today=date(2026, month, today))
    assert gaps == ([Gap(GapKind.NOT_OVER, "TX-01", served_on=last)] if is_missing else [])
