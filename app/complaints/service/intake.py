"""Home of taking a complaint in, and of the code by which whoever brought it looks it up."""

from __future__ import annotations

import hmac
from datetime import datetime

from app.audit import service as audit
from app.clock import on
from app.complaints import queries
from app.complaints.models import Complaint, ComplaintStep
from app.complaints.rules.classes import due_on
from app.complaints.rules.intake import CODE_DIGITS, NewComplaint, number_in
from app.complaints.rules.states import Act, State
from app.extensions import db
from app.roles import Actor
from app.sealing import keyring
from app.subsidy import queries as subsidy

_CONTEXT = "complaint.code"
_HEX = 16


def receive(new: NewComplaint, *, by: Actor, at: datetime) -> Complaint:
    """Take a complaint in; one that came before under the same `sent_id` is given as it is.

    The clock of its class runs from the day on which it was said, also when a tablet brings it later.

    Raises: DomainError for a class that is not offered.
    """
    if new.sent_id is not None and (known := queries.of_sent_ids([new.sent_id]).get(new.sent_id)):
        return known
    said_at = min(new.said_at or at, at)
    day = on(said_at)
    kind = queries.class_book().ensure_offered(new.class_code, day)
    due = new.due_on or due_on(day, kind.working_days, subsidy.work_calendar())
    made = Complaint(
        way=new.way,
        class_code=kind.code,
        area_code=new.area_code,
        site_code=new.site_code,
        content=new.content,
        name=new.name or None,
        phone=new.phone or None,
        is_confidential=new.is_confidential,
        said_at=said_at,
        received_at=at,
        received_on=day,
        received_by=by.user_no,
        due_on=max(due, day),
        state=State.RECEIVED,
        sent_id=new.sent_id,
        digest=new.digest,
        hotline_no=new.hotline_no,
        steps=[ComplaintStep(act=Act.RECEIVED, state=State.RECEIVED, taken_at=at, taken_by=by.user_no)],
    )
    db.session.add(made)
    db.session.flush()
    detail = {"way": new.way.value, "class": kind.code, "site": new.site_code}
    audit.record("complaint.received", f"complaint:{made.complaint_no}", by=by, at=at, detail=detail)
    return made


def code_of(complaint: Complaint) -> str:
    """Give the code by which whoever complained looks the answer up: digits, which a phone types easily."""
    digest = keyring.index(str(complaint.id), context=_CONTEXT)
    return f"{int(digest[:_HEX], 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def complaint_of_code(number: str, code: str) -> Complaint | None:
    """Give the complaint that a number and a code stand for; of one that was merged, the one it went into."""
    wanted = number_in(number)
    found = None if wanted is None else queries.complaint_numbered(wanted)
    if found is None or not hmac.compare_digest(code.strip().encode(), code_of(found).encode()):
        return None
    while found.merged_into is not None and (into := queries.complaint_numbered(found.merged_into)):
        found = into
    return found
