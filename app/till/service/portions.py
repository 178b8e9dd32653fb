"""Home of the verbs on portions: count them, explain a difference, order a kitchen to count."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from app.audit import service as audit
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.clock import on
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.roles import Actor
from app.text import text
from app.till import queries
from app.till.models import CountingOrder, DifferenceExplanation, PortionCount
from app.till.rules.balance import LONGEST_WORDS, MOST_PORTIONS, Count, CountKind, SiteSitting

FIGURES_MOVED = text("The figures have changed meanwhile. Look at them again.")


@dataclass(frozen=True, slots=True)
class Explained:
    """What somebody says of a site's sitting, and the figures that they saw."""

    where: SiteSitting
    difference: int
    on_the_way: int
    words: str


def count_portions(
    where: SiteSitting, counts: Iterable[Count], *, reason: str = "", by: Actor, at: datetime
) -> int:
    """Write down what a site counted of its sitting; give how many figures are new.

    What stands already is not written again; a figure that replaces another needs the reason.

    Raises: NotFound outside the scope; DomainError for a day to come, a figure that cannot be, or a
    correction without a reason.
    """
    _site(where.site_code, by)
    if where.served_on > on(at):
        raise DomainError(text("This day is still to come. Count when the meals are cooked."))
    kept = {(row.kind, row.to_code): row for row in queries.counts_of(where)}
    made = []
    for count in counts:
        before = kept.get((count.kind, count.to_code))
        if before is None or before.portions != count.portions:
            made.append(_row(count, before, reason.strip(), by=by, at=at))
    if made:
        db.session.add_all(made)
        db.session.flush()
        detail = {
            "site": where.site_code,
            "on": where.served_on.isoformat(),
            "sitting": where.sitting.value,
            "figures": len(made),
            "corrected": sum(row.turn > 1 for row in made),
        }
        audit.record("portions.counted", f"site:{where.site_code}", by=by, at=at, detail=detail)
    return len(made)


def _row(count: Count, before: PortionCount | None, reason: str, *, by: Actor, at: datetime) -> PortionCount:
    if not 0 <= count.portions <= MOST_PORTIONS:
        raise DomainError(text("Write a number from {low} to {high}.", low=0, high=MOST_PORTIONS))
    if (count.kind is CountKind.SENT) is (count.to_code == count.where.site_code):
        raise DomainError(text("Portions are sent to another site than the one that counts them."))
    if len(reason) > LONGEST_WORDS:
        raise DomainError(text("The reason is too long. Keep it under 200 characters."), field="reason")
    if before is not None and not reason:
        raise DomainError(text("A figure that was counted before is changed. Say why."), field="reason")
    return PortionCount(
        site_code=count.where.site_code,
        served_on=count.where.served_on,
        sitting=count.where.sitting,
        kind=count.kind,
        to_code=count.to_code,
        turn=1 if before is None else before.turn + 1,
        portions=count.portions,
        reason="" if before is None else reason,
        counted_by=by.user_no,
        counted_at=at,
    )


def explain(given: Explained, *, by: Actor, at: datetime) -> DifferenceExplanation:
    """Say why a site's sitting does not balance; it holds while the figures stay as they are.

    Raises: NotFound outside the scope; DomainError without words, or when there is nothing to explain;
    Conflict when the figures are no longer those that were seen.
    """
    _site(given.where.site_code, by)
    words = given.words.strip()
    if not words or len(words) > LONGEST_WORDS:
        raise DomainError(text("Say why, in at most 200 characters."), field="words")
    balance = queries.balance_of(given.where)
    if balance is None or (given.difference, given.on_the_way) != (balance.difference, balance.on_the_way):
        raise Conflict(FIGURES_MOVED)
    if balance.uncounted is not None or not balance.faults:
        raise DomainError(text("There is no difference to explain."), field="words")
    before = balance.explanation
    made = DifferenceExplanation(
        site_code=given.where.site_code,
        served_on=given.where.served_on,
        sitting=given.where.sitting,
        turn=1 if before is None else before.turn + 1,
        difference=given.difference,
        on_the_way=given.on_the_way,
        words=words,
        explained_by=by.user_no,
        explained_at=at,
    )
    db.session.add(made)
    db.session.flush()
    detail = {
        "on": given.where.served_on.isoformat(),
        "sitting": given.where.sitting.value,
        "difference": given.difference,
        "on_the_way": given.on_the_way,
    }
    audit.record("difference.explained", f"site:{given.where.site_code}", by=by, at=at, detail=detail)
    return made


def order_counts(kitchen_codes: Iterable[str], from_on: date, *, by: Actor, at: datetime) -> int:
    """Order kitchens to count portions from a day on; give for how many this is new.

    A later day than before lets the days until then go without.

    Raises: NotFound outside the scope; DomainError for a site that does not cook itself.
    """
    new = 0
    for kitchen_code in kitchen_codes:
        if _site(kitchen_code, by).kitchen_code is not None:
            raise DomainError(
                text("{code} does not cook itself. Name its kitchen.", code=kitchen_code), field="kitchen"
            )
        if queries.counting_orders([kitchen_code]).get(kitchen_code) == from_on:
            continue
        db.session.add(
            CountingOrder(kitchen_code=kitchen_code, from_on=from_on, ordered_by=by.user_no, ordered_at=at)
        )
        db.session.flush()
        detail = {"from_on": from_on.isoformat()}
        audit.record("portions.ordered", f"site:{kitchen_code}", by=by, at=at, detail=detail)
        new += 1
    return new


def _site(site_code: str, by: Actor) -> Site:
    site = canteens.site_of(site_code, by.scope)
    if site is None:
        raise NotFound(text("There is no site {code} in your area.", code=site_code))
    return site
