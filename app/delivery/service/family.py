"""Home of the verbs on families: keep whom to call, give them a link, revoke it, know whose one is."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

from app import clock
from app.audit import service as audit
from app.delivery import queries
from app.delivery.models.family import FamilyContact, FamilyLink
from app.delivery.queries import family
from app.delivery.rules.family import CONTEXT, NewContact, ensure_contact, ensure_link_ends, signed_words
from app.delivery.rules.signed import read_token
from app.delivery.service.signed import is_signed, signed_token
from app.errors import NotFound
from app.extensions import db
from app.roles import Actor
from app.text import text


def add_contact(resident_no: str, new: NewContact, *, by: Actor, at: datetime) -> FamilyContact:
    """Keep somebody who agreed to be called about a resident.

    Raises: NotFound; DomainError when they agreed in days to come, or there are enough.
    """
    resident = queries.resident(resident_no, by.scope, for_update=True)
    if resident is None:
        raise NotFound(text("There is no resident {resident_no}.", resident_no=resident_no))
    ensure_contact(new, others=len(family.contacts_of(resident.id)), today=clock.on(at))
    contact = FamilyContact(
        resident_id=resident.id,
        name=new.name,
        relation=new.relation,
        phone=new.phone,
        agreed_on=new.agreed_on,
        noted_at=at,
        noted_by=by.user_no,
    )
    db.session.add(contact)
    db.session.flush()
    detail = {"contact": contact.id, "relation": new.relation.value, "agreed_on": new.agreed_on.isoformat()}
    audit.record("family_contact.added", f"resident:{resident_no}", by=by, at=at, detail=detail)
    return contact


def end_contact(contact_id: int, *, by: Actor, at: datetime) -> str:
    """Call somebody no more: their name and number are erased, their link opens nothing; give the resident.

    Raises: NotFound.
    """
    contact = _contact(contact_id, by)
    link = family.family_links([contact.id]).get(contact.id)
    if link is not None:
        link.revoked_at, link.revoked_by = at, by.user_no
    contact.name = contact.phone = ""
    contact.ended_at, contact.ended_by = at, by.user_no
    db.session.flush()
    resident_no = contact.resident.resident_no
    detail = {"contact": contact.id, "had_link": link is not None}
    audit.record("family_contact.ended", f"resident:{resident_no}", by=by, at=at, detail=detail)
    return resident_no


def issue_family_link(contact_id: int, until_on: date, *, by: Actor, at: datetime) -> str:
    """Give a contact a link until before a day, in place of the one that they had; give the resident.

    Raises: NotFound; DomainError for an end that is over, or more than a year away.
    """
    contact = _contact(contact_id, by)
    ensure_link_ends(until_on, today=clock.on(at))
    old = family.family_links([contact.id]).get(contact.id)
    if old is not None:
        old.revoked_at, old.revoked_by = at, by.user_no
        db.session.flush()
    link = FamilyLink(
        number=uuid4(), contact_id=contact.id, issued_at=at, issued_by=by.user_no, until_on=until_on
    )
    db.session.add(link)
    db.session.flush()
    resident_no = contact.resident.resident_no
    detail = {"contact": contact.id, "link": link.id, "until_on": until_on.isoformat()}
    audit.record("family_link.issued", f"resident:{resident_no}", by=by, at=at, detail=detail)
    return resident_no


def revoke_family_link(contact_id: int, *, by: Actor, at: datetime) -> str:
    """Let a contact's link open nothing any more; give the resident.

    Raises: NotFound, also when there is no link.
    """
    contact = _contact(contact_id, by)
    link = family.family_links([contact.id]).get(contact.id)
    if link is None:
        raise NotFound(text("This contact has no link."))
    link.revoked_at, link.revoked_by = at, by.user_no
    db.session.flush()
    resident_no = contact.resident.resident_no
    detail = {"contact": contact.id, "link": link.id}
    audit.record("family_link.revoked", f"resident:{resident_no}", by=by, at=at, detail=detail)
    return resident_no


def reveal_contact_phone(contact_id: int, *, by: Actor, at: datetime) -> tuple[str, str]:
    """Give the resident and the phone number of a contact; the trail keeps who looked.

    Raises: NotFound.
    """
    contact = _contact(contact_id, by)
    resident_no = contact.resident.resident_no
    detail = {"contact": contact.id}
    audit.record("family_contact.phone_revealed", f"resident:{resident_no}", by=by, at=at, detail=detail)
    return resident_no, contact.phone


def family_token(link: FamilyLink) -> str:
    """Give what a family's link carries behind its #."""
    return signed_token(link.number, _words(link), context=CONTEXT)


def family_link_of(token: str) -> FamilyLink | None:
    """Give the link that a token belongs to, ended or not; None for a token that we did not sign."""
    read = read_token(token)
    link = family.family_link_numbered(read[0]) if read is not None else None
    if read is None or link is None or not is_signed(read[1], _words(link), context=CONTEXT):
        return None
    return link


def _words(link: FamilyLink) -> str:
    return signed_words(link.number, link.contact.resident_id)


def _contact(contact_id: int, by: Actor) -> FamilyContact:
    found = family.contact(contact_id, by.scope, for_update=True)
    if found is None:
        raise NotFound(text("This contact is no longer kept."))
    return found
