"""Home of the queries on portions: what was counted, explained and ordered, and the balances of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import func, or_, select

from app.canteens import queries as canteens
from app.canteens.models import Site
from app.extensions import db
from app.kept import unless_changed
from app.meals.models import Meal
from app.meals.queries import is_reversed, states_of
from app.roles import Scope
from app.till.models import CountingOrder, DifferenceExplanation, PortionCount
from app.till.queries.worklist import Double, doubles
from app.till.rules.balance import Balance, Count, CountKind, Explanation, Facts, SiteSitting, balances


def balances_at(site_codes: Collection[str], first: date, last: date) -> list[Balance]:
    """Give the balances of some days at these sites, whether anybody asks for counts or not."""
    kitchens = _kitchens_of_sites()
    around = _around(site_codes, kitchens, first, last)
    state = frozenset(states_of(around, first, last).items())
    facts = Facts(
        _standing(around, first, last),
        unless_changed(("meals", around, first, last), state, lambda: meals_served(around, first, last)),
        kitchens,
        counting_orders(around),
        _explanations(site_codes, first, last),
    )
    return [balance for balance in balances(facts) if balance.where.site_code in site_codes]


def balance_of(where: SiteSitting) -> Balance | None:
    """Give the balance of one site's sitting; None where nothing was counted, served or sent."""
    found = balances_at([where.site_code], where.served_on, where.served_on)
    return next((balance for balance in found if balance.where == where), None)


def _kitchens_of_sites() -> dict[str, str]:
    """Give the site that cooks for each site: itself, where it cooks."""
    rows = db.session.execute(select(Site.site_code, Site.kitchen_code).order_by(Site.site_code))
    return {row.site_code: row.kitchen_code or row.site_code for row in rows}


def fed_by(site_code: str, first: date, last: date) -> list[str]:
    """Give the sites that a site cooks for, or sent portions to in some days, by code."""
    points = {site.site_code for site in canteens.served_by(site_code)}
    return sorted(points | _sent_to([site_code], first, last))


def _around(
    site_codes: Collection[str], kitchens: Mapping[str, str], first: date, last: date
) -> frozenset[str]:
    """Give these sites with their kitchens, all whom those cook for, and whomever these sent to."""
    cooking = {kitchens.get(site_code, site_code) for site_code in site_codes}
    family = {site_code for site_code, kitchen in kitchens.items() if kitchen in cooking}
    return frozenset(family | cooking | set(site_codes) | _sent_to(family, first, last))


def _sent_to(site_codes: Collection[str], first: date, last: date) -> set[str]:
    return set(
        db.session.execute(
            select(PortionCount.to_code)
            .where(
                PortionCount.site_code.in_(site_codes),
                PortionCount.kind == CountKind.SENT,
                PortionCount.served_on.between(first, last),
            )
            .distinct()
            .order_by(PortionCount.to_code)
        ).scalars()
    )


def _standing(site_codes: Collection[str], first: date, last: date) -> list[Count]:
    """Give the counts that stand, made at these sites or meant for them."""
    rows = db.session.execute(
        select(
            PortionCount.site_code,
            PortionCount.served_on,
            PortionCount.sitting,
            PortionCount.kind,
            PortionCount.portions,
            PortionCount.to_code,
        )
        .where(
            PortionCount.served_on.between(first, last),
            or_(PortionCount.site_code.in_(site_codes), PortionCount.to_code.in_(site_codes)),
        )
        .order_by(PortionCount.turn, PortionCount.id)
    )
    counts = [
        Count(SiteSitting(site_code, served_on, sitting), kind, portions, to_code)
        for site_code, served_on, sitting, kind, portions, to_code in rows
    ]
    return list({(count.where, count.kind, count.to_code): count for count in counts}.values())


def counts_of(where: SiteSitting) -> list[PortionCount]:
    """Give all that a site ever counted of a sitting, what was replaced too, the first turn first."""
    return list(
        db.session.execute(
            select(PortionCount)
            .where(
                PortionCount.site_code == where.site_code,
                PortionCount.served_on == where.served_on,
                PortionCount.sitting == where.sitting,
            )
            .order_by(PortionCount.turn, PortionCount.id)
        ).scalars()
    )


def meals_served(site_codes: Collection[str], first: date, last: date) -> dict[SiteSitting, int]:
    """Count the meals that stand at these sites, in whatever way they were served or recorded."""
    key = (Meal.site_code, Meal.served_on, Meal.sitting)
    rows = db.session.execute(
        select(*key, func.count())
        .where(Meal.site_code.in_(site_codes), Meal.served_on.between(first, last), ~is_reversed())
        .group_by(*key)
        .order_by(*key)
    )
    return {
        SiteSitting(site_code, served_on, sitting): meals for site_code, served_on, sitting, meals in rows
    }


def _explanations(site_codes: Collection[str], first: date, last: date) -> dict[SiteSitting, Explanation]:
    """Give the last explanation of each sitting at these sites."""
    rows = db.session.execute(
        select(DifferenceExplanation)
        .where(
            DifferenceExplanation.site_code.in_(site_codes),
            DifferenceExplanation.served_on.between(first, last),
        )
        .order_by(DifferenceExplanation.turn)
    ).scalars()
    return {SiteSitting(row.site_code, row.served_on, row.sitting): row.facts for row in rows}


def counting_orders(kitchen_codes: Collection[str]) -> dict[str, date]:
    """Give the day from which each of these kitchens must count; who need not is left out."""
    rows = db.session.execute(
        select(CountingOrder.kitchen_code, CountingOrder.from_on)
        .where(CountingOrder.kitchen_code.in_(kitchen_codes))
        .order_by(CountingOrder.id)
    )
    return {row.kitchen_code: row.from_on for row in rows}


def pairs(site_codes: Collection[str], first: date, last: date) -> list[Double]:
    """Give where somebody ate at two of these sites at one sitting; the newest days first."""
    found = doubles(Scope(), first, last, at_sites=site_codes)
    return [each for each in found if len({meal.site_code for meal in each.meals if meal.is_mine}) > 1]
