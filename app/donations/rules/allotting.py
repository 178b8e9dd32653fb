"""Home of allotting: what a meal is given out of the charity funds, and what it gives back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Pledge:
    """What policy pledges one meal from charity, while a fund for the meal's place lasts."""

    meal_id: UUID
    area_code: str
    served_on: date
    pledged_fen: int


@dataclass(frozen=True, slots=True)
class Purse:
    """What a fund holds before some meals ask; it gives to meals in places whose code begins with `area`."""

    fund_id: int
    area: str
    balance_fen: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the allotments: a meal's pledge, and the signed fen that moved from a fund to the meal.

    A meal that asked and was given nothing has an entry without a fund: it has asked.
    """

    meal_id: UUID
    fund_id: int | None
    served_on: date
    pledged_fen: int
    given_fen: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a meal asked for last, and what it holds of which fund, in the order in which it was given."""

    asked_fen: int = 0
    shares: tuple[tuple[int, int], ...] = ()

    @property
    def fen(self) -> int:
        """Give what the meal holds of all funds together."""
        return sum(fen for _, fen in self.shares)

    def after(self, entry: Entry) -> Held:
        """Give what the meal holds once an entry was made.

        >>> gift = Entry(UUID(int=1), 7, date(2026, 10, 8), 50, 50)
        >>> Held().after(gift)
        Held(asked_fen=50, shares=((7, 50),))
        """
        shares = dict(self.shares)
        if entry.fund_id is not None:
            shares[entry.fund_id] = shares.get(entry.fund_id, 0) + entry.given_fen
        return Held(entry.pledged_fen, tuple((fund, fen) for fund, fen in shares.items() if fen))


def entries_for(pledges: Sequence[Pledge], held: Mapping[UUID, Held], purses: Iterable[Purse]) -> list[Entry]:
    """Give the entries by which each meal gets what it is pledged, as far as the funds last.

    Who is pledged less than it holds gives the difference back, before anybody asks. Who is pledged more
    than it asked for before asks for the difference alone, once, in the order given: what a fund did not hold
    then, no later donation makes up for. Of several funds the one for the narrowest area gives first, then
    the oldest.
    """
    balances = {purse.fund_id: purse.balance_fen for purse in purses}
    narrowest = sorted(purses, key=lambda purse: (-len(purse.area), purse.fund_id))
    made: list[Entry] = []
    for pledge in pledges:
        made += _given_back(pledge, held.get(pledge.meal_id, Held()))
    for entry in made:
        balances[entry.fund_id or 0] -= entry.given_fen
    for pledge in pledges:
        open_to = [purse.fund_id for purse in narrowest if pledge.area_code.startswith(purse.area)]
        made += _asked(pledge, held.get(pledge.meal_id, Held()), open_to, balances)
    return made


def _given_back(pledge: Pledge, held: Held) -> Iterator[Entry]:
    """Give back what is beyond the pledge, what was given last before the rest."""
    beyond_fen = held.fen - pledge.pledged_fen
    for fund_id, fen in reversed(held.shares):
        back_fen = min(fen, beyond_fen)
        if back_fen > 0:
            beyond_fen -= back_fen
            yield Entry(pledge.meal_id, fund_id, pledge.served_on, pledge.pledged_fen, -back_fen)


def _asked(pledge: Pledge, held: Held, open_to: Iterable[int], balances: dict[int, int]) -> Iterator[Entry]:
    """Ask the funds, one after the other, for what is pledged beyond what was asked for before."""
    wanted_fen = pledge.pledged_fen - held.asked_fen
    if wanted_fen <= 0:
        return
    missing_fen = wanted_fen
    for fund_id in open_to:
        given_fen = min(balances[fund_id], missing_fen)
        if given_fen > 0:
            balances[fund_id] -= given_fen
            missing_fen -= given_fen
            yield Entry(pledge.meal_id, fund_id, pledge.served_on, pledge.pledged_fen, given_fen)
    if missing_fen == wanted_fen:
        yield Entry(pledge.meal_id, None, pledge.served_on, pledge.pledged_fen, 0)


def drawn(entries: Iterable[Entry]) -> dict[int, int]:
    """Give what entries take out of each fund, by fund; below nothing is given back."""
    sums: dict[int, int] = {}
    for entry in entries:
        if entry.fund_id is not None:
            sums[entry.fund_id] = sums.get(entry.fund_id, 0) + entry.given_fen
    return sums
