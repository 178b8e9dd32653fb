"""Home of the regular diner: who usually comes to a sitting, worked out from the days they came. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, timedelta

from app.residents.rules.absence import Absence

LOOK_BACK_WEEKS = 8
"""How far back same weekdays are looked for: holidays, closures and absences are stepped over."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How often somebody came on the last same weekdays that counted, and where to most often."""

    site_code: str
    came: int
    of: int


def same_weekdays(day: date, holidays: AbstractSet[date]) -> tuple[date, ...]:
    """Give the same weekdays of the weeks before a day, the newest first, without holidays.

    >>> [each.day for each in same_weekdays(date(2026, 11, 27), frozenset({date(2026, 11, 13)}))][:3]
    [20, 6, 30]
    """
    earlier = (day - timedelta(weeks=weeks) for weeks in range(1, LOOK_BACK_WEEKS + 1))
    return tuple(each for each in earlier if each not in holidays)


def habit_of(
    eaten: Mapping[date, str],
    days: Sequence[date],
    *,
    served: Mapping[str, AbstractSet[date]],
    away: Iterable[Absence] = (),
    of: int,
) -> Habit:
    """Give somebody's habit at a sitting.

    `eaten` is the site that they came to on each of `days` (newest first) on which they came; `served` the
    days on which each site served anybody. What counts are the newest `of` days on which their usual site
    served and they were at home: a holiday, a closed site or a stay in hospital makes nobody irregular.

    >>> days = (date(2026, 11, 20), date(2026, 11, 13), date(2026, 11, 6))
    >>> served = {"C01": frozenset(days[:1] + days[2:])}
    >>> habit_of({days[0]: "C01", days[2]: "C01"}, days, served=served, of=2)
    Habit(site_code='C01', came=2, of=2)
    """
    # Of two sites that were visited as often it is the one of the newest day.
    times = Counter(eaten[day] for day in days if day in eaten)
    usual = times.most_common(1)[0][0]
    absences = tuple(away)
    counted = [
        day for day in days if day in served[usual] and not any(absence.covers(day) for absence in absences)
    ][:of]
    return Habit(usual, sum(day in eaten for day in counted), len(counted))
