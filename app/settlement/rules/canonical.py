"""Home of the canonical form of a statement's lines, and of the hash that anyone can recompute from it.

The form is documented byte for byte in docs/statement-hash.md; a change of it is a new format beside this.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from app.canteens.rules import Sitting
from app.meals.rules import Channel
from app.month import Month
from app.settlement.rules.adjustments import Adjustment
from app.settlement.rules.lines import Line
from app.settlement.rules.recovery import RecoveryLine
from app.subsidy.rules import LayerShare, Reason

FORMAT = "meal-circle-statement/1"
FORMAT_WITH_ADJUSTMENTS = "meal-circle-statement/2"
"""The same with the adjustments' lines behind the meals'; a statement without any stays in the first form."""
FORMAT_WITH_RECOVERIES = "meal-circle-statement/3"
"""The second with the recoveries' lines behind the adjustments', of which there may be none."""

_CHECK_CODE_DIGITS = 16
_CHECK_CODE_GROUP = 4


def canonical_head(statement_no: str, site_code: str, month: Month, *, form: str = FORMAT) -> bytes:
    """Give the first canonical line, which binds the lines to one statement."""
    return _written([form, statement_no, site_code, str(month)])


def canonical_adjustment(adjustment: Adjustment) -> bytes:
    r"""Give one adjustment in canonical form.

    >>> canonical_adjustment(Adjustment("0193", "202609-C01-01", "district", "A", -300))
    b'["0193","202609-C01-01","district","A",-300]\n'
    """
    return _written(
        [adjustment.meal_id, adjustment.corrects, adjustment.payer, adjustment.fund, adjustment.amount_fen]
    )


def canonical_recovery(line: RecoveryLine) -> bytes:
    r"""Give what is taken back of one case in canonical form.

    >>> canonical_recovery(RecoveryLine("ZH-0001", "district", "A", -300))
    b'["recovery","ZH-0001","district","A",-300]\n'
    """
    return _written(["recovery", line.recovery_no, line.payer, line.fund, line.amount_fen])


def canonical_line(line: Line) -> bytes:
    """Give one meal in canonical form: a JSON array in UTF-8 that ends with a line feed.

    >>> layers = (LayerShare("district", "福彩公益金", 300),)
    >>> line = Line("0193", "C01", "R-1", date(2026, 10, 1), Sitting.LUNCH, Channel.DINE_IN,
    ...             1500, 300, 0, 0, 1200, Reason.OK, "示例1号", layers)
    >>> print(canonical_line(line).decode(), end="")
    ["0193","C01","R-1","2026-10-01","lunch","dine_in",1500,300,0,0,1200,"ok","示例1号",[["district","福彩公益金",300]]]
    """
    return _written(
        [
            line.meal_id,
            line.site_code,
            line.resident_no,
            line.served_on.isoformat(),
            line.sitting.value,
            line.channel.value,
            line.price_fen,
            line.government_fen,
            line.operator_fen,
            line.charity_fen,
            line.resident_fen,
            line.reason.value,
            line.policy_reference,
            [[layer.payer, layer.fund, layer.amount_fen] for layer in line.layers],
        ]
    )


def line_from_canonical(written: bytes) -> Line:
    """Read a canonical line back; it is the inverse of `canonical_line`.

    Raises: ValueError when it has too few fields or too many.
    """
    values = json.loads(written)
    if len(values) != _FIELDS:
        msg = f"a canonical line has {_FIELDS} fields, not {len(values)}"
        raise ValueError(msg)
    for place, read in _READERS:
        values[place] = read(values[place])
    return Line(*values)


_day = lru_cache(maxsize=1024)(date.fromisoformat)
_share = lru_cache(maxsize=1024)(LayerShare)
"""A statement has as many days and shares as lines, and few that differ."""


def _shares(layers: Sequence[Sequence[Any]]) -> tuple[LayerShare, ...]:
    return tuple([_share(*layer) for layer in layers])


_FIELDS = len(dataclasses.fields(Line))
_READ_AS: dict[str, Callable[[Any], object]] = {
    "served_on": _day,
    "sitting": Sitting,
    "channel": Channel,
    "reason": Reason,
    "layers": _shares,
}
_READERS = [
    (place, _READ_AS[field.name])
    for place, field in enumerate(dataclasses.fields(Line))
    if field.name in _READ_AS
]


def meal_id_in(written: bytes) -> bytes:
    """Give the meal that a canonical line is about, without reading the rest of it.

    >>> meal_id_in(b'["0193","C01","R-1"]')
    b'0193'
    """
    return written[2 : written.index(b'"', 2)]


class StatementHash:
    """SHA-256 over a statement's canonical lines, taken in one at a time in the order of their meal ids.

    The adjustments are known beforehand and come behind them, by meal id, payer and fund; last come the
    recoveries, by number.
    """

    def __init__(
        self,
        statement_no: str,
        site_code: str,
        month: Month,
        *,
        adjustments: Iterable[Adjustment] = (),
        recoveries: Iterable[RecoveryLine] = (),
    ) -> None:
        """Begin with the head line."""
        self._recoveries = sorted(recoveries, key=lambda each: each.recovery_no)
        self._adjustments = sorted(adjustments, key=lambda each: (each.meal_id, each.payer, each.fund))
        form = FORMAT_WITH_ADJUSTMENTS if self._adjustments else FORMAT
        form = FORMAT_WITH_RECOVERIES if self._recoveries else form
        head = canonical_head(statement_no, site_code, month, form=form)
        self._digest = hashlib.sha256(head)
        self._last = ""

    def add(self, meal_id: str, canonical: bytes) -> None:
        """Take in the next line.

        Raises: ValueError when the meal ids do not ascend, since another order is another hash.
        """
        if meal_id <= self._last:
            msg = f"meal {meal_id} comes after {self._last}: canonical lines ascend by meal id"
            raise ValueError(msg)
        self._last = meal_id
        self._digest.update(canonical)

    def hexdigest(self) -> str:
        """Give the hash in 64 lower-case hexadecimal digits."""
        digest = self._digest.copy()
        for adjustment in self._adjustments:
            digest.update(canonical_adjustment(adjustment))
        for recovery in self._recoveries:
            digest.update(canonical_recovery(recovery))
        return digest.hexdigest()


def statement_hash(
    lines: Iterable[Line],
    adjustments: Iterable[Adjustment] = (),
    *,
    recoveries: Iterable[RecoveryLine] = (),
    statement_no: str,
    site_code: str,
    month: Month,
) -> str:
    """Give the hash of a statement's lines, adjustments and recoveries, in whatever order they come."""
    hashing = StatementHash(statement_no, site_code, month, adjustments=adjustments, recoveries=recoveries)
    for line in sorted(lines, key=lambda line: line.meal_id):
        hashing.add(line.meal_id, canonical_line(line))
    return hashing.hexdigest()


def check_code(content_hash: str) -> str:
    """Give the short form of a hash that papers carry (校验码): its first sixteen digits in fours.

    >>> check_code("3fa2" * 16)
    '3FA2-3FA2-3FA2-3FA2'
    """
    head = content_hash[:_CHECK_CODE_DIGITS].upper()
    return "-".join(head[at : at + _CHECK_CODE_GROUP] for at in range(0, len(head), _CHECK_CODE_GROUP))


def _written(fields: list[object]) -> bytes:
    return _JSON.encode(fields).encode() + b"\n"


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
