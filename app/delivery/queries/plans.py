"""Home of the queries on plans: the newest of a sitting, the one in force, a kitchen's whole day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery.models import DayPlan, Rider, Run, Stop, Subscription, UnservedDelivery
from app.delivery.models.delays import KitchenDelay
from app.delivery.queries.crews import Crew, crews_on
from app.delivery.queries.delays import delays_on, held_up
from app.delivery.queries.freshness import cooking_on
from app.delivery.queries.proof import handed_over
from app.delivery.queries.subscriptions import ON_A_SCREEN, DueSubscriptions, due
from app.delivery.rules.doors import MAX_AGE_SECONDS
from app.delivery.rules.freshness import Cooking, MealEnd, too_old
from app.delivery.rules.workload import Workload, workloads
from app.extensions import db
from app.residents.models import Resident


def plans(on: date, sitting: Sitting, kitchen_codes: Sequence[str]) -> dict[str, DayPlan]:
    """Give the newest plans of these kitchens, released or not, with their runs, stops and residents."""
    return {plan.kitchen_code: plan for plan in _newest(on, sitting, kitchen_codes, ON_A_SCREEN)}


def released_plans(on: date, sitting: Sitting, kitchen_codes: Sequence[str]) -> dict[str, DayPlan]:
    """Give the plans of these kitchens that are in force: of those released, the newest."""
    found = _newest(on, sitting, kitchen_codes, ON_A_SCREEN, is_released=True)
    return {plan.kitchen_code: plan for plan in found}


def plan_of(on: date, sitting: Sitting, kitchen_code: str) -> DayPlan | None:
    """Give a kitchen's newest plan for a sitting, released or not."""
    return plans(on, sitting, [kitchen_code]).get(kitchen_code)


def released_plan_of(on: date, sitting: Sitting, kitchen_code: str) -> DayPlan | None:
    """Give a kitchen's plan for a sitting that is in force."""
    return released_plans(on, sitting, [kitchen_code]).get(kitchen_code)


def plan_to_print(on: date, sitting: Sitting, kitchen_code: str) -> DayPlan | None:
    """Give a kitchen's plan in force, or else its draft, with what route sheets need: the phones as well."""
    shown = (*ON_A_SCREEN, Resident.phone)
    released = _newest(on, sitting, [kitchen_code], shown, is_released=True)
    return next(iter(released or _newest(on, sitting, [kitchen_code], shown)), None)


def locked_runs(on: date, sitting: Sitting, kitchen_code: str) -> dict[tuple[int, int], str]:
    """Give the rider of each locked run of a kitchen's newest plan, by rider and departure."""
    plan = plan_of(on, sitting, kitchen_code)
    runs = plan.runs if plan is not None else []
    return {(run.rider_id, run.depart_seconds): run.rider.name for run in runs if run.is_locked}


def riders_so_far(on: date, sitting: Sitting, kitchen_code: str) -> dict[int, int]:
    """Give each subscription the rider of the newest plan of that day, or of the last day that it was on."""
    return _last_riders(DayPlan.served_on <= on, on, sitting, kitchen_code)


def riders_before(on: date, sitting: Sitting, kitchen_code: str) -> dict[int, int]:
    """Give each subscription the rider of the last released plan before this day that carried it."""
    released = and_(DayPlan.served_on < on, DayPlan.released_at.is_not(None))
    return _last_riders(released, on, sitting, kitchen_code)


_REMEMBERED = timedelta(days=28)
"""How long a door knows its rider: who is served on weekdays, or once a week, knows them from before."""


def _last_riders(
    counted: ColumnElement[bool], on: date, sitting: Sitting, kitchen_code: str
) -> dict[int, int]:
    """Give each subscription the rider of the latest of these plans that carries it."""
    rows = db.session.execute(
        select(Stop.subscription_id, Run.rider_id)
        .join(Run, Run.id == Stop.run_id)
        .join(DayPlan, DayPlan.id == Run.plan_id)
        .where(
            counted,
            DayPlan.served_on >= on - _REMEMBERED,
            DayPlan.sitting == sitting,
            DayPlan.kitchen_code == kitchen_code,
        )
        .order_by(DayPlan.served_on, DayPlan.revision, Stop.subscription_id)
    )
    return {row.subscription_id: row.rider_id for row in rows}


def _newest(
    on: date,
    sitting: Sitting,
    kitchen_codes: Sequence[str],
    shown: Sequence[InstrumentedAttribute[object]],
    *,
    is_released: bool = False,
) -> Sequence[DayPlan]:
    runs = selectinload(DayPlan.runs)
    stops, left = runs.selectinload(Run.stops), selectinload(DayPlan.unserved)
    if shown:
        doors = (stops.joinedload(Stop.subscription), left.joinedload(UnservedDelivery.subscription))
        people = [each.joinedload(Subscription.resident).load_only(*shown, raiseload=True) for each in doors]
    else:
        people = [stops.raiseload(Stop.subscription), left.raiseload(UnservedDelivery.subscription)]
    return (
        db.session.execute(
            select(DayPlan)
            .options(
                joinedload(DayPlan.kitchen), joinedload(DayPlan.roads), runs.joinedload(Run.rider), *people
            )
            .where(
                DayPlan.served_on == on,
                DayPlan.sitting == sitting,
                DayPlan.kitchen_code.in_(kitchen_codes),
                is_newest(is_released=is_released),
            )
            .order_by(DayPlan.kitchen_code)
            .execution_options(populate_existing=True)
        )
        .scalars()
        .all()
    )


def is_newest(*, is_released: bool) -> ColumnElement[bool]:
    """Say in SQL that no later plan replaces this one; with `is_released` among those released."""
    other = aliased(DayPlan)
    highest = select(func.max(other.revision)).where(
        other.served_on == DayPlan.served_on,
        other.sitting == DayPlan.sitting,
        other.kitchen_code == DayPlan.kitchen_code,
    )
    if is_released:
        highest = highest.where(other.released_at.is_not(None))
    return DayPlan.revision == highest.scalar_subquery()


@dataclass(frozen=True, slots=True)
class KitchenDay:
    """One kitchen's sitting on a day: what is due, who rides, the newest plan, and the one in force.

    The two are the same until somebody plans again after the release. `done` are the subscriptions that were
    handed over already: another plan has nothing to do with them. `delay` says from when a late kitchen's
    meals can leave, `cooking` when they were cooked.
    """

    kitchen: Site
    due: DueSubscriptions
    crew: Crew
    plan: DayPlan | None
    released: DayPlan | None
    done: frozenset[int] = frozenset()
    delay: KitchenDelay | None = None
    cooking: Cooking = field(default_factory=Cooking)

    @property
    def riders(self) -> tuple[Rider, ...]:
        """Give whom plans count on."""
        return self.crew.riders

    @property
    def meals(self) -> int:
        """Count the meals that are due."""
        return sum(each.meals for each in self.due.going)

    @property
    def served(self) -> int:
        """Count the doors that the plan serves."""
        return sum(len(run.stops) for run in self.plan.runs) if self.plan else 0

    @property
    def longest_seconds(self) -> int:
        """Give the age of the plan's oldest meal when it is handed over."""
        stops = [(run, stop) for run in self.plan.runs for stop in run.stops] if self.plan else []
        return max((stop.handover_seconds - run.depart_seconds for run, stop in stops), default=0)

    @property
    def is_too_long(self) -> bool:
        """Tell whether the plan's oldest meal is handed over later than is promised."""
        return self.longest_seconds > MAX_AGE_SECONDS

    @property
    def workloads(self) -> list[Workload[Rider]]:
        """Give how long each rider of the plan is busy, the busiest first."""
        runs = self.plan.runs if self.plan else []
        return workloads((run.rider, run.depart_seconds, run.return_seconds) for run in runs)

    def familiar(self, known: Mapping[int, int]) -> tuple[int, int]:
        """Count the plan's doors that keep the rider whom they know, and all that know one."""
        runs = self.plan.runs if self.plan else []
        met = [
            (known[stop.subscription_id], run.rider_id)
            for run in runs
            for stop in run.stops
            if stop.subscription_id in known
        ]
        return sum(before == now for before, now in met), len(met)

    @property
    def is_outdated(self) -> bool:
        """Tell whether subscriptions or residents changed since the plan was made."""
        due = {each.id for each in self.due.going}
        return self.plan is not None and self._planned - self.done != due - self.done

    @property
    def too_early(self) -> tuple[Run, ...]:
        """Give the runs of the newest plan that depart before the late kitchen has their meals."""
        return held_up(self.plan, self.delay)

    def end_of(self, run: Run) -> MealEnd:
        """Give until when a run's meals may be eaten."""
        return self.cooking.end_of(run.depart_seconds)

    @property
    def too_old(self) -> list[tuple[Run, MealEnd, int]]:
        """Give the newest plan's runs that reach doors after their meals' end, and how many doors."""
        counted = []
        for run in self.plan.runs if self.plan else ():
            end = self.end_of(run)
            coming = [each.handover_seconds for each in run.stops if each.subscription_id not in self.done]
            if doors := too_old(coming, end):
                counted.append((run, end, doors))
        return counted

    @property
    def is_draft(self) -> bool:
        """Tell whether the newest plan waits to be released."""
        return self.plan is not None and not self.plan.is_released

    @property
    def came_since(self) -> tuple[int, ...]:
        """Give the subscriptions that became due after the plan in force was made."""
        due = {each.id for each in self.due.going}
        return tuple(sorted(due - _in(self.released) - self.done)) if self.released else ()

    @property
    def gone_since(self) -> tuple[int, ...]:
        """Give the subscriptions that a run in force carries, though nothing is due any more."""
        due = {each.id for each in self.due.going}
        return tuple(sorted(_carried(self.released) - due - self.done))

    @property
    def _planned(self) -> set[int]:
        return _in(self.plan)


def _carried(plan: DayPlan | None) -> set[int]:
    return {stop.subscription_id for run in plan.runs for stop in run.stops} if plan else set()


def _in(plan: DayPlan | None) -> set[int]:
    """Give every subscription that a plan knows, carried or left out."""
    return _carried(plan) | ({left.subscription_id for left in plan.unserved} if plan else set())


def kitchen_days(
    on: date, sitting: Sitting, kitchens: Sequence[Site], *, with_people: bool = True
) -> list[KitchenDay]:
    """Give these kitchens' sitting on a day, in their order.

    Without people, plans do not tell who lives behind their doors: reading a district's takes longest.
    """
    shown = ON_A_SCREEN if with_people else ()
    codes = [site.site_code for site in kitchens]
    all_due, crews = due(on, sitting, codes), crews_on(on, codes)
    newest = {plan.kitchen_code: plan for plan in _newest(on, sitting, codes, shown)}
    in_force = {code: plan for code, plan in newest.items() if plan.is_released}
    other = _newest(on, sitting, [code for code in newest if code not in in_force], shown, is_released=True)
    in_force |= {plan.kitchen_code: plan for plan in other}
    done = handed_over(on, [each.id for found in all_due.values() for each in found.going])
    late, cooking = delays_on(on, sitting, codes), cooking_on(on, sitting, codes)
    return [
        KitchenDay(
            site,
            all_due[code],
            crews[code],
            newest.get(code),
            in_force.get(code),
            done,
            late.get(code),
            cooking[code],
        )
        for site, code in zip(kitchens, codes, strict=True)
    ]
