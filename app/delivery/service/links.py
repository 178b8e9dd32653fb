"""Home of riders' links: issue and revoke them, know whose a token is, and take what a phone sends."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from app.audit import queries as audits
from app.audit import service as audit
from app.delivery import queries
from app.delivery.models import ReportAside, RiderLink
from app.delivery.models.links import LinkOpening
from app.delivery.queries.links import has_opened, phones_of
from app.delivery.rules.links import (
    CONTEXT,
    MOST_PHONES,
    Problem,
    Sender,
    read_report,
    report_id_of,
    signed_words,
)
from app.delivery.rules.proof import StopReport
from app.delivery.rules.signed import read_token
from app.delivery.service.proof import Taken, take_reports
from app.delivery.service.signed import is_signed, signed_token
from app.errors import NotFound
from app.extensions import db
from app.meals.rules import ReceiptStatus
from app.roles import Actor
from app.text import Text, text

_PROBLEMS = {Taken.CONFLICT: Problem.CONFLICT, Taken.UNKNOWN_STOP: Problem.UNKNOWN_STOP}


def issue_links(on: date, kitchen_code: str, *, by: Actor, at: datetime) -> int:
    """Give every rider whom a kitchen sends out on a day a link, if they have none; tell how many were new.

    The caller has looked whether the kitchen is theirs.
    """
    riders = queries.riders_sent(on, kitchen_code)
    there = queries.links_of([rider.id for rider in riders], on)
    new = [rider for rider in riders if rider.id not in there]
    db.session.add_all(
        RiderLink(link_id=uuid4(), rider_id=rider.id, served_on=on, issued_at=at, issued_by=by.user_no)
        for rider in new
    )
    db.session.flush()
    for rider in new:
        audit.record("rider_link.issued", _subject(rider.rider_no, on), by=by, at=at)
    return len(new)


def revoke_link(rider_no: str, on: date, *, by: Actor, at: datetime) -> None:
    """Let a rider's link for a day open nothing any more; what its phone has not sent stays on the phone.

    Raises: NotFound when the rider is not in the scope, or has no link for the day.
    """
    rider = queries.rider(rider_no, by.scope)
    link = queries.links_of([rider.id], on).get(rider.id) if rider is not None else None
    if link is None:
        raise NotFound(text("Rider {rider_no} has no link for this day.", rider_no=rider_no))
    link.revoked_at, link.revoked_by = at, by.user_no
    db.session.flush()
    audit.record("rider_link.revoked", _subject(rider_no, on), by=by, at=at)


def _subject(rider_no: str, on: date) -> str:
    return f"rider:{rider_no}:{on.isoformat()}"


def link_token(link: RiderLink) -> str:
    """Give what a link carries behind its #."""
    return signed_token(link.link_id, _words(link), context=CONTEXT)


def link_of_token(token: str) -> RiderLink | None:
    """Give the link that a token belongs to, revoked or not; None for a token that we did not sign."""
    read = read_token(token)
    link = queries.link_numbered(read[0]) if read is not None else None
    if read is None or link is None or not is_signed(read[1], _words(link), context=CONTEXT):
        return None
    return link


def _words(link: RiderLink) -> str:
    return signed_words(link.link_id, link.rider_id, link.served_on)


def note_phones_sent(rider_no: str, resident_nos: Iterable[str], *, since: datetime, at: datetime) -> None:
    """Write down whose phone numbers a rider's phone is given: each door's once since the link was issued."""
    sent = audits.subjects_of(rider_no, _SENT, since=since)
    for subject in sorted({f"resident:{resident_no}" for resident_no in resident_nos} - sent):
        audit.record("resident.phone_sent", subject, by=Actor(rider_no), at=at)


_SENT = "resident.phone_sent"


@dataclass(frozen=True, slots=True)
class PhoneReceipt:
    """The answer to one report of a phone; `message` says why it was kept apart."""

    id: str
    status: ReceiptStatus
    message: Text | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    """What a phone sends: reports as they came, what else it holds, and by how much its clock is ahead.

    `phone` is the number that it drew for this link; an older page sends none.
    """

    reports: Sequence[object]
    unsent: int | None
    skew_seconds: int | None
    phone: UUID | None = None


def take_from_phone(link_id: UUID, batch: Batch, *, at: datetime) -> list[PhoneReceipt]:
    """Take what a rider's phone reports; one receipt each, in their order, the same when sent again.

    One bad report never blocks the others: it is kept apart, and the phone is told why.
    """
    link = queries.link_numbered(link_id, for_update=True)
    if link is None:
        raise NotFound(text("This link is not known."))
    rider = link.rider
    sender = Sender(rider.rider_no, batch.skew_seconds)
    read = [read_report(raw, sender) for raw in batch.reports]
    own = queries.own_runs(rider.id, link.served_on, {each.run_id for each in read if each is not None})
    fit = [each for each in read if each is not None and each.run_id in own]
    by = Actor(rider.rider_no)
    taken = iter(take_reports(fit, by=by, at=at))
    receipts = []
    for raw, each in zip(batch.reports, read, strict=True):
        problem = _problem(each, own)
        if problem is None:
            problem = _PROBLEMS.get(next(taken).taken)
        receipts.append(_answered(link, raw, problem, at))
    link.seen_at, link.unsent = at, batch.unsent
    db.session.flush()
    _note_phone(link, batch.phone, at)
    return receipts


def _note_phone(link: RiderLink, phone: UUID | None, at: datetime) -> None:
    """Note a phone that opens a link for the first time; a second one says that the link was passed on."""
    if phone is None or has_opened(link.id, phone):
        return
    earlier = phones_of([link.id])[link.id]
    if earlier < MOST_PHONES:
        db.session.add(LinkOpening(link_id=link.id, phone=phone, opened_at=at))
        db.session.flush()
    if earlier:
        rider_no = link.rider.rider_no
        detail = {"phones": earlier + 1}
        subject = _subject(rider_no, link.served_on)
        audit.record("rider_link.opened_elsewhere", subject, by=Actor(rider_no), at=at, detail=detail)


def _problem(read: StopReport | None, own: Collection[int]) -> Problem | None:
    if read is None:
        return Problem.UNREADABLE
    return None if read.run_id in own else Problem.UNKNOWN_STOP


def _answered(link: RiderLink, raw: object, problem: Problem | None, at: datetime) -> PhoneReceipt:
    record_id = report_id_of(raw)
    if problem is None:
        return PhoneReceipt(record_id, ReceiptStatus.ACCEPTED)
    _keep_aside(link, raw, problem, at)
    status = ReceiptStatus.CONFLICT if problem is Problem.CONFLICT else ReceiptStatus.QUARANTINED
    return PhoneReceipt(record_id, status, problem.message)


def _keep_aside(link: RiderLink, raw: object, problem: Problem, at: datetime) -> None:
    """Keep a report that was not taken, once for each content."""
    content = json.dumps(raw, ensure_ascii=True, sort_keys=True)
    digest = hashlib.sha256(content.encode()).hexdigest()
    record_id = report_id_of(raw)
    if queries.is_aside(link.id, record_id, digest):
        return
    aside = ReportAside(
        link_id=link.id,
        record_id=record_id,
        digest=digest,
        problem=problem,
        content=content,
        received_at=at,
    )
    db.session.add(aside)
    db.session.flush()
    detail = {"problem": problem.value}
    subject = _subject(link.rider.rider_no, link.served_on)
    audit.record("delivery.report_kept_apart", subject, by=Actor(link.rider.rider_no), at=at, detail=detail)
