"""Home of making the demo: one stage after another, each with one line in the trail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.access import COMMAND, Actor
from app.audit import service as audit
from app.auth import service as auth
from app.auth.models import User
from app.awards.rules.year import Year
from app.clock import on
from app.demo import queries
from app.demo.rules.cheats import Cheat
from app.demo.rules.period import days_of_meals
from app.demo.rules.sign_ins import PIN, SIGN_INS
from app.demo.service.accounts import open_accounts
from app.demo.service.awards import reckon_awards
from app.demo.service.cheats import ask_about_cheats, buy_food, plant_cheats
from app.demo.service.complaints import hear_complaints
from app.demo.service.disclosing import publish_months
from app.demo.service.district import found_district
from app.demo.service.donations import receive_donations
from app.demo.service.foresight import foresee
from app.demo.service.ledger import serve_meals
from app.demo.service.openings import tell_openings
from app.demo.service.papers import enter_papers
from app.demo.service.people import settle_people
from app.demo.service.portions import count_portions
from app.demo.service.statements import settle_months
from app.demo.service.tablets import place_tablets
from app.demo.service.telling import Tell
from app.demo.service.traces import leave_traces
from app.errors import Conflict
from app.text import Text, text

_SUBJECT = "demo"


@dataclass(frozen=True, slots=True)
class DemoSize:
    """How many residents the demo has, how many months of meals, and which chance makes it."""

    residents: int
    months: int
    seed: int


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
    today = on(at)
    days = days_of_meals(today, size.months)

    def done(action: str, sentence: Text, **counts: int) -> None:
        audit.record(action, _SUBJECT, by=by, at=at, detail=counts)
        tell(sentence)

    district = found_district(size.seed, days, today=today, by=by, at=at)
    done(
        "demo.sites_opened",
        text("{sites} sites in {communities} communities", **district.counts),
        **district.counts,
    )
    opened = tell_openings(district, seed=size.seed, by=by, at=at)
    done(
        "demo.openings_told",
        text("{dishes} dishes on the menus, {closures} closures ahead", **opened),
        **opened,
    )
    users = {new.username: auth.let_in(new, by=by, at=at) for new in SIGN_INS}
    staff = _with_pins(users.values(), at=at)
    actors = {name: user.actor for name, user in users.items()}
    accounts = open_accounts({name: user.user_no for name, user in users.items()}, at=at)
    done(
        "demo.accounts_entered",
        text("{accounts} accounts of operators", accounts=accounts),
        accounts=accounts,
    )
    tablets = place_tablets(district, size.seed, at=at)
    done("demo.tablets_placed", text("{tablets} tablets", tablets=tablets), tablets=tablets)
    enter_papers(district, seed=size.seed, by=by, at=at)
    given = receive_donations(days[0] if days else today, by=by, at=at)
    done("demo.donations_received", text("{donations} donations to a charity fund", **given), **given)
    people = settle_people(district, size.seed, count=size.residents, today=today, tell=tell)
    done(
        "demo.residents_registered",
        text("{residents} residents, {diners} of them eat here", **people.counts),
        **people.counts,
    )
    done(
        "demo.cards_issued",
        text("{cards} cards for those who eat, {lost} of them lost", **people.card_counts),
        **people.card_counts,
    )
    done(
        "demo.deliveries_arranged",
        text("{subscriptions} lunches to the door, {riders} riders", **people.deliveries),
        **people.deliveries,
    )
    namesake = next(new.name for new in SIGN_INS if new.site_code is not None)
    plot = plant_cheats(
        people.diners,
        district,
        days,
        seed=size.seed,
        namesake=namesake,
        reviewer=actors["reviewer"].user_no,
    )
    served = serve_meals(people.diners, district, days, staff, seed=size.seed, plot=plot, at=at, tell=tell)
    done("demo.meals_served", text("{meals} meals, {reversals} reversed", **served), **served)
    foreseen = foresee(days, actors["officer"], at=at)
    done("demo.covers_forecast", text("{series} sittings forecast", **foreseen), **foreseen)
    short = plot.over_kitchen if plot is not None else ""
    counted = count_portions(district, days, staff, seed=size.seed, short=short, by=by, at=at)
    buy_food(district, plot, seed=size.seed, by=by, at=at)
    done(
        "demo.portions_counted",
        text("{counts} counts of portions, {differences} differences", **counted),
        **counted,
    )
    settled = settle_months(days, actors, at=at)
    done(
        "demo.statements_drafted",
        text("{drafted} statements drafted, {paid} of them paid", **settled),
        **settled,
    )
    traces = leave_traces(plot, actors, seed=size.seed, at=at)
    published = publish_months(days, actors, at=at)
    done("demo.month_published", text("{rows} rows of a month published", **published), **published)
    questions = ask_about_cheats(plot, by=by, at=at)
    done(
        "demo.checks_run",
        text("{questions} questions of integrity checks", questions=questions),
        questions=questions,
    )
    heard = hear_complaints(actors, at=at)
    done("demo.complaints_received", text("{complaints} complaints, {late} of them late", **heard), **heard)
    if days:
        awards = reckon_awards(district, Year(days[-1].year), actors, seed=size.seed, at=at)
        done(
            "demo.awards_reckoned",
            text("{assessed} canteens assessed, {drafted} awards drafted", **awards),
            **awards,
        )
    audit.record(
        queries.MADE,
        _SUBJECT,
        by=by,
        at=at,
        detail={"residents": size.residents, "months": size.months, "seed": size.seed},
    )
    return (*plot.cheats, *traces) if plot is not None else ()


def _with_pins(users: Iterable[User], *, at: datetime) -> dict[str, str]:
    """Give the sites' people their PIN; give who writes meals down at which site."""
    staff: dict[str, str] = {}
    for user in users:
        if user.site_code is not None:
            auth.set_pin(user.user_no, PIN, by=COMMAND, at=at)
            staff.setdefault(user.site_code, user.user_no)
    return staff
