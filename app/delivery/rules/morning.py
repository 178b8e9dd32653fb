"""Home of the morning's list: what a kitchen cooks and sends today, and what changed since the day before."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from app.text import Text, text

LOOKS_BACK_DAYS = 7
"""How far back the day is looked for that a list is compared with."""

CONFIRMED_AHEAD_DAYS = 1
"""How many days before its day a list may be confirmed: the evening before, for breakfast."""

ORDINARY = text("ordinary")
"""The diet of a box for which nobody asked for anything."""

_BETWEEN_DIETS = re.compile(r"[\s,，、;；/+]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One door on the list: what the kitchen packs for it, and the mark of how it is reached."""

    subscription: int
    resident: int
    meals: int
    diet: str
    door: str


def diet_named(written: str) -> str:
    """Give a diet in one writing, whatever the order and the signs between its parts.

    >>> diet_named("软食，低糖") == diet_named("低糖 软食") == "低糖、软食"
    True
    """
    return "、".join(sorted({part for part in _BETWEEN_DIETS.split(written) if part}))


def door_mark(*, address: str | None, floor: int | None, has_lift: bool, note: str) -> str:
    """Give the mark of a door: another address, floor or note has another one; it tells nothing of it.

    >>> door_mark(address="幸福路1号", floor=2, has_lift=False, note="") == door_mark(
    ...     address="幸福路1号", floor=3, has_lift=False, note="")
    False
    """
    written = json.dumps([address, floor, has_lift, note], ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def diets_counted(lines: Iterable[Line]) -> list[tuple[str, int]]:
    """Count the meals by diet: the ordinary ones ("") first, then the most frequent.

    >>> diets_counted([Line(1, 1, 2, "软食", ""), Line(2, 2, 1, "", ""), Line(3, 3, 1, "软食", "")])
    [('', 1), ('软食', 3)]
    """
    counted: Counter[str] = Counter()
    for line in lines:
        counted[line.diet] += line.meals
    return sorted(counted.items(), key=lambda each: (each[0] != "", -each[1], each[0]))


def is_early(on: date, *, today: date) -> bool:
    """Tell whether a day's list is not confirmed yet, since too much may still change.

    >>> [is_early(date(2026, 11, day), today=date(2026, 11, 23)) for day in (23, 24, 25)]
    [False, False, True]
    """
    return on > today + timedelta(days=CONFIRMED_AHEAD_DAYS)


class Move(StrEnum):
    """What happened to a door between two lists."""

    NEW = "new"
    BACK = "back"
    CHANGED = "changed"
    PAUSED = "paused"
    GONE = "gone"
    TODAY = "today"
    NOT_TODAY = "not_today"

    @property
    def label(self) -> Text:
        """Give the move for a screen."""
        return _MOVES[self]

    @property
    def is_by_weekday(self) -> bool:
        """Tell whether it is so every week, and nothing that anybody must be told."""
        return self in {Move.TODAY, Move.NOT_TODAY}


_MOVES = {
    Move.NEW: text("new"),
    Move.BACK: text("back"),
    Move.CHANGED: text("changed"),
    Move.PAUSED: text("paused"),
    Move.GONE: text("gone"),
    Move.TODAY: text("by weekday: today"),
    Move.NOT_TODAY: text("by weekday: not today"),
}


class Detail(StrEnum):
    """What is otherwise at a door that stays on the list."""

    DIET = "diet"
    MEALS = "meals"
    DOOR = "door"

    @property
    def label(self) -> Text:
        """Give the detail for a screen."""
        return {
            Detail.DIET: text("diet"),
            Detail.MEALS: text("number of meals"),
            Detail.DOOR: text("door or note"),
        }[self]


@dataclass(frozen=True, slots=True)
class Change:
    """One door's change between two lists, with its line of either."""

    move: Move
    before: Line | None
    after: Line | None

    @property
    def subscription(self) -> int:
        """Give the subscription that it is told by: today's, or else the one that went."""
        line = self.after or self.before
        return line.subscription if line else 0

    @property
    def details(self) -> tuple[Detail, ...]:
        """Give what is otherwise."""
        if self.before is None or self.after is None:
            return ()
        pairs = {
            Detail.DIET: (self.before.diet, self.after.diet),
            Detail.MEALS: (self.before.meals, self.after.meals),
            Detail.DOOR: (self.before.door, self.after.door),
        }
        return tuple(detail for detail, (old, new) in pairs.items() if old != new)


@dataclass(frozen=True, slots=True)
class Around:
    """What explains a door that is on one list alone.

    Residents who were paused on the earlier day, and who are today; subscriptions that ran on the earlier day
    already, and that still run today, each whatever the weekday.
    """

    paused_before: Collection[int] = ()
    paused_today: Collection[int] = ()
    ran_before: Collection[int] = ()
    runs_today: Collection[int] = ()


def changes(before: Sequence[Line], today: Sequence[Line], around: Around) -> tuple[Change, ...]:
    """Give what changed between two lists, a door at a time: by residents, since each has one line at most.

    >>> was = [Line(1, 10, 1, "软食", "a"), Line(2, 20, 1, "", "b"), Line(3, 30, 1, "", "c")]
    >>> now = [Line(1, 10, 1, "低盐", "a"), Line(4, 40, 1, "", "d")]
    >>> found = changes(was, now, Around(paused_today=[20]))
    >>> [(each.move.value, each.subscription) for each in found]
    [('new', 4), ('changed', 1), ('paused', 2), ('gone', 3)]
    """
    old = {line.resident: line for line in before}
    new = {line.resident: line for line in today}
    found = [
        Change(_move(old.get(resident), new.get(resident), around), old.get(resident), new.get(resident))
        for resident in sorted(old.keys() | new.keys())
    ]
    told = [each for each in found if each.move is not Move.CHANGED or each.details]
    order = list(Move)
    return tuple(sorted(told, key=lambda each: (order.index(each.move), each.subscription)))


def _move(before: Line | None, after: Line | None, around: Around) -> Move:
    if before is not None and after is not None:
        return Move.CHANGED
    if after is not None:
        if after.resident in around.paused_before:
            return Move.BACK
        return Move.TODAY if after.subscription in around.ran_before else Move.NEW
    if before is not None and before.resident in around.paused_today:
        return Move.PAUSED
    return Move.NOT_TODAY if before and before.subscription in around.runs_today else Move.GONE


def lines_written(lines: Iterable[Line]) -> str:
    """Write a list down as it was confirmed: no name, no address."""
    return json.dumps([list(astuple(line)) for line in lines], ensure_ascii=False, separators=(",", ":"))


def lines_read(written: str) -> tuple[Line, ...]:
    """Read back a list that was confirmed.

    >>> lines_read(lines_written([Line(1, 10, 2, "软食", "a")]))
    (Line(subscription=1, resident=10, meals=2, diet='软食', door='a'),)
    """
    rows: list[list[Any]] = json.loads(written)
    return tuple(Line(*row) for row in rows)


def mark_of_list(lines: Iterable[Line]) -> str:
    """Give the mark of a list as somebody was shown it."""
    return hashlib.sha256(lines_written(lines).encode()).hexdigest()[:16]


def by_move(found: Iterable[Change]) -> Mapping[Move, int]:
    """Count changes by what happened."""
    return Counter(each.move for each in found)
