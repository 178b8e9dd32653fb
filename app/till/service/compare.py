"""Home of deciding between two contents under one number, and of noting that double meals were seen."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from app.audit import service as audit
from app.canteens import queries as canteens
from app.canteens.rules import Sitting
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.meals import queries as meals
from app.meals import service as ledger
from app.meals.models import Meal
from app.meals.rules import LedgerEntry
from app.residents import queries as residents
from app.roles import Actor
from app.text import text
from app.till import queries
from app.till.models import ConflictReview, SeenDouble
from app.till.queries import TwoContents
from app.till.rules.conflicts import Content, Verdict, id_of_other, read_content
from app.till.rules.quarantine import Unfit
from app.till.service.who import people_meant


def keep_first(conflict_id: int, *, by: Actor, at: datetime) -> None:
    """Decide that the content that the ledger holds is the right one.

    Raises: NotFound outside the scope; Conflict when somebody has decided.
    """
    _review(_undecided(conflict_id, by), Verdict.FIRST, by=by, at=at)


def take_other(conflict_id: int, reason: str, *, by: Actor, at: datetime) -> UUID:
    """Take the other content instead: the first is reversed with a reason, the other gets its own number.

    Gives that number. A first that is no meal, or is reversed already, stays as it is.

    Raises: NotFound outside the scope; Conflict when somebody has decided; DomainError without a reason, or
    when nobody knows whom the other names.
    """
    found = _undecided(conflict_id, by)
    content = _content(found)
    if canteens.site_of(content.site_code, by.scope) is None:
        raise DomainError(
            text("The other content is of site {code}. Let the district decide.", code=content.site_code)
        )
    if not reason.strip():
        raise DomainError(text("Say why the first one is wrong."), field="reason")
    record_id = id_of_other(found.first.id, found.conflict.digest)
    _review(found, Verdict.OTHER, record_id, by=by, at=at)
    if isinstance(found.first, Meal) and meals.reversal_of(found.first.id) is None:
        ledger.reverse(found.first.id, reason, by=by, at=at)
    ledger.record(_entry(record_id, content), by=by, at=at)
    return record_id


def see_double(
    resident_no: str, served_on: date, sitting: Sitting, *, meals_seen: int, by: Actor, at: datetime
) -> None:
    """Note that the actor's site, or office, has seen that somebody ate more than once at a sitting.

    Raises: NotFound when there is no such thing within the scope.
    """
    key = resident_no, served_on, sitting
    if not any(each.key == key for each in queries.doubles(by.scope, served_on, served_on)):
        raise NotFound(text("There is no such record, or it is not yours to see."))
    site_code = by.scope.site_code or ""
    seen = next((row for row in queries.seen_doubles(site_code, served_on) if _key(row) == key), None)
    if seen is None:
        seen = SeenDouble(resident_no=resident_no, served_on=served_on, sitting=sitting, site_code=site_code)
        db.session.add(seen)
    seen.meals, seen.seen_by, seen.seen_at = meals_seen, by.user_no, at


def _key(row: SeenDouble) -> tuple[str, date, Sitting]:
    return row.resident_no, row.served_on, row.sitting


def _undecided(conflict_id: int, by: Actor) -> TwoContents:
    found = queries.two_contents(by.scope, conflict_id=conflict_id)
    if found:
        return found[0]
    if queries.is_reviewed(conflict_id):
        raise Conflict(text("Somebody decided this meanwhile. Nothing was changed; look again."))
    raise NotFound(text("There is no such record, or it is not yours to see."))


def _review(
    found: TwoContents, verdict: Verdict, record_id: UUID | None = None, *, by: Actor, at: datetime
) -> None:
    """Write the decision down first: of two people who decide at once the database lets one through."""
    db.session.add(
        ConflictReview(
            conflict_id=found.conflict.id,
            verdict=verdict,
            record_id=record_id,
            reviewed_by=by.user_no,
            reviewed_at=at,
        )
    )
    db.session.flush()
    action = "conflict.first_right" if verdict is Verdict.FIRST else "conflict.other_taken"
    detail = {"other": str(record_id)} if record_id is not None else {}
    audit.record(action, f"record:{found.first.id}", by=by, at=at, detail=detail)


def _content(found: TwoContents) -> Content:
    try:
        return read_content(found.conflict.content)
    except (ValueError, TypeError, IndexError):
        raise DomainError(text("The other content cannot be read. Record the meal by hand.")) from None


def _entry(record_id: UUID, content: Content) -> LedgerEntry:
    resident_no = _resident_no(content)
    return LedgerEntry(
        id=record_id,
        resident_no=resident_no,
        site_code=content.site_code,
        served_on=content.served_on,
        sitting=content.sitting,
        channel=content.channel,
        price_fen=content.price_fen,
        served_at=content.served_at,
        recorded_by=content.recorded_by,
        tablet=content.tablet,
        reverses=content.reverses,
        reason=content.reason,
        sent_as="" if content.resident == resident_no else content.resident,
        payment=content.payment,
        companion_of=content.companion_of,
        found_by=content.found_by,
        sheet_no=content.sheet_no,
    )


def _resident_no(content: Content) -> str:
    """Give the resident number that a content means by whatever it names the resident."""
    index = content.identity_index
    if index is not None:
        number = residents.number_named_by(index)
        if number is None:
            raise DomainError(text("Nobody is registered with this identity number yet."))
        return number
    try:
        return people_meant({content.resident}).named(content.resident)[0]
    except Unfit as fault:
        raise DomainError(fault.problem.label) from None
