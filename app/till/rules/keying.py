"""Home of what is keyed back from a sheet of paper: its rows, how two keyings differ, what they come to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum

from app.meals.rules import Channel, LedgerEntry
from app.till.rules.paper import Sheet


@dataclass(frozen=True, slots=True)
class TypedRow:
    """One row as somebody typed it; nothing typed is None or empty.

    `who` is a number, a card, or words to search by; `chosen` one of those whom the words may mean.
    """

    who: str = ""
    chosen: str = ""
    is_unregistered: bool = False
    channel: Channel = Channel.DINE_IN
    count: int | None = None
    companions: int | None = None
    price_fen: int | None = None
    note: str = ""

    @property
    def named(self) -> str:
        """Give who is meant, as far as that was typed or chosen."""
        return "" if self.is_unregistered else self.chosen or self.who

    def is_blank(self, regular: str = "") -> bool:
        """Tell whether nothing was served: nothing typed, or a regular named beforehand who did not come.

        >>> TypedRow().is_blank(), TypedRow(who="R-1").is_blank("R-1"), TypedRow(who="R-1").is_blank()
        (True, True, False)
        """
        came = self.count or self.companions or self.note or self.is_unregistered
        if regular and self.named == regular:
            return not came
        return not (came or self.who or self.chosen or self.price_fen)

    def meals(self, regular: str = "") -> int:
        """Give how many meals of the person are meant: one unless typed otherwise, no regular's."""
        if self.count is not None:
            return self.count
        return 0 if regular and self.named == regular else 1


@dataclass(frozen=True, slots=True)
class KeyedRow:
    """One row as it will stand in the ledger: `count` meals of a person, and `companions` at full price.

    `resident_no` is empty for who is not registered; the `note` on them stays with the sheet, so two
    keyings agree whatever it says.
    """

    row: int
    resident_no: str
    channel: Channel
    count: int
    companions: int
    price_fen: int
    note: str = field(default="", compare=False)

    @property
    def meals(self) -> int:
        """Give how many meals the row comes to."""
        return self.count + self.companions


@dataclass(frozen=True, slots=True)
class Totals:
    """What some rows come to, to be compared with what stands at the foot of the paper."""

    rows: int
    meals: int
    price_fen: int


def totals(rows: Iterable[KeyedRow]) -> Totals:
    """Add rows up."""
    kept = list(rows)
    return Totals(len(kept), sum(row.meals for row in kept), sum(row.meals * row.price_fen for row in kept))


def rows_to_json(rows: Iterable[KeyedRow]) -> str:
    """Write a keying down."""
    return json.dumps([asdict(row) for row in rows], ensure_ascii=False)


def rows_from_json(content: str) -> list[KeyedRow]:
    """Read a keying.

    >>> row = KeyedRow(3, "R-000001", Channel.DINE_IN, 1, 0, 15_00, "拄拐")
    >>> rows_from_json(rows_to_json([row])) == [row]
    True
    """
    return [KeyedRow(**{**row, "channel": Channel(row["channel"])}) for row in json.loads(content)]


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that was keyed in two ways; None where nothing was keyed."""

    row: int
    first: KeyedRow | None
    second: KeyedRow | None


def differences(first: Iterable[KeyedRow], second: Iterable[KeyedRow]) -> list[Difference]:
    """Give the rows that two keyings do not agree on, in the paper's order."""
    once, again = {row.row: row for row in first}, {row.row: row for row in second}
    return [
        Difference(number, once.get(number), again.get(number))
        for number in sorted(once.keys() | again.keys())
        if once.get(number) != again.get(number)
    ]


class Take(StrEnum):
    """How a difference is resolved."""

    FIRST = "first"
    SECOND = "second"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What holds for a row that was keyed in two ways; `typed` is what was typed again, None for nothing."""

    take: Take
    typed: KeyedRow | None = None

    def of(self, difference: Difference) -> KeyedRow | None:
        """Give the row that holds."""
        return {Take.FIRST: difference.first, Take.SECOND: difference.second, Take.AGAIN: self.typed}[
            self.take
        ]


def agreed(
    first: Iterable[KeyedRow], second: Iterable[KeyedRow], resolutions: Mapping[int, Resolution]
) -> list[KeyedRow]:
    """Give the rows that hold, in the paper's order.

    Raises: KeyError when a difference is not resolved.
    """
    kept = list(first)
    rows: dict[int, KeyedRow | None] = {row.row: row for row in kept}
    rows |= {each.row: resolutions[each.row].of(each) for each in differences(kept, second)}
    return [row for _, row in sorted(rows.items()) if row is not None]


def ledger_entries(sheet: Sheet, rows: Iterable[KeyedRow], *, recorded_by: str) -> list[LedgerEntry]:
    """Give the meals of a sheet as records for the ledger, in the paper's order."""
    return [entry for row in rows for entry in _entries_of(sheet, row, recorded_by)]


def _entries_of(sheet: Sheet, row: KeyedRow, recorded_by: str) -> Iterator[LedgerEntry]:
    """Give a row's meals: first the person's own, for which the caps decide, then the companions'."""
    for copy in range(row.meals):
        is_own = copy < row.count
        yield LedgerEntry(
            id=sheet.meal_id(row.row, copy),
            resident_no=row.resident_no if is_own else "",
            site_code=sheet.site_code,
            served_on=sheet.served_on,
            sitting=sheet.sitting,
            channel=row.channel,
            price_fen=row.price_fen,
            served_at=sheet.served_at(row.row, copy),
            recorded_by=recorded_by,
            companion_of=None if is_own else row.resident_no or None,
            sheet_no=sheet.sheet_no,
        )
