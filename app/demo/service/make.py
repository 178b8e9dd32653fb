"""Home of making the demo: one stage after another, each with one line in the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from app.audit import service as audit
from app.auth import service as auth
from app.auth.models import User
from app.awards.rules.year import Year
from app.clock import on
from app.demo import queries
from app.demo.rules.cheats import Cheat, Plot
from app.demo.rules.period import days_of_meals
from app.demo.rules.sign_ins import PIN, SIGN_INS
from app.demo.service.accounts import open_accounts
from app.demo.service.awards import reckon_awards
from app.demo.service.cheats import ask_about_cheats, buy_food, plant_cheats
from app.demo.service.complaints import hear_complaints
from app.demo.service.disclosing import publish_months
from app.demo.service.district import District, found_district
from app.demo.service.donations import receive_donations
from app.demo.service.foresight import foresee
from app.demo.service.ledger import serve_meals
from app.demo.service.openings import tell_openings
from app.demo.service.papers import enter_papers
from app.demo.service.people import People, settle_people
from app.demo.service.portions import count_portions
from app.demo.service.statements import settle_months
from app.demo.service.tablets import place_tablets
from app.demo.service.telling import Tell
from app.demo.service.traces import leave_traces
from app.errors import Conflict
from app.roles import COMMAND, Actor
from app.text import text

_SUBJECT = "demo"
_DONE = {
    "demo.sites_opened": text("{sites} sites in {communities} communities"),
    "demo.openings_told": text("{dishes} dishes on the menus, {closures} closures ahead"),
    "demo.accounts_entered": text("{accounts} accounts of operators"),
    "demo.tablets_placed": text("{tablets} tablets"),
    "demo.donations_received": text("{donations} donations to a charity fund"),
    "demo.residents_registered": text("{residents} residents, {diners} of them eat here"),
    "demo.cards_issued": text("{cards} cards for those who eat, {lost} of them lost"),
    "demo.deliveries_arranged": text("{subscriptions} lunches to the door, {riders} riders"),
    "demo.meals_served": text("{meals} meals, {reversals} reversed"),
    "demo.covers_forecast": text("{series} sittings forecast"),
    "demo.portions_counted": text("{counts} counts of portions, {differences} differences"),
    "demo.statements_drafted": text("{drafted} statements drafted, {paid} of them paid"),
    "demo.month_published": text("{rows} rows of a month published"),
    "demo.checks_run": text("{questions} questions of integrity checks"),
    "demo.complaints_received": text("{complaints} complaints, {late} of them late"),
    "demo.awards_reckoned": text("{assessed} canteens assessed, {drafted} awards drafted"),
}
"""What each stage says once it is over, by its line in the trail; its counts fill the gaps."""


@dataclass(frozen=True, slots=True)
class DemoSize:
    """How many residents the demo has, how many months of meals, and which chance makes it."""

    residents: int
    months: int
    seed: int


@dataclass(frozen=True, slots=True)
class _Making:
    """What every stage is made with: the size, by whom, at which instant, and who waits for it."""

    size: DemoSize
    by: Actor
    at: datetime
    tell: Tell

    @property
    def days(self) -> Sequence[date]:
        """Give the days of meals."""
        return days_of_meals(on(self.at), self.size.months)

    def done(self, action: str, counts: Mapping[str, int]) -> None:
        """Write a stage's line into the trail, and tell it."""
        audit.record(action, _SUBJECT, by=self.by, at=self.at, detail=dict(counts))
        self.tell(replace(_DONE[action], values=counts))


def make_demo(size: DemoSize, *, by: Actor, at: datetime, tell: Tell) -> tuple[Cheat, ...]:
    """Fill an empty database with a district of invented people.

    The same size, seed and day make the same district. Meals are served from the first day of the month
    `months` - 1 before this one until yesterday. Give the cheats that were planted in the last whole month:
    no page tells them.

    Raises: Conflict when the database holds anything.
    """
    if not queries.is_empty():
        raise Conflict(
            text(
                "This database holds data that is no demo, so nothing was made. Use a new data folder or an "
                "empty database."
            )
        )
    making = _Making(size, by, at, tell)
    district, users = _found(making)
    actors = {name: user.actor for name, user in users.items()}
    people = _register(making, district)
    plot = _plot(making, district, people, reviewer=actors["reviewer"].user_no)
    _serve(making, district, people, plot=plot, users=users)
    cheats = _settle(making, district, plot, actors)
    audit.record(queries.MADE, _SUBJECT, by=by, at=at, detail=asdict(size))
    return cheats


def _found(making: _Making) -> tuple[District, dict[str, User]]:
    """Open the sites, let users in, place tablets, receive donations; give the sites and the users."""
    seed, by, at, days = making.size.seed, making.by, making.at, making.days
    district = found_district(seed, days, today=on(at), by=by, at=at)
    making.done("demo.sites_opened", district.counts)
    making.done("demo.openings_told", tell_openings(district, seed=seed, by=by, at=at))
    users = {new.username: auth.let_in(new, by=by, at=at) for new in SIGN_INS}
    for user in users.values():
        if user.site_code is not None:
            auth.set_pin(user.user_no, PIN, by=COMMAND, at=at)
    accounts = open_accounts({name: user.user_no for name, user in users.items()}, at=at)
    making.done("demo.accounts_entered", {"accounts": accounts})
    making.done("demo.tablets_placed", {"tablets": place_tablets(district, seed, at=at)})
    enter_papers(district, seed=seed, by=by, at=at)
    making.done("demo.donations_received", receive_donations(days[0] if days else on(at), by=by, at=at))
    return district, users


def _register(making: _Making, district: District) -> People:
    """Register the residents, with cards and lunches to the door."""
    size = making.size
    people = settle_people(district, size.seed, count=size.residents, today=on(making.at), tell=making.tell)
    making.done("demo.residents_registered", people.counts)
    making.done("demo.cards_issued", people.card_counts)
    making.done("demo.deliveries_arranged", people.deliveries)
    return people


def _plot(making: _Making, district: District, people: People, *, reviewer: str) -> Plot | None:
    """Decide who cheats, and how."""
    namesake = next(new.name for new in SIGN_INS if new.site_code is not None)
    return plant_cheats(
        people.diners, district, making.days, seed=making.size.seed, namesake=namesake, reviewer=reviewer
    )


def _serve(
    making: _Making, district: District, people: People, *, plot: Plot | None, users: Mapping[str, User]
) -> None:
    """Serve the meals, forecast those to come, and count the portions of the kitchens."""
    seed, by, at, days = making.size.seed, making.by, making.at, making.days
    # Who writes meals down at a site: of several the one who was let in first.
    staff = {
        user.site_code: user.user_no for user in reversed(list(users.values())) if user.site_code is not None
    }
    served = serve_meals(people.diners, district, days, staff, seed=seed, plot=plot, at=at, tell=making.tell)
    making.done("demo.meals_served", served)
    making.done("demo.covers_forecast", foresee(days, users["officer"].actor, at=at))
    short = plot.over_kitchen if plot is not None else ""
    counted = count_portions(district, days, staff, seed=seed, short=short, by=by, at=at)
    buy_food(district, plot, seed=seed, by=by, at=at)
    making.done("demo.portions_counted", counted)


def _settle(
    making: _Making, district: District, plot: Plot | None, actors: dict[str, Actor]
) -> tuple[Cheat, ...]:
    """Settle and publish the months, let the checks ask, hear complaints, reckon awards; give the cheats."""
    seed, by, at, days = making.size.seed, making.by, making.at, making.days
    making.done("demo.statements_drafted", settle_months(days, actors, at=at))
    traces = leave_traces(plot, actors, seed=seed, at=at)
    making.done("demo.month_published", publish_months(days, actors, at=at))
    making.done("demo.checks_run", {"questions": ask_about_cheats(plot, by=by, at=at)})
    making.done("demo.complaints_received", hear_complaints(actors, at=at))
    if days:
        year = Year(days[-1].year)
        making.done("demo.awards_reckoned", reckon_awards(district, year, actors, seed=seed, at=at))
    return (*plot.cheats, *traces) if plot is not None else ()
