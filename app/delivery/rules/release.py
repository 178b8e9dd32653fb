"""Home of what somebody must have seen before a plan is released, and of what a new plan changes for whom."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.text import Text


class ConcernKind(StrEnum):
    """What may be wrong with a plan on the day it is ridden."""

    BROKEN = "broken"
    LEFT_OUT = "left_out"
    NOT_PLANNED = "not_planned"
    NOT_DUE = "not_due"
    RIDER_GONE = "rider_gone"


@dataclass(frozen=True, slots=True)
class Concern:
    """One thing to look at before the release.

    `subject` is the subscription, or the rider for a rider who is gone; a broken promise is told by its
    `sentence` alone.
    """

    kind: ConcernKind
    subject: int = 0
    sentence: Text | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """A plan beside its day: subscriptions that it carries and leaves out, and those that are due by now.

    `riders` are those whom the plan sends, `present` those who ride on the day.
    """

    carried: Collection[int]
    left_out: Collection[int]
    due: Collection[int]
    riders: Collection[int]
    present: Collection[int]


def concerns(day: Day, broken: Sequence[Text] = ()) -> tuple[Concern, ...]:
    """Give everything about a plan that must be seen before its release, the gravest first.

    >>> day = Day(carried=[1, 2], left_out=[3], due=[1, 3, 4], riders=[7, 8], present=[8])
    >>> [(each.kind.value, each.subject) for each in concerns(day)]
    [('rider_gone', 7), ('left_out', 3), ('not_planned', 4), ('not_due', 2)]
    """
    carried, due = set(day.carried), set(day.due)
    left_out = set(day.left_out) & due
    subjects = {
        ConcernKind.RIDER_GONE: set(day.riders) - set(day.present),
        ConcernKind.LEFT_OUT: left_out,
        ConcernKind.NOT_PLANNED: due - carried - left_out,
        ConcernKind.NOT_DUE: carried - due,
    }
    return (
        *(Concern(ConcernKind.BROKEN, sentence=sentence) for sentence in broken),
        *(Concern(kind, subject) for kind, found in subjects.items() for subject in sorted(found)),
    )


def mark_of(seen: Sequence[Concern]) -> str:
    """Give the mark of what somebody was shown: other concerns have another mark.

    >>> mark_of([Concern(ConcernKind.LEFT_OUT, 3)]) == mark_of([Concern(ConcernKind.LEFT_OUT, 4)])
    False
    """
    members = [[each.kind.value, each.subject, str(each.sentence or "")] for each in seen]
    return hashlib.sha256(json.dumps(members, ensure_ascii=False).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Outing:
    """A run as its rider knows it: when it leaves, and each door with its minute; seconds after midnight."""

    depart: int
    doors: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class RiderChange:
    """What another plan changes for one rider."""

    rider: int
    before: tuple[Outing, ...]
    after: tuple[Outing, ...]

    @property
    def gained(self) -> tuple[int, ...]:
        """Give the subscriptions that the rider carries only now."""
        return _only_in(self.after, self.before)

    @property
    def lost(self) -> tuple[int, ...]:
        """Give the subscriptions that the rider carries no more."""
        return _only_in(self.before, self.after)

    @property
    def leaves_otherwise(self) -> bool:
        """Tell whether the rider leaves the kitchen at other times, or another number of times."""
        return [each.depart for each in self.before] != [each.depart for each in self.after]

    @property
    def is_reordered(self) -> bool:
        """Tell whether the same doors come at other minutes, or in another order."""
        return not self.gained and not self.lost


def changes(
    before: Mapping[int, Sequence[Outing]], after: Mapping[int, Sequence[Outing]]
) -> tuple[RiderChange, ...]:
    """Give what a new plan changes, for each rider for whom it changes anything, by the riders' ids.

    >>> was = {7: [Outing(100, ((1, 200), (2, 300)))], 8: [Outing(100, ((3, 200),))]}
    >>> now = {7: [Outing(100, ((1, 200),))], 8: [Outing(100, ((3, 200), (2, 260)))]}
    >>> [(each.rider, each.gained, each.lost) for each in changes(was, now)]
    [(7, (), (2,)), (8, (2,), ())]
    """
    found = (
        RiderChange(rider, tuple(before.get(rider, ())), tuple(after.get(rider, ())))
        for rider in sorted(before.keys() | after.keys())
    )
    return tuple(change for change in found if change.before != change.after)


def _only_in(outings: Sequence[Outing], others: Sequence[Outing]) -> tuple[int, ...]:
    elsewhere = {door for outing in others for door, _ in outing.doors}
    return tuple(door for outing in outings for door, _ in outing.doors if door not in elsewhere)
