"""Home of entering what a kitchen bought in a month, by weight."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.audit import service as audit
from app.canteens import queries as canteens
from app.clock import on
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.month import Month
from app.oversight.models.purchases import SitePurchase
from app.oversight.queries.purchases import purchases_of
from app.oversight.rules.purchases import Purchase, ensure_purchase
from app.roles import Actor, Permission
from app.text import text


def enter_purchases(
    site_code: str, month: Month, bought: Iterable[Purchase], *, by: Actor, at: datetime
) -> int:
    """Write down what a kitchen bought; give how many foods were entered or changed.

    Raises: NotFound outside the scope; NotAllowed; Conflict for a site that cooks not, or a month to come;
    DomainError for a weight that cannot be, a change without a reason, or nothing new.
    """
    if not by.may(Permission.PURCHASES_ENTER):
        raise NotAllowed(text("You may not take this step. Ask whoever does it in your office."))
    site = canteens.site_of(site_code, by.scope)
    if site is None:
        raise NotFound(text("There is no site {code}.", code=site_code))
    if site.kitchen_code is not None:
        raise Conflict(text("This site does not cook itself. Its kitchen enters what was bought."))
    if month.first_on > on(at):
        raise Conflict(text("This month is still to come."))
    held = purchases_of(month, {site_code})
    entered = []
    for each in bought:
        before = held.get((site_code, each.food))
        ensure_purchase(each, before=before.grams if before is not None else None)
        if before is None or before.grams != each.grams:
            turn = before.turn + 1 if before is not None else 1
            reason = each.reason.strip() if before is not None else ""
            entered.append(
                SitePurchase(
                    site_code=site_code,
                    month=str(month),
                    food=each.food,
                    turn=turn,
                    grams=each.grams,
                    reason=reason,
                    entered_by=by.user_no,
                    entered_at=at,
                )
            )
    if not entered:
        raise DomainError(text("Nothing was changed."))
    db.session.add_all(entered)
    db.session.flush()
    detail: dict[str, object] = {each.food.value: each.grams for each in entered}
    detail["month"] = str(month)
    audit.record("purchases.entered", f"site:{site_code}", by=by, at=at, detail=detail)
    return len(entered)
