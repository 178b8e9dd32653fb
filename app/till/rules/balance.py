"""Home of the balance of a sitting: the portions that came in at a site, and what became of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from app.canteens.rules import Sitting
from app.text import Text, text

MOST_PORTIONS = 100_000
LONGEST_WORDS = 200


class CountKind(StrEnum):
    """What a site counts of a sitting's portions; meals served are not counted, the ledger has them."""

    COOKED = "cooked"
    SENT = "sent"
    RECEIVED = "received"
    RETURNED = "returned"
    SPOILED = "spoiled"

    @property
    def label(self) -> Text:
        """Give the kind's name for a screen."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    CountKind.COOKED: text("portions cooked"),
    CountKind.SENT: text("portions sent"),
    CountKind.RECEIVED: text("portions received"),
    CountKind.RETURNED: text("portions returned"),
    CountKind.SPOILED: text("portions left over or spoiled"),
}


class SiteSitting(NamedTuple):
    """One sitting of one day at one site."""

    site_code: str
    served_on: date
    sitting: Sitting


@dataclass(frozen=True, slots=True)
class Count:
    """How many portions a site counted of one kind; `to_code` is the site that they are for.

    That is another site for what was sent, and the site itself for all else.
    """

    where: SiteSitting
    kind: CountKind
    portions: int
    to_code: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a sitting does not balance, and the two figures that it was given for."""

    words: str
    by: str
    at: datetime
    difference: int
    on_the_way: int
    turn: int = 1


class Fault(StrEnum):
    """What keeps a sitting from balancing."""

    UNCOUNTED = "uncounted"
    UNACCOUNTED = "unaccounted"
    OVERSERVED = "overserved"
    LOST = "lost"
    FOUND = "found"

    def said(self, count: int) -> Text:
        """Say it of this many meals or portions.

        >>> str(Fault.LOST.said(2))
        '2 portions fewer were received than sent'
        """
        return replace(_FAULTS[self], values={"count": count})


_FAULTS = {
    Fault.UNCOUNTED: text("nobody counted what was cooked or sent for {count} meals"),
    Fault.UNACCOUNTED: text("{count} portions are not accounted for"),
    Fault.OVERSERVED: text("{count} meals more were recorded than there were portions"),
    Fault.LOST: text("{count} portions fewer were received than sent"),
    Fault.FOUND: text("{count} portions more were received than sent"),
}


class BalanceState(StrEnum):
    """How a site's sitting stands."""

    UNASKED = "unasked"
    UNCOUNTED = "uncounted"
    DIFFERS = "differs"
    EXPLAINED = "explained"
    BALANCED = "balanced"

    @property
    def label(self) -> Text:
        """Give the state's name for a screen."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    BalanceState.UNASKED: text("no counts asked for"),
    BalanceState.UNCOUNTED: text("not counted"),
    BalanceState.DIFFERS: text("differs"),
    BalanceState.EXPLAINED: text("explained"),
    BalanceState.BALANCED: text("balances"),
}


@dataclass(frozen=True, slots=True)
class Balance:
    """One site's sitting: what came in, and what became of it; None was not counted.

    `served` is the ledger's. `sent_here` is by the kitchen that sent, `sent_on` by the site that it went to;
    `unsent` are the meals of the points that this kitchen cooks for and of which nobody counted what was
    sent. `is_asked`: the district ordered counts, or somebody began to count this sitting.
    """

    where: SiteSitting
    kitchen_code: str
    served: int = 0
    cooked: int | None = None
    received: int | None = None
    returned: int | None = None
    spoiled: int | None = None
    sent_here: Mapping[str, int] = field(default_factory=dict)
    sent_on: Mapping[str, int] = field(default_factory=dict)
    unsent: Mapping[str, int] = field(default_factory=dict)
    is_asked: bool = True
    explanation: Explanation | None = None

    @property
    def is_kitchen(self) -> bool:
        """Tell whether the site cooks itself."""
        return self.kitchen_code == self.where.site_code

    @property
    def was_sent(self) -> int | None:
        """Give how many portions kitchens sent here; None when nobody counted."""
        return sum(self.sent_here.values()) if self.sent_here else None

    @property
    def came(self) -> int | None:
        """Give how many portions came in: cooked here, and received, or sent where nobody confirmed it."""
        arrived = self.was_sent if self.received is None else self.received
        return None if self.cooked is None and arrived is None else (self.cooked or 0) + (arrived or 0)

    @property
    def went(self) -> int:
        """Give how many portions are accounted for: served, sent on, returned, left over or spoiled."""
        return self.served + sum(self.sent_on.values()) + (self.returned or 0) + (self.spoiled or 0)

    @property
    def uncounted(self) -> int | None:
        """Give how many meals there are of which nobody counted the portions; None: all is counted."""
        if self.cooked is None and not self.sent_here:
            return self.served + sum(self.sent_on.values()) + sum(self.unsent.values())
        return sum(self.unsent.values()) if self.unsent else None

    @property
    def difference(self) -> int:
        """Give what came in less what is accounted for; nought while something is not counted."""
        return 0 if self.came is None or self.uncounted is not None else self.came - self.went

    @property
    def on_the_way(self) -> int:
        """Give what was received less what was sent; nought unless both were counted."""
        return 0 if self.received is None or self.was_sent is None else self.received - self.was_sent

    @property
    def faults(self) -> dict[Fault, int]:
        """Give what keeps the sitting from balancing, explained or not, each with its number."""
        if self.uncounted is not None:
            return {Fault.UNCOUNTED: self.uncounted}
        found = {
            Fault.UNACCOUNTED: self.difference,
            Fault.OVERSERVED: -self.difference,
            Fault.LOST: -self.on_the_way,
            Fault.FOUND: self.on_the_way,
        }
        return {fault: count for fault, count in found.items() if count > 0}

    @property
    def explained_by(self) -> Explanation | None:
        """Give the explanation, unless a figure has changed since it was given."""
        given = self.explanation
        figures = (self.difference, self.on_the_way)
        return given if given is not None and (given.difference, given.on_the_way) == figures else None

    @property
    def state(self) -> BalanceState:
        """Tell how it stands."""
        if not self.is_asked:
            return BalanceState.UNASKED
        if self.uncounted is not None:
            return BalanceState.UNCOUNTED
        if not self.faults:
            return BalanceState.BALANCED
        return BalanceState.DIFFERS if self.explained_by is None else BalanceState.EXPLAINED

    @property
    def open_faults(self) -> dict[Fault, int]:
        """Give what a statement waits for: nothing that is explained, and nothing that nobody asks for."""
        is_open = self.state in (BalanceState.UNCOUNTED, BalanceState.DIFFERS)
        return self.faults if is_open else {}

    @property
    def rank(self) -> tuple[date, int, str, bool, str]:
        """Give its place in a list: by day and sitting, each kitchen before whom it cooks for."""
        site_code, served_on, sitting = self.where
        return served_on, list(Sitting).index(sitting), self.kitchen_code, not self.is_kitchen, site_code


@dataclass(frozen=True, slots=True)
class Facts:
    """All that balances follow from.

    `served` counts the meals that stand; `kitchens` gives the site that cooks for each site (itself, where it
    cooks); `orders` the day from which each kitchen must count.
    """

    counts: Sequence[Count]
    served: Mapping[SiteSitting, int]
    kitchens: Mapping[str, str]
    orders: Mapping[str, date] = field(default_factory=dict)
    explanations: Mapping[SiteSitting, Explanation] = field(default_factory=dict)

    def kitchen_of(self, site_code: str) -> str:
        """Give the site that cooks for a site."""
        return self.kitchens.get(site_code, site_code)


def balances(facts: Facts) -> list[Balance]:
    """Give the balance of every site's sitting of which anything was counted, served or sent; in their order.

    A meal belongs to the one site that recorded it, whoever cooked.
    """
    own: defaultdict[SiteSitting, dict[CountKind, int]] = defaultdict(dict)
    sent_on: defaultdict[SiteSitting, dict[str, int]] = defaultdict(dict)
    sent_here: defaultdict[SiteSitting, dict[str, int]] = defaultdict(dict)
    for count in facts.counts:
        if count.kind is CountKind.SENT:
            sent_on[count.where][count.to_code] = count.portions
            sent_here[count.where._replace(site_code=count.to_code)][count.where.site_code] = count.portions
        else:
            own[count.where][count.kind] = count.portions
    served = {where: meals for where, meals in facts.served.items() if meals}
    unsent = _unsent(facts, served, fed={*sent_here, *_cooking(own)})
    begun = {where._replace(site_code=facts.kitchen_of(where.site_code)) for where in own.keys() | sent_on}
    found = [
        Balance(
            where,
            kitchen := facts.kitchen_of(where.site_code),
            served.get(where, 0),
            **{kind.value: portions for kind, portions in own.get(where, {}).items()},
            sent_here=sent_here.get(where, {}),
            sent_on=sent_on.get(where, {}),
            unsent=unsent.get(where, {}),
            is_asked=facts.orders.get(kitchen, date.max) <= where.served_on
            or where in sent_here
            or where._replace(site_code=kitchen) in begun,
            explanation=facts.explanations.get(where),
        )
        for where in {*own, *sent_on, *sent_here, *served, *unsent}
    ]
    return sorted(found, key=lambda balance: balance.rank)


def _cooking(own: Mapping[SiteSitting, Mapping[CountKind, int]]) -> Iterable[SiteSitting]:
    return (where for where, kinds in own.items() if CountKind.COOKED in kinds)


def _unsent(
    facts: Facts, served: Mapping[SiteSitting, int], *, fed: set[SiteSitting]
) -> dict[SiteSitting, dict[str, int]]:
    """Give each kitchen's points that served meals though nobody counted what they got."""
    found: defaultdict[SiteSitting, dict[str, int]] = defaultdict(dict)
    for where, meals in served.items():
        kitchen = facts.kitchen_of(where.site_code)
        if kitchen != where.site_code and where not in fed:
            found[where._replace(site_code=kitchen)][where.site_code] = meals
    return found
