"""How long personal data is kept."""

from __future__ import annotations

from datetime import date

import pytest

from app.errors import Conflict
from app.privacy.rules import Extent, ensure_gone, extent_of, months_before
from app.residents.rules.facts import Status
from tests.factories.facts import become, resident

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 23), 24, date(2024, 11, 23)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2028, 3, 30), 1, date(2028, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 12, 31), 12, date(2025, 12, 31)),
    ],
)
def test_a_month_earlier_is_the_same_day_or_the_months_last(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


@pytest.mark.parametrize("status", Status)
def test_only_who_moved_or_died_may_be_erased(status: Status) -> None:
    facts = resident(statuses=become(status))
    if status in (Status.MOVED_AWAY, Status.DECEASED):
        ensure_gone(facts, TODAY)
    else:
        with pytest.raises(Conflict):
            ensure_gone(facts, TODAY)


def test_vouchers_keep_the_name() -> None:
    assert extent_of(has_meals=True) is Extent.CONTACTS
    assert extent_of(has_meals=False) is Extent.EVERYTHING
