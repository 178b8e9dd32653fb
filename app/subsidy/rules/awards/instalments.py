"""Home of paying an award in parts: when each is due, and parts that add up to the fen. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.money import share
from app.subsidy.rules.awards.policy import Schedule

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Instalment:
    """One part of an award and the month (`2027-03`) in which it is due; a negative one is paid back."""

    number: int
    due_month: str
    amount_fen: int


def due_months(schedule: Schedule, year: int) -> tuple[str, ...]:
    """Give the months in which a year's instalments are due.

    >>> from app.subsidy.rules.awards.policy import Every
    >>> due_months(Schedule(Every.QUARTERLY, first_month=3, is_next_year=False), 2026)
    ('2026-03', '2026-06', '2026-09', '2026-12')
    >>> due_months(Schedule(Every.ONCE, first_month=2), 2026)
    ('2027-02',)
    """
    first = (year + schedule.is_next_year) * _MONTHS + schedule.first_month - 1
    return tuple(
        f"{month // _MONTHS:04d}-{month % _MONTHS + 1:02d}"
        for month in range(first, first + _MONTHS, schedule.every.step)
    )


def instalments_of(
    amount_fen: int, due: Sequence[str], *, paid: Mapping[str, int] | None = None
) -> tuple[Instalment, ...]:
    """Share what is still owed of an award among the months in which nothing was paid yet.

    `paid` is what void awards of the same year paid, by the month it was due; with the instalments it adds up
    to the award. What was paid too much is asked back at once. When every month was paid in, the last one
    settles the rest.

    >>> [part.amount_fen for part in instalments_of(100_01, ("2027-01", "2027-04"))]
    [5001, 5000]
    >>> instalments_of(80_00, ("2027-01", "2027-04"), paid={"2027-01": 50_00})
    (Instalment(number=1, due_month='2027-04', amount_fen=3000),)
    """
    paid = paid or {}
    rest_fen = amount_fen - sum(paid.values())
    months = [month for month in due if month not in paid] or [due[-1]]
    if rest_fen < 0:
        return (Instalment(1, months[0], rest_fen),)
    parts = [part for part in zip(months, share(rest_fen, [1] * len(months)), strict=True) if part[1]]
    return tuple(Instalment(number, month, fen) for number, (month, fen) in enumerate(parts, start=1))
