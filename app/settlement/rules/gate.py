"""Home of the completeness gate: what was missing of a month's days when somebody waived it."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence

from app.till.rules.completeness import Gap

Key = tuple[str, str, str, str, str]


def key_of(gap: Gap) -> Key:
    """Give what a gap is about, without how much of it there is."""
    day = gap.served_on.isoformat() if gap.served_on is not None else ""
    sitting = gap.sitting.value if gap.sitting is not None else ""
    return (gap.kind.value, gap.tablet_no, day, sitting, gap.sheet_no)


def written(gaps: Sequence[Gap]) -> str:
    """Write down what gaps are about, to be kept with the waiver."""
    return json.dumps([[*key_of(gap), gap.count] for gap in gaps], ensure_ascii=False, separators=(",", ":"))


def gaps_from(kept: str) -> dict[Key, int]:
    """Read back what was written: how much was missing of each thing."""
    return {tuple(each[:-1]): each[-1] for each in json.loads(kept)}


def covers(waived: dict[Key, int], gaps: Collection[Gap]) -> bool:
    """Tell whether a waiver lets all of these pass: nothing new is missing, and of nothing more than then."""
    return all(gap.count <= waived.get(key_of(gap), -1) for gap in gaps)
