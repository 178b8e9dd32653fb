"""Home of making forecasts of covers and keeping them, and of what people write down about days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete

from app.audit import service as audit
from app.canteens.models import Site, SiteClosure, SiteHoursChange
from app.canteens.queries.opening import changes_of, closures
from app.canteens.rules import Sitting
from app.clock import on as day_of
from app.database import insert_rows
from app.errors import DomainError, NotAllowed, NotFound
from app.extensions import db
from app.locks import lock_space
from app.oversight.models import CoverForecast, DayNote, ForecastTrial
from app.oversight.queries import covers as queries
from app.oversight.rules.outlook import AHEAD, Condition, History, NoteKind, Outlook, Series
from app.roles import Actor, Scope
from app.subsidy import queries as subsidy
from app.text import text

LOOK_BACK = timedelta(days=400)
KEPT = timedelta(days=92)
"""For how long forecasts are kept to be held against what came."""

LONGEST_NOTE = timedelta(days=184)
_FORECAST = "oversight.forecast"
_DISTRICT = 6
Covers = Mapping[tuple[str, Sitting], Mapping[date, int]]


def make_forecasts(*, by: Actor, at: datetime) -> int:
    """Forecast the covers of every site and sitting, and of all that each kitchen cooks for; give how many.

    Nothing is used of today or later but what is known beforehand. Made again on the same day, a forecast
    takes the place of the earlier one.
    """
    today = day_of(at)
    count = keep_forecasts(today)
    detail = {"series": count, "first_on": today.isoformat()}
    audit.record("covers.forecast", f"day:{today}", by=by, at=at, detail=detail)
    return count


def keep_forecasts(today: date) -> int:
    """Forecast from what was over before a day, and keep it as made on that day; give how many series."""
    lock_space(db.session, _FORECAST)
    outlooks = outlooks_on(today)
    db.session.execute(delete(CoverForecast).where(CoverForecast.made_on == today))
    db.session.execute(delete(CoverForecast).where(CoverForecast.made_on < today - KEPT))
    db.session.execute(delete(ForecastTrial))
    insert_rows(db.session, CoverForecast, [row for each in outlooks.items() for row in _rows(*each, today)])
    insert_rows(db.session, ForecastTrial, [_trial(*each, today) for each in outlooks.items()])
    db.session.flush()
    return len(outlooks)


def outlooks_on(today: date) -> dict[Series, Outlook]:
    """Give what is expected of every site's next days, from what was over before `today`."""
    from app.oversight.rules.smoothing import outlooks  # noqa: PLC0415  Only who forecasts pays for numpy.

    first = today - LOOK_BACK
    came, sites = queries.covers(first, today - timedelta(days=1)), queries.open_sites(today)
    last = today + timedelta(days=AHEAD)
    calendar = _Calendar(first, today, queries.notes(first, last, Scope()), closures(first, last, Scope()))
    calendar.expect_hours(changes_of([site.site_code for site in sites], until=last))
    found: dict[Series, Outlook] = {}
    for area, neighbours in _by_district(sites).items():
        history = calendar.history(area, neighbours, came)
        found |= outlooks(history)
    return found


def _by_district(sites: Iterable[Site]) -> dict[str, list[Site]]:
    grouped: defaultdict[str, list[Site]] = defaultdict(list)
    for site in sites:
        grouped[site.area_code[:_DISTRICT]].append(site)
    return dict(grouped)


class _Calendar:
    """What is known of the days before and after a day: of all, and of each site."""

    def __init__(
        self, first: date, today: date, noted: Sequence[DayNote], closures: Iterable[SiteClosure]
    ) -> None:
        """Take the span that a forecast looks at."""
        self._first, self._today = first, today
        self._noted = noted
        self._closures: defaultdict[str, list[SiteClosure]] = defaultdict(list)
        for closure in closures:
            self._closures[closure.site_code].append(closure)
        self._exceptions = subsidy.work_calendar().exceptions
        self._changes: defaultdict[tuple[str, Sitting, int], list[SiteHoursChange]] = defaultdict(list)

    def expect_hours(self, changes: Iterable[SiteHoursChange]) -> None:
        """Take the announced changes of hours, the earliest first."""
        for change in changes:
            self._changes[change.site_code, change.sitting, change.weekday].append(change)

    def _is_dropped(self, code: str, sitting: Sitting, day: date) -> bool:
        """Tell whether a sitting is no longer served on a day to come, by hours that were announced."""
        holding = [change for change in self._changes[code, sitting, day.weekday()] if change.from_on <= day]
        return day >= self._today and bool(holding) and holding[-1].span is None

    def history(self, area: str, sites: Sequence[Site], came: Covers) -> History:
        """Give what came at a district's sites, by series, from the first day on which anybody ate."""
        eaten = {key: days for key, days in came.items() if days}
        begins = min((min(days) for days in eaten.values()), default=self._today)
        length = (self._today - begins).days
        days = [begins + timedelta(days=each) for each in range(length + AHEAD)]
        shut = {site.site_code: self._shut(site, days) for site in sites}
        counts: dict[Series, list[int | None]] = {}
        closed: dict[Series, frozenset[date]] = {}
        for series, feeding in _series_of(sites, eaten).items():
            at = [eaten.get((code, series.sitting), {}) for code in feeding]
            since = min(min(each) for each in at if each)
            open_days = [
                day >= since
                and any(
                    day not in shut.get(code, frozenset()) and not self._is_dropped(code, series.sitting, day)
                    for code in feeding
                )
                for day in days
            ]
            counts[series] = [
                sum(each.get(day, 0) for each in at) if is_open else None
                for day, is_open in zip(days[:length], open_days, strict=False)
            ]
            closed[series] = frozenset(
                day
                for day, is_open in zip(days, open_days, strict=True)
                if not is_open and day >= self._today
            )
        return History(begins, counts, [self._conditions(area, day) for day in days], closed)

    def _shut(self, site: Site, days: Sequence[date]) -> frozenset[date]:
        entered = self._closures[site.site_code]
        return frozenset(
            day
            for day in days
            if not site.facts.is_open_on(day) or any(closure.covers(day) for closure in entered)
        )

    def _conditions(self, area: str, day: date) -> frozenset[Condition]:
        exception = self._exceptions.get(day)
        found = {
            note.kind.condition
            for note in self._noted
            if note.first_on <= day <= note.last_on and area.startswith(note.area)
        }
        if exception is not None:
            found.add(Condition.WORKED_WEEKEND if exception else Condition.HOLIDAY)
        return frozenset(found)


def _series_of(sites: Sequence[Site], eaten: Covers) -> dict[Series, tuple[str, ...]]:
    """Give each series with the sites whose meals it counts: a site's own, and all that a kitchen feeds."""
    fed: defaultdict[str, list[str]] = defaultdict(list)
    for site in sites:
        fed[site.kitchen_code or site.site_code].append(site.site_code)
    found: dict[Series, tuple[str, ...]] = {
        Series(site.site_code, sitting): (site.site_code,)
        for site in sites
        for sitting in Sitting
        if (site.site_code, sitting) in eaten
    }
    for kitchen, codes in fed.items():
        for sitting in Sitting:
            feeding = tuple(code for code in codes if (code, sitting) in eaten)
            if feeding and feeding != (kitchen,):
                found[Series(kitchen, sitting, is_cooked=True)] = feeding
    return found


def _rows(series: Series, outlook: Outlook, today: date) -> list[dict[str, object]]:
    return [
        {
            "site_code": series.site_code,
            "sitting": series.sitting.value,
            "is_cooked": series.is_cooked,
            "for_on": day.on,
            "made_on": today,
            "covers": day.covers,
            "low": day.low,
            "high": day.high,
            "median": day.median,
        }
        for day in outlook.days
    ]


def _trial(series: Series, outlook: Outlook, today: date) -> dict[str, object]:
    fared = outlook.fared
    return {
        "site_code": series.site_code,
        "sitting": series.sitting.value,
        "is_cooked": series.is_cooked,
        "made_on": today,
        "days": fared.days,
        "came": fared.came,
        "error": fared.error,
        "median_error": fared.median_error,
        "weekly_error": fared.weekly_error,
        "within": fared.within,
    }


@dataclass(frozen=True, slots=True)
class NewNote:
    """What somebody writes down about some days, of all sites in their area."""

    kind: NoteKind
    first_on: date
    last_on: date
    words: str = ""


def write_note(new: NewNote, *, by: Actor, at: datetime) -> DayNote:
    """Write down what is known of some days.

    Raises: DomainError for days that make no span, NotAllowed when somebody of one site speaks for all.
    """
    if not new.first_on <= new.last_on <= new.first_on + LONGEST_NOTE:
        raise DomainError(
            text("The last day comes after the first, and within half a year. Choose another day."),
            field="last_on",
        )
    if by.scope.site_code is not None or len(by.scope.area) > _DISTRICT:
        raise NotAllowed(text("What holds for all sites is written down by the district."))
    note = DayNote(
        kind=new.kind,
        first_on=new.first_on,
        last_on=new.last_on,
        area=by.scope.area,
        words=new.words,
        written_by=by.user_no,
        written_at=at,
    )
    db.session.add(note)
    db.session.flush()
    audit.record("day_note.written", f"day_note:{note.id}", by=by, at=at, detail=_told(note))
    return note


def take_note_back(note_id: int, *, by: Actor, at: datetime) -> None:
    """Take back what was written down about days.

    Raises: NotFound, also for a note of a wider area.
    """
    note = queries.note_numbered(note_id, by.scope)
    if note is None:
        raise NotFound(text("There is no such note, or it is not yours to take back."))
    audit.record("day_note.taken_back", f"day_note:{note.id}", by=by, at=at, detail=_told(note))
    db.session.delete(note)
    db.session.flush()


def _told(note: DayNote) -> dict[str, object]:
    return {
        "kind": note.kind.value,
        "first_on": note.first_on.isoformat(),
        "last_on": note.last_on.isoformat(),
        "area": note.area,
    }
