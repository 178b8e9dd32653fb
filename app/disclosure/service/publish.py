"""Home of publishing a month: what approved statements come to, summed so that nobody is seen alone."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from app.audit import service as audit
from app.disclosure.models import PublishedMonth, PublishedRow
from app.disclosure.queries import published_areas
from app.disclosure.rules.months import Settled, shown_of
from app.errors import Conflict, NotAllowed, NotFound
from app.extensions import db
from app.locks import lock_names
from app.month import Month
from app.roles import Actor, Scope
from app.settlement import queries as settlement
from app.settlement.models import Statement
from app.settlement.rules.steps import StatementStatus
from app.settlement.service.listing import on_paper
from app.text import text

_APPROVED = frozenset({StatementStatus.APPROVED, StatementStatus.PAID})


def publish_month(month: Month, area: str, *, by: Actor, at: datetime) -> PublishedMonth:
    """Publish what a month's statements of an area come to; published again, the new sums are shown.

    All of its statements must be approved, and no part of the area be published by itself: who came later, or
    is in one table and not in the other, would be told from the difference.
    Raises: NotAllowed outside the actor's area; NotFound without statements; Conflict while one is not
    approved, while a part or the whole around it is published, or when fewer than five people ate.
    """
    statements = _publishable(month, area, by=by)
    shown = shown_of(_settled(statement) for statement in statements)
    if shown.whole is None:
        raise Conflict(
            text("Fewer than 5 people ate in {month}: nothing of it can be published.", month=str(month))
        )
    published = PublishedMonth(
        month=str(month),
        area=area,
        statements=len(statements),
        persons=shown.whole.persons,
        payers=[list(payer) for payer in shown.payers],
        published_at=at,
        published_by=by.user_no,
        rows=[
            PublishedRow(place=place, site_codes=list(group.site_codes), **asdict(group.shares))
            for place, group in enumerate(shown.groups, start=1)
        ],
    )
    db.session.add(published)
    db.session.flush()
    detail: dict[str, object] = {"area": area, "statements": len(statements), "rows": len(shown.groups)}
    audit.record("month.published", f"month:{month}", by=by, at=at, detail=detail)
    return published


def _publishable(month: Month, area: str, *, by: Actor) -> list[Statement]:
    """Give the statements that a month of an area is published from; nobody else publishes it meanwhile.

    Raises: NotAllowed; NotFound; Conflict, as for publishing.
    """
    if not by.scope.covers(area) or by.scope.site_code is not None:
        raise NotAllowed(text("A month is published by the area that it is published for."))
    lock_names(db.session, "disclosure.month", [str(month)])
    other = [each for each in published_areas(str(month)) if each != area and _overlap(each, area)]
    if other:
        raise Conflict(
            text(
                "{month} is published for {area} already: publish it for the same area again.",
                month=str(month),
                area=other[0],
            )
        )
    statements = settlement.statements_of(month, Scope(area))
    if not statements:
        raise NotFound(text("There is no statement of {month}.", month=str(month)))
    waiting = sum(statement.stage not in _APPROVED for statement in statements)
    if waiting:
        raise Conflict(
            text(
                "{count} statements of {month} are not approved yet. A month is published when all are.",
                count=waiting,
                month=str(month),
            )
        )
    return statements


def _overlap(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _settled(statement: Statement) -> Settled:
    return Settled(
        statement.site_code,
        on_paper(statement).tally.persons,
        statement.totals,
        statement.fund_amounts,
    )
