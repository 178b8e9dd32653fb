"""Home of watching a sitting: the regulars who did not come become missed meals, each once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import update

from app.audit import service as audit
from app.canteens.queries import site_facts
from app.canteens.queries.opening import closed_on
from app.canteens.rules import Sitting
from app.care.models import MissedMeal, WatchOrdering, WatchRound
from app.care.queries import regulars as queries
from app.care.rules.regulars import LOOK_BACK_WEEKS, Habit, habit_of, same_weekdays
from app.care.rules.watching import News, WatchOrder, news_of, written_times
from app.clock import on as day_of
from app.database import insert_rows
from app.delivery.rules.cases import written_steps
from app.errors import DomainError
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor
from app.text import text


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen of a sitting: how many regulars, how many of them absent, how many cases are new."""

    sitting: Sitting
    regulars: int = 0
    absent: int = 0
    new: int = 0
    is_holiday: bool = False


def watch(*, by: Actor, at: datetime) -> list[Watched]:
    """Look at every sitting that is due now; looking again finds only what is new.

    Nothing is due on a holiday: those who stay away then have their reasons.
    """
    on = day_of(at)
    order = queries.order_on(on)
    due = order.due(at)
    if due and on in queries.holidays(on, on):
        return [Watched(sitting, is_holiday=True) for sitting in due]
    return [watch_sitting(sitting, order, by=by, at=at) for sitting in due]


def watch_sitting(sitting: Sitting, order: WatchOrder, *, by: Actor, at: datetime) -> Watched:
    """Look at one sitting of the day, whatever the time."""
    on = day_of(at)
    lock_names(db.session, "care.watch", [f"{on.isoformat()}:{sitting.value}"])
    usual = regulars_of(on, sitting, order)
    ate, meals = queries.who_ate(on, sitting)
    missing = {number: habit for number, habit in usual.items() if number not in ate}
    news = _news(meals, on, at)
    expected = queries.expected(missing, on, sitting)
    absent = {
        resident_id: missing[number]
        for number, resident_id in expected.items()
        if news.get(missing[number].site_code) is not News.SHUT
    }
    new = _note(absent, news, on, sitting, at=at)
    _know(news, on, sitting, at)
    found = Watched(sitting, len(usual), len(absent), new)
    _remember(found, {habit.site_code: news[habit.site_code] for habit in usual.values()}, on, at)
    if new:
        detail = {"regulars": found.regulars, "absent": found.absent, "new": new}
        audit.record("care.watched", f"sitting:{on.isoformat()}:{sitting.value}", by=by, at=at, detail=detail)
    return found


def regulars_of(on: date, sitting: Sitting, order: WatchOrder) -> dict[str, Habit]:
    """Give who usually comes to a sitting of this weekday, by resident number, and where to."""
    first = on - timedelta(weeks=LOOK_BACK_WEEKS)
    days = same_weekdays(on, queries.holidays(first, on))
    seen = queries.attendance(sitting, days)
    away = queries.absences_since(first)
    found = {}
    for resident_no, eaten in seen.eaten.items():
        if len(eaten) < order.came:
            continue
        habit = habit_of(eaten, days, served=seen.served, away=away.get(resident_no, ()), of=order.of)
        if habit.came >= order.came:
            found[resident_no] = habit
    return found


def _news(meals: Mapping[str, int], on: date, at: datetime) -> dict[str, News]:
    """Give what is known of each site; one that is closed for good, or for these days, is shut.

    A closure holds only while nobody ate there: who opened all the same has somebody to look after.
    """
    tablets, closed = queries.tablets_by_site(), closed_on(on)
    return {
        code: (
            news_of(tablets.get(code, ()), meals=meals.get(code, 0), at=at)
            if site.is_open_on(on) and (code not in closed or meals.get(code, 0))
            else News.SHUT
        )
        for code, site in site_facts().items()
    }


def _note(
    absent: Mapping[int, Habit], news: Mapping[str, News], on: date, sitting: Sitting, *, at: datetime
) -> int:
    """Write the missed meals down that are not yet; give how many."""
    noted = queries.missed_at(on, sitting)
    rows = [
        {
            "resident_id": resident_id,
            "served_on": on,
            "sitting": sitting,
            "site_code": habit.site_code,
            "came": habit.came,
            "of": habit.of,
            "opened_at": at,
            "known_at": at if news[habit.site_code] is News.KNOWN else None,
        }
        for resident_id, habit in absent.items()
        if resident_id not in noted
    ]
    return insert_rows(db.session, MissedMeal, rows, if_new=True)


def _know(news: Mapping[str, News], on: date, sitting: Sitting, at: datetime) -> None:
    """Write down of which missed meals it is known by now that nobody came."""
    known = [code for code, each in news.items() if each is News.KNOWN]
    db.session.execute(
        update(MissedMeal)
        .where(
            MissedMeal.served_on == on,
            MissedMeal.sitting == sitting,
            MissedMeal.known_at.is_(None),
            MissedMeal.site_code.in_(known),
        )
        .values(known_at=at)
        .execution_options(synchronize_session=False)
    )


def _remember(found: Watched, news: Mapping[str, News], on: date, at: datetime) -> None:
    """Keep what was seen the last time that the sitting was looked at."""
    row = db.session.get(WatchRound, (on, found.sitting))
    if row is None:
        row = WatchRound(served_on=on, sitting=found.sitting)
        db.session.add(row)
    row.watched_at, row.regulars, row.absent = at, found.regulars, found.absent
    row.not_known = _codes(news, News.NOT_KNOWN)
    row.shut = _codes(news, News.SHUT)
    db.session.flush()


def _codes(news: Mapping[str, News], wanted: News) -> str:
    return " ".join(sorted(code for code, each in news.items() if each is wanted))


def order_watch(order: WatchOrder, reference: str, *, by: Actor, at: datetime) -> None:
    """Order how sittings are watched from a day on; days that have begun keep what was ordered.

    Raises: DomainError for a day that is not still to come.
    """
    if order.from_on <= day_of(at):
        raise DomainError(text("An order holds from tomorrow on at the earliest."), field="from_on")
    row = WatchOrdering(
        from_on=order.from_on,
        came=order.came,
        of=order.of,
        times=written_times(order.times),
        steps=written_steps(order.steps),
        close_minutes=order.close_minutes,
        unknown_minutes=order.unknown_minutes,
        reference=reference,
        ordered_at=at,
        ordered_by=by.user_no,
    )
    db.session.add(row)
    db.session.flush()
    detail = {"from_on": order.from_on.isoformat(), "came": order.came, "of": order.of, "times": row.times}
    audit.record("care.ordered", f"order:{row.id}", by=by, at=at, detail=detail)
