"""Home of the morning's confirmation: a named person says that a kitchen's list of today is right."""

from __future__ import annotations

from datetime import date, datetime

from app import clock
from app.audit import service as audit
from app.canteens.queries import site_of
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models.morning import Confirmation
from app.delivery.rules.morning import is_early, lines_written, mark_of_list
from app.delivery.service.planning import plan_name
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor
from app.text import text


def confirm_morning(
    on: date, sitting: Sitting, kitchen_code: str, *, seen: str, by: Actor, at: datetime
) -> bool:
    """Confirm a kitchen's list for a sitting as it was shown; tell whether that is new.

    `seen` is the mark of the list that the person was shown (`rules.morning.mark_of_list`). A list that
    changed after it was confirmed is confirmed again, as another revision.
    Raises: NotFound outside the scope; DomainError for a day that is over or further ahead than
    tomorrow; Conflict when the list has changed
    since it was looked at.
    """
    site = site_of(kitchen_code, by.scope)
    if site is None:
        raise NotFound(text("There is no kitchen {code}.", code=kitchen_code))
    if on < clock.on(at):
        raise DomainError(text("That day is over; there is nothing to confirm any more."))
    if is_early(on, today=clock.on(at)):
        raise DomainError(text("A list is confirmed on its day, or on the day before. Come back then."))
    name = plan_name(kitchen_code, on, sitting)
    lock_names(db.session, "confirmation", [name])
    (morning,) = queries.mornings(on, sitting, [site])
    if mark_of_list(morning.lines) != seen:
        raise Conflict(text("The list has changed since you opened this page. Read it again, then confirm."))
    if morning.is_confirmed:
        return False
    revision = morning.confirmation.revision + 1 if morning.confirmation else 1
    db.session.add(
        Confirmation(
            served_on=on,
            sitting=sitting,
            kitchen_code=kitchen_code,
            revision=revision,
            lines=lines_written(morning.lines),
            confirmed_at=at,
            confirmed_by=by.user_no,
        )
    )
    db.session.flush()
    detail = {"doors": len(morning.lines), "meals": morning.meals, "revision": revision}
    audit.record("delivery.confirmed", f"plan:{name}", by=by, at=at, detail=detail)
    return True
