"""Home of a resident's own report: everything that is kept about them, as they may ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from io import BytesIO

from app.areas import queries as areas
from app.audit import service as audit
from app.audit.rules import act_label
from app.care.queries.visits import visits_of
from app.clock import SHANGHAI
from app.complaints.queries import of_resident
from app.delivery.queries.family import contacts_of
from app.delivery.queries.photos import photo_consent, photos_of_household
from app.errors import NotAllowed
from app.meals.models import LedgerRecord, Meal
from app.privacy.queries import people
from app.residents.models import Resident
from app.residents.service.person import resident_for
from app.roles import Actor, Permission
from app.text import Text, text
from app.workbook import Cell, Column, Kind, Sheet, write_workbook

Say = Callable[[Text], str]

kept_above: list[Callable[[str, Say], Iterator[list[Cell]]]] = []
"""What else is kept of a resident, by number, as rows of “Person”; packages above put themselves in."""


def personal_report(resident_no: str, *, say: Say, by: Actor, at: datetime) -> bytes:
    """Write everything that is kept about a resident into a workbook; the trail keeps who took it.

    Source: 个人信息保护法 art. 45.

    Raises: NotFound outside the scope; NotAllowed for those who see numbers masked only.
    """
    if not by.may(Permission.IDENTITY_REVEAL):
        raise NotAllowed(text("Your role shows identity numbers masked only."))
    resident = resident_for(resident_no, by=by)
    audit.record("resident.reported", f"resident:{resident_no}", by=by, at=at)
    target = BytesIO()
    write_workbook(target, _sheets(resident, say))
    return target.getvalue()


def _sheets(resident: Resident, say: Say) -> Iterator[Sheet]:
    yield _sheet(say(text("Person")), say, _PERSON, _person_rows(resident, say))
    yield _sheet(say(text("Status and categories")), say, _DATED, _dated_rows(resident, say))
    yield _sheet(say(text("Meals")), say, _MEALS, _meal_rows(resident, say))
    yield _sheet(say(text("Care")), say, _CARE, _care_rows(resident, say))
    yield _sheet(say(text("Complaints and wishes")), say, _COMPLAINTS, _complaint_rows(resident, say))
    yield _sheet(say(text("Who looked and wrote")), say, _ACTS, _act_rows(resident, say))


def _sheet(
    name: str, say: Say, columns: Sequence[tuple[Text, Kind, int]], rows: Iterator[list[Cell]]
) -> Sheet:
    headed = [Column(say(heading), kind, width) for heading, kind, width in columns]
    return Sheet(name, name, headed, rows)


_PERSON = ((text("Field"), Kind.TEXT, 24), (text("What is kept"), Kind.TEXT, 60))
_DATED = (
    (text("What"), Kind.TEXT, 24),
    (text("From"), Kind.DATE, 14),
    (text("Until before"), Kind.DATE, 14),
    (text("Evidence or note"), Kind.TEXT, 40),
)
_MEALS = (
    (text("Date"), Kind.DATE, 14),
    (text("Sitting"), Kind.TEXT, 10),
    (text("Site"), Kind.TEXT, 12),
    (text("Record"), Kind.TEXT, 12),
    (text("Price"), Kind.YUAN, 10),
    (text("Resident"), Kind.YUAN, 10),
    (text("Government"), Kind.YUAN, 10),
    (text("Operator"), Kind.YUAN, 10),
    (text("Charity"), Kind.YUAN, 10),
)
_CARE = (
    (text("Date"), Kind.DATE, 14),
    (text("What"), Kind.TEXT, 30),
    (text("What came of it"), Kind.TEXT, 30),
    (text("Note"), Kind.TEXT, 40),
)
_COMPLAINTS = (
    (text("Number"), Kind.TEXT, 14),
    (text("Received on"), Kind.DATE, 14),
    (text("The complaint in words"), Kind.TEXT, 60),
    (text("Phone"), Kind.TEXT, 16),
    (text("State"), Kind.TEXT, 18),
    (text("Answer"), Kind.TEXT, 60),
)
_ACTS = ((text("Time"), Kind.TEXT, 20), (text("User number"), Kind.TEXT, 14), (text("Act"), Kind.TEXT, 40))


def _person_rows(resident: Resident, say: Say) -> Iterator[list[Cell]]:
    places = areas.labels([resident.residence_area, resident.registered_area])
    door = f"{resident.latitude}, {resident.longitude}" if resident.latitude is not None else ""
    rows = (
        (text("Resident number"), resident.resident_no),
        (text("Name"), resident.name),
        (text("Identity number"), resident.identity_number or ""),
        (text("Born"), resident.birth_on.isoformat()),
        (text("Phone"), resident.phone or ""),
        (text("Lives in"), places[resident.residence_area]),
        (text("Address"), resident.address),
        (text("Household registered in"), places[resident.registered_area]),
        (text("Coordinates of the door (WGS-84)"), door),
        (text("Consented on"), resident.consent_on.isoformat() if resident.consent_on else ""),
        (text("Registered"), _moment(resident.registered_at)),
    )
    for label, value in rows:
        yield [say(label), value]
    for contact in contacts_of(resident.id):
        yield [say(contact.relation.label), f"{contact.name} {contact.phone}"]
    consent = photo_consent(resident.id)
    if consent is not None:
        count = len(photos_of_household(resident.id))
        agreed = text("agreed on {day}; {count} are kept", day=consent.agreed_on, count=count)
        yield [say(text("Photos of hand-overs")), say(agreed)]
    for card in people.cards_of(resident.id):
        yield [say(text("Card")), card.code]
    for rows_of in kept_above:
        yield from rows_of(resident.resident_no, say)


def _dated_rows(resident: Resident, say: Say) -> Iterator[list[Cell]]:
    for status in resident.statuses:
        yield [say(status.status.label), status.from_on, None, status.note]
    for held in resident.categories:
        label = say(held.category.label)
        yield [f"{label} {held.grade or ''}".strip(), held.from_on, held.until_on, held.evidence]
    for absence in resident.absences:
        yield [say(absence.reason.label), absence.from_on, absence.back_on, ""]
    for subscription in people.subscriptions_of(resident.id):
        kept = f"{subscription.diet} {subscription.note}".strip()
        yield [say(text("Delivery")), subscription.from_on, subscription.until_on, kept]


def _meal_rows(resident: Resident, say: Say) -> Iterator[list[Cell]]:
    for record in people.meals_of(resident.resident_no):
        kind = text("Meal") if isinstance(record, Meal) else text("Reversal")
        yield [record.served_on, say(record.sitting.label), record.site_code, say(kind), *_parts(record)]


def _care_rows(resident: Resident, say: Say) -> Iterator[list[Cell]]:
    for missed in people.missed_meals_of(resident.id):
        what = say(text("Missed: {sitting}", sitting=missed.sitting.label))
        closing = missed.closing
        outcome = say(closing.outcome.label) if closing is not None else ""
        yield [missed.served_on, what, outcome, closing.note if closing is not None else ""]
        for step in missed.steps:
            yield [missed.served_on, say(step.step.label), say(step.result.label), step.note]
    for row in people.list_rows_of(resident.id):
        what = say(text("List: {kind}", kind=row.list.kind.label))
        words = f"{row.list.source} {row.note} {row.answer_note}".strip()
        yield [row.from_on, what, say(row.state.label), words]
    for visit in visits_of(resident.id):
        what = say(text("Visit {way}", way=visit.way.label))
        yield [visit.visited_on, what, say(visit.finding.label), visit.note]


def _parts(record: LedgerRecord) -> list[Cell]:
    decision = record.decision if isinstance(record, Meal) else None
    if decision is None:
        return [record.price_fen, None, None, None, None]
    return [
        decision.price_fen,
        decision.resident_fen,
        decision.government_fen,
        decision.operator_fen,
        decision.charity_fen,
    ]


def _complaint_rows(resident: Resident, say: Say) -> Iterator[list[Cell]]:
    for each in of_resident(resident.id):
        yield [
            each.complaint_no,
            each.received_on,
            each.content,
            each.phone or "",
            say(each.state.label),
            each.answer or "",
        ]


def _act_rows(resident: Resident, say: Say) -> Iterator[list[Cell]]:
    for act in people.acts_on(resident.resident_no):
        yield [_moment(act.at), act.actor, say(act_label(act.action))]


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
