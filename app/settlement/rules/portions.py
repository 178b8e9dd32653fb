"""Home of how the portions of a month stand: how many of a site's sittings balance, and how many do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from app.till.rules.balance import Balance, BalanceState

Standing = Counter[BalanceState]
"""How many sittings stand in each state."""


def asked(balances: Iterable[Balance]) -> list[Balance]:
    """Give the sittings that somebody asks counts of."""
    return [balance for balance in balances if balance.state is not BalanceState.UNASKED]


def standings(balances: Iterable[Balance]) -> dict[str, Standing]:
    """Give how each site's sittings stand, by its code."""
    found: dict[str, Standing] = {}
    for balance in balances:
        found.setdefault(balance.where.site_code, Counter())[balance.state] += 1
    return found


def standing(balances: Iterable[Balance]) -> Standing:
    """Give how sittings stand, all sites together."""
    return Counter(balance.state for balance in balances)
