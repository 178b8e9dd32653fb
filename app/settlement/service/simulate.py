"""Home of simulating a policy: a past month decided twice from the facts, without the policy and with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from uuid import UUID

from app.canteens import queries as canteens
from app.canteens.rules import SiteFacts
from app.errors import DomainError, NotFound
from app.meals.rules import Decision, adjudicate, affected_span
from app.month import Month
from app.roles import Scope
from app.settlement import queries
from app.settlement.rules.simulated_book import BookForOneMonth, book_with
from app.settlement.rules.simulation import ResidentChange, Simulation
from app.settlement.rules.simulation_tally import SimulationTally
from app.settlement.service.eaters import Eater, eaters
from app.subsidy import queries as subsidy
from app.subsidy.rules import Policy, PolicyBook
from app.text import text

Decisions = Mapping[UUID, Decision]


def simulate(
    policy: Policy,
    month: Month,
    *,
    scope: Scope,
    site_code: str | None = None,
    as_if_in_force: bool = True,
    tell: Callable[[ResidentChange], None] = lambda _: None,
) -> Simulation:
    """Give what a month's money would have been with a policy that need not be published. Nothing is written.

    Before and after are both decided from the facts. `as_if_in_force` lets the policy decide the whole month
    in its district; otherwise it decides from its own first day on, beside the published ones. Counted are
    the meals at the sites in scope; the caps reach over all sites. Each resident who gains or loses is told
    to `tell`, by number.

    Raises: NotFound for an unknown site; DomainError when there is nothing to simulate.
    """
    sites = canteens.site_facts()
    counted = _counted(month, scope, site_code)
    _refuse_elsewhere(policy, month, [sites[code] for code in counted])
    before = subsidy.policy_book()
    after = BookForOneMonth(policy, month, before) if as_if_in_force else book_with(policy, before)
    judge = _Judge(sites, before, after)
    tally = SimulationTally(month, counted)
    for eater in eaters(*_span(month, before, after)):
        meals = [witness.fact for witness in eater.witnesses]
        if counted.isdisjoint(meal.site_code for meal in meals):
            continue
        old, new = judge.decided(eater)
        change = tally.add(eater.resident_no, eater.facts, meals, before=old, after=new)
        if change is not None:
            tell(change)
    return tally.result(policy, as_if_in_force=as_if_in_force)


def _counted(month: Month, scope: Scope, site_code: str | None) -> frozenset[str]:
    if site_code is not None and not queries.site_is_in(scope, site_code):
        raise NotFound(text("No site {code}", code=site_code), field="site")
    counted = frozenset(queries.sites_of(month, scope, site_code=site_code))
    if not counted:
        raise DomainError(
            text("No meals were served in {month}. There is nothing to simulate.", month=month), field="month"
        )
    return counted


def _refuse_elsewhere(policy: Policy, month: Month, sites: list[SiteFacts]) -> None:
    if not any(policy.covers(site.area_code) for site in sites):
        raise DomainError(
            text(
                "The policy {reference} is for {district}, where no meals were served in {month}. Check the "
                "district in the file.",
                reference=policy.reference,
                district=policy.district,
                month=month,
            ),
            field="file",
        )


def _span(month: Month, *books: PolicyBook) -> tuple[date, date]:
    """Give the days whose meals bear on the month under either book."""
    spans = [affected_span(month.first_on, book, until=month.last_on) for book in books]
    return min(first for first, _ in spans), max(last for _, last in spans)


class _Judge:
    """Decides meals by two books, and only once where these cannot differ."""

    def __init__(self, sites: Mapping[str, SiteFacts], before: PolicyBook, after: PolicyBook) -> None:
        self._sites, self._before, self._after = sites, before, after
        self._calendar = subsidy.work_calendar()
        self._known: dict[tuple[str, date], bool] = {}

    def decided(self, eater: Eater) -> tuple[Decisions, Decisions]:
        """Give the decisions by either book; they are the same object where nothing can differ."""
        before = self._by(self._before, eater)
        if eater.facts is None or not any(
            self._differs(witness.fact.site_code, witness.fact.served_on) for witness in eater.witnesses
        ):
            return before, before
        return before, self._by(self._after, eater)

    def _differs(self, site_code: str, day: date) -> bool:
        """Tell whether the books have different policies for a site and day."""
        differs = self._known.get((site_code, day))
        if differs is None:
            area_code = self._sites[site_code].area_code
            differs = self._before.deciding(area_code, day) != self._after.deciding(area_code, day)
            self._known[site_code, day] = differs
        return differs

    def _by(self, book: PolicyBook, eater: Eater) -> Decisions:
        return adjudicate(
            [witness.fact for witness in eater.witnesses],
            reversed_ids={witness.fact.meal_id for witness in eater.witnesses if witness.is_reversed},
            resident=eater.facts,
            sites=self._sites,
            policies=book,
            calendar=self._calendar,
        )
