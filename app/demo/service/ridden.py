"""Home of the demo's rides of the plot's month: released plans and what phones told, at a few kitchens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.canteens.models import Site
from app.canteens.queries import sites_by_code
from app.canteens.rules import Sitting
from app.database import insert_rows
from app.delivery import queries as delivery
from app.delivery.models import DayPlan, DeliveredMeal, StopReport
from app.delivery.routing.problem import RoutingProblem
from app.delivery.rules import proof
from app.delivery.rules.proof import Outcome, Via, instant_of
from app.delivery.service.planning import Draft, keep_plan, problem_of
from app.delivery.service.roads import travel_from
from app.delivery.travel.estimate import location_of
from app.demo import queries
from app.demo.rules.chance import id_at, stream
from app.demo.rules.cheats import Cheat, Plot
from app.demo.rules.rides import Manner, is_made_up, swept, told
from app.extensions import db
from app.meals.queries import price_on
from app.roles import Actor

_LUNCH = Sitting.LUNCH
_RELEASED_SECONDS = 9 * 3600 + 1800
_EVERY = 3
_UNPROVEN_MEALS = 8


def ride_in_month(planned: Plot, *, seed: int, by: Actor, at: datetime) -> list[Cheat]:
    """Write down what was planned and told at the plot's kitchens; give what of it did not happen so."""
    days = [day for day in planned.days if day.weekday() < 5][::_EVERY]  # noqa: PLR2004 - workdays
    sites = sites_by_code()
    month = _Month(seed, by, at)
    for code, manner in planned.rides.items():
        meals = queries.delivered_meals(code, days)
        for day in days:
            month.ride(sites[code], manner, day, meals)
    month.write_down()
    return month.cheats()


class _Month:
    """The reports of a month of rides, gathered until all plans are kept."""

    def __init__(self, seed: int, by: Actor, at: datetime) -> None:
        """Begin with nothing told."""
        self._random = stream(seed, "ridden")
        self._by, self._at = by, at
        self._reports: list[dict[str, Any]] = []
        self._delivered: list[dict[str, Any]] = []
        self._odd: set[Cheat] = set()
        self._unproven: Counter[str] = Counter()

    def ride(self, site: Site, manner: Manner, day: date, meals: Mapping[tuple[str, date], UUID]) -> None:
        """Plan a kitchen's lunch, release it, and let its riders tell of it."""
        problem = _problem(site, day)
        if problem is None:
            return
        plan = swept(problem)
        kept = keep_plan(Draft(day, _LUNCH, site.site_code, problem, plan), by=self._by, at=self._at)
        _release(kept, by=self._by)
        runs = {
            stop.subscription_id: (run.id, stop.position, run.rider.rider_no, stop.subscription.resident)
            for run in kept.runs
            for stop in run.stops
        }
        proven = 0
        for route in plan.routes:
            for each in told(route, manner, self._random):
                run_id, position, rider_no, resident = runs[each.order]
                meal_id = meals.get((resident.resident_no, day))
                if meal_id is None:
                    continue
                report = self._report(run_id, position, rider_no, instant_of(day, each.second))
                self._delivered.append(
                    {
                        "subscription_id": each.order,
                        "served_on": day,
                        "meal_id": meal_id,
                        "report_id": report.id,
                    }
                )
                proven += 1
            if is_made_up(route, manner):
                asked = "rider_at_two_places" if manner is Manner.TWICE else "impossible_trip"
                self._odd.add(Cheat(asked, _rider_of(runs, route.trips[0].stops[0].order)))
        if manner is Manner.UNPROVEN:
            eaten = sum((runs[order][3].resident_no, day) in meals for order in plan.served)
            self._unproven[site.site_code] += eaten - proven

    def _report(self, run_id: int, position: int, rider_no: str, at: datetime) -> proof.StopReport:
        report = proof.StopReport(
            id=id_at(at, self._random),
            run_id=run_id,
            position=position,
            outcome=Outcome.HANDED_OVER,
            happened_at=at,
            via=Via.LINK,
            reported_by=rider_no,
        )
        self._reports.append(
            {
                "id": report.id,
                "digest": report.digest,
                "run_id": run_id,
                "position": position,
                "outcome": report.outcome,
                "happened_at": at,
                "note": "",
                "via": report.via,
                "reported_by": rider_no,
                "received_at": at + timedelta(seconds=1),
                "skew_seconds": None,
            }
        )
        return report

    def write_down(self) -> None:
        """Write what was told, and which meals it proves."""
        insert_rows(db.session, StopReport, self._reports)
        insert_rows(db.session, DeliveredMeal, self._delivered)

    def cheats(self) -> list[Cheat]:
        """Give what did not happen so, with the checks that ought to ask about it."""
        missing = [
            Cheat("without_proof", code) for code, meals in self._unproven.items() if meals >= _UNPROVEN_MEALS
        ]
        return [*sorted(self._odd, key=lambda each: (each.check, each.subject)), *missing]


def _rider_of(runs: Mapping[int, Sequence[Any]], order: int) -> str:
    return str(runs[order][2])


def _problem(site: Site, day: date) -> RoutingProblem | None:
    """Put the day's lunches into the words of the planner; None where there is nobody to ride, or nothing."""
    code, place = site.site_code, location_of(site)
    going, duties = delivery.due(day, _LUNCH, [code])[code].going, delivery.crews_on(day, [code])[code].duties
    if place is None or not going or not duties:
        return None
    return problem_of(site, place, going, duties, on=day, sitting=_LUNCH, travel=travel_from(place, day))


def _release(kept: DayPlan, *, by: Actor) -> None:
    """Let the plan be made and released on the morning of its own day."""
    morning = instant_of(kept.served_on, _RELEASED_SECONDS)
    price_fen = price_on(kept.kitchen_code, kept.sitting, kept.served_on)
    kept.made_at, kept.released_at = morning, morning
    kept.released_by, kept.price_fen = by.user_no, price_fen
    db.session.flush()
