"""Home of the queries on mornings: each kitchen's list of a sitting, what changed, and who confirmed it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery.models import Subscription
from app.delivery.models.morning import Confirmation
from app.delivery.queries.subscriptions import DueSubscriptions, due
from app.delivery.rules.days import is_due
from app.delivery.rules.morning import (
    LOOKS_BACK_DAYS,
    Around,
    Change,
    Line,
    changes,
    diet_named,
    diets_counted,
    door_mark,
    lines_read,
)
from app.extensions import db


@dataclass(frozen=True, slots=True)
class Morning:
    """A kitchen's list for a sitting of today, and the list that a person confirmed last."""

    kitchen: Site
    due: DueSubscriptions
    confirmation: Confirmation | None

    @property
    def lines(self) -> tuple[Line, ...]:
        """Give what is to be cooked and sent."""
        return tuple(line_of(each) for each in self.due.going)

    @property
    def meals(self) -> int:
        """Count the meals."""
        return sum(each.meals for each in self.due.going)

    @property
    def diets(self) -> list[tuple[str, int]]:
        """Count the meals by diet."""
        return diets_counted(self.lines)

    @property
    def since(self) -> tuple[Change, ...]:
        """Give what changed since it was confirmed; nothing before."""
        if self.confirmation is None:
            return ()
        paused = _paused(self.due)
        return changes(lines_read(self.confirmation.lines), self.lines, Around(paused_today=paused))

    @property
    def is_confirmed(self) -> bool:
        """Tell whether somebody confirmed the list as it is now."""
        return self.confirmation is not None and not self.since


def line_of(subscription: Subscription) -> Line:
    """Give a subscription as a line of the list."""
    return Line(
        subscription=subscription.id,
        resident=subscription.resident_id,
        meals=subscription.meals,
        diet=diet_named(subscription.diet),
        door=door_mark(
            address=subscription.resident.address,
            floor=subscription.floor,
            has_lift=subscription.has_lift,
            note=subscription.note,
        ),
    )


def _paused(found: DueSubscriptions) -> set[int]:
    away = {subscription.resident_id for subscription, _ in found.away}
    return away | {subscription.resident_id for subscription in (*found.cancelled, *found.shut)}


def mornings(on: date, sitting: Sitting, kitchens: Sequence[Site]) -> list[Morning]:
    """Give these kitchens' lists of a sitting, in their order."""
    codes = [site.site_code for site in kitchens]
    found, confirmed = due(on, sitting, codes), _confirmations(on, sitting, codes)
    return [Morning(site, found[site.site_code], confirmed.get(site.site_code)) for site in kitchens]


def _confirmations(on: date, sitting: Sitting, kitchen_codes: Sequence[str]) -> dict[str, Confirmation]:
    rows = db.session.execute(
        select(Confirmation)
        .where(
            Confirmation.served_on == on,
            Confirmation.sitting == sitting,
            Confirmation.kitchen_code.in_(kitchen_codes),
        )
        .order_by(Confirmation.revision)
    ).scalars()
    return {each.kitchen_code: each for each in rows}


@dataclass(frozen=True, slots=True)
class SinceBefore:
    """What changed since the last day on which this kitchen had the sitting; `day` is None without one."""

    day: date | None
    changes: tuple[Change, ...]
    subscriptions: dict[int, Subscription]


def since_before(on: date, sitting: Sitting, morning: Morning) -> SinceBefore:
    """Compare a list with the last day's: as it was confirmed then, or else as it is known now."""
    code = morning.kitchen.site_code
    running = _running(on - timedelta(days=LOOKS_BACK_DAYS), sitting, code)
    confirmed = _last_confirmation(on, sitting, code)
    day = confirmed.served_on if confirmed else _last_due(on, running)
    if day is None:
        return SinceBefore(None, (), {})
    then = due(day, sitting, [code])[code]
    before = lines_read(confirmed.lines) if confirmed else tuple(line_of(each) for each in then.going)
    around = Around(
        paused_before=_paused(then),
        paused_today=_paused(morning.due),
        ran_before=[each.id for each in running if each.from_on <= day],
        runs_today=[each.id for each in running if each.until_on is None or each.until_on > on],
    )
    named = {each.id: each for each in (*then.going, *running, *morning.due.going)}
    return SinceBefore(day, changes(before, morning.lines, around), named)


def _running(since: date, sitting: Sitting, kitchen_code: str) -> Sequence[Subscription]:
    """Give a kitchen's subscriptions that have not ended before a day, whatever the weekday."""
    return (
        db.session.execute(
            select(Subscription)
            .where(
                Subscription.kitchen_code == kitchen_code,
                Subscription.sitting == sitting,
                or_(Subscription.until_on.is_(None), Subscription.until_on > since),
            )
            .order_by(Subscription.id)
        )
        .scalars()
        .all()
    )


def _last_due(on: date, running: Sequence[Subscription]) -> date | None:
    days = (on - timedelta(days=back) for back in range(1, LOOKS_BACK_DAYS + 1))
    return next((day for day in days if any(is_due(each, day) for each in running)), None)


def _last_confirmation(on: date, sitting: Sitting, kitchen_code: str) -> Confirmation | None:
    return db.session.execute(
        select(Confirmation)
        .where(
            Confirmation.served_on < on,
            Confirmation.served_on >= on - timedelta(days=LOOKS_BACK_DAYS),
            Confirmation.sitting == sitting,
            Confirmation.kitchen_code == kitchen_code,
        )
        .order_by(Confirmation.served_on.desc(), Confirmation.revision.desc())
        .limit(1)
    ).scalar_one_or_none()


def confirmed_kitchens(on: date, sitting: Sitting, kitchen_codes: Sequence[str]) -> int:
    """Count the kitchens of these that somebody confirmed for a sitting, whatever changed afterwards."""
    return db.session.execute(
        select(func.count(Confirmation.kitchen_code.distinct())).where(
            Confirmation.served_on == on,
            Confirmation.sitting == sitting,
            Confirmation.kitchen_code.in_(kitchen_codes),
        )
    ).scalar_one()
