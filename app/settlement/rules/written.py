"""Home of looking through a statement's canonical lines: put in order and counted unread, read when shown."""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Sequence
from typing import Any, overload

from app.canteens.rules import Sitting
from app.settlement.rules.canonical import line_from_fields
from app.settlement.rules.lines import Line
from app.subsidy.rules import Reason


class WrittenLines(Sequence[Line]):
    """Lines in the order of the printed list. A site's month has thousands, and a page shows fifty."""

    def __init__(self, arrays: Sequence[Sequence[Any]]) -> None:
        """Take the arrays of lines, in order."""
        self._arrays = arrays

    @classmethod
    def of(cls, written: bytes) -> WrittenLines:
        """Take canonical lines, whatever their order."""
        return cls(sorted(json.loads(b"[" + b",".join(written.splitlines()) + b"]"), key=_place))

    @property
    def reasons(self) -> dict[Reason, int]:
        """Count them by reason, the most frequent first."""
        counted = Counter(line[_REASON] for line in self._arrays)
        return {Reason(each): count for each, count in counted.most_common()}

    def because(self, reason: Reason) -> WrittenLines:
        """Give those that were decided so."""
        return WrittenLines([line for line in self._arrays if line[_REASON] == reason.value])

    def __len__(self) -> int:
        """Count the lines."""
        return len(self._arrays)

    @overload
    def __getitem__(self, at: int) -> Line: ...

    @overload
    def __getitem__(self, at: slice) -> list[Line]: ...

    def __getitem__(self, at: int | slice) -> Line | list[Line]:
        """Read one line, or some."""
        if isinstance(at, slice):
            return [line_from_fields(line) for line in self._arrays[at]]
        return line_from_fields(self._arrays[at])


_FIELDS = [field.name for field in dataclasses.fields(Line)]
_MEAL_ID, _RESIDENT, _SERVED_ON, _SITTING, _REASON = (
    _FIELDS.index(name) for name in ("meal_id", "resident_no", "served_on", "sitting", "reason")
)
_SITTINGS = {sitting.value: place for place, sitting in enumerate(Sitting)}


def _place(line: Sequence[Any]) -> tuple[str, int, str, str]:
    """Give a line's place in a printed list, as `Line.place` does."""
    return (line[_SERVED_ON], _SITTINGS[line[_SITTING]], line[_RESIDENT], line[_MEAL_ID])
