"""Home of looking through a statement's canonical lines: put in order and counted unread, read when shown."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import overload

from app.canteens.rules import Sitting
from app.settlement.rules.canonical import line_from_canonical
from app.settlement.rules.lines import Line
from app.subsidy.rules import Reason

_Written = tuple[bytes, int, bytes, bytes, bytes, bytes]
"""A line's day, sitting's place, resident and meal, which order it, its reason, and all of it as written."""


class WrittenLines(Sequence[Line]):
    """Lines in the order of the printed list. A site's month has thousands, and a page shows fifty."""

    def __init__(self, lines: Sequence[_Written]) -> None:
        """Take the lines, in order."""
        self._lines = lines

    @classmethod
    def of(cls, written: bytes) -> WrittenLines:
        """Take canonical lines, whatever their order."""
        return cls(sorted(map(_glanced_at, written.splitlines())))

    @property
    def reasons(self) -> dict[Reason, int]:
        """Count them by reason, the most frequent first."""
        counted = Counter(reason for *_, reason, _ in self._lines)
        return {Reason(reason.decode()): count for reason, count in counted.most_common()}

    def because(self, reason: Reason) -> WrittenLines:
        """Give those that were decided so."""
        wanted = reason.value.encode()
        return WrittenLines([each for each in self._lines if each[-2] == wanted])

    def __len__(self) -> int:
        """Count the lines."""
        return len(self._lines)

    @overload
    def __getitem__(self, at: int) -> Line: ...

    @overload
    def __getitem__(self, at: slice) -> list[Line]: ...

    def __getitem__(self, at: int | slice) -> Line | list[Line]:
        """Read one line, or some."""
        if isinstance(at, slice):
            return [line_from_canonical(line) for *_, line in self._lines[at]]
        return line_from_canonical(self._lines[at][-1])


_SITTINGS = {sitting.value.encode(): place for place, sitting in enumerate(Sitting)}


def _glanced_at(line: bytes) -> _Written:
    """Read of a line what gives its place in a printed list, as `Line.place` does, and its reason.

    Its words stand between quotation marks, the first seven of them: meal, site, resident, day, sitting,
    channel and, behind the amounts, the reason. A word that holds a mark itself is written with a backslash.
    """
    if b"\\" in line:
        fields = [str(each).encode() for each in json.loads(line)]
        meal_id, resident_no, served_on, sitting, reason = (fields[place] for place in (0, 2, 3, 4, 11))
    else:
        _, meal_id, _, _, _, resident_no, _, served_on, _, sitting, _, _, _, reason, _ = line.split(b'"', 14)
    return served_on, _SITTINGS[sitting], resident_no, meal_id, reason, line
