"""Home of the verbs on photos: note who agreed, take one from a phone, show it, erase it in time."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app import clock
from app.audit import service as audit
from app.delivery import queries
from app.delivery.models.photos import HandoverPhoto, PhotoConsent
from app.delivery.queries import photos
from app.delivery.rules.links import report_id_of
from app.delivery.rules.photos import MOST_OF_A_STOP, read_photo
from app.errors import DomainError, NotFound
from app.extensions import db
from app.residents.models import Resident
from app.roles import Actor
from app.text import Text, text


@dataclass(frozen=True, slots=True)
class PhotoReceipt:
    """The answer to a photo: either way the phone lets go of it; `message` says why it was not taken."""

    id: str
    message: Text | None = None


def note_consent(resident_no: str, agreed_on: date, *, by: Actor, at: datetime) -> None:
    """Note that a household agreed to photos of hand-overs.

    Raises: NotFound; DomainError for a day to come; Conflict when it is noted already.
    """
    resident = _resident(resident_no, by)
    if agreed_on > clock.on(at):
        raise DomainError(text("This day is still to come. Enter when they agreed."), field="agreed_on")
    db.session.add(
        PhotoConsent(resident_id=resident.id, agreed_on=agreed_on, noted_at=at, noted_by=by.user_no)
    )
    db.session.flush()
    detail = {"agreed_on": agreed_on.isoformat()}
    audit.record("photo_consent.noted", f"resident:{resident_no}", by=by, at=at, detail=detail)


def end_consent(resident_no: str, *, by: Actor, at: datetime) -> int:
    """Note that a household agrees no more, and erase its photos; tell how many there were.

    Raises: NotFound, also without a consent.
    """
    resident = _resident(resident_no, by)
    if photos.photo_consent(resident.id) is None:
        raise NotFound(text("This household has not agreed to photos."))
    return forget_household(resident, by=by, at=at)


def forget_household(resident: Resident, *, by: Actor, at: datetime) -> int:
    """Erase a household's photos and end its consent, where there is any; tell how many photos there were."""
    consent = photos.photo_consent(resident.id)
    erased = _erase(photos.photos_of_household(resident.id), at)
    if consent is not None:
        consent.ended_at, consent.ended_by = at, by.user_no
    if consent is not None or erased:
        detail = {"erased": erased}
        audit.record("photo_consent.ended", f"resident:{resident.resident_no}", by=by, at=at, detail=detail)
    db.session.flush()
    return erased


def take_photo(link_id: UUID, raw: object, *, days: int, at: datetime) -> PhotoReceipt:
    """Take a photo from a rider's phone, once however often it is sent, and erase those that are old.

    Only of a household that agreed, at a stop of the link's own rider and day.
    Raises: NotFound for an unknown link.
    """
    link = queries.link_numbered(link_id, for_update=True)
    if link is None:
        raise NotFound(text("This link is not known."))
    forget_photos(days=days, by=Actor(link.rider.rider_no), at=at)
    read = read_photo(raw)
    if read is None:
        return PhotoReceipt(report_id_of(raw), text("This is no photo, or it is too large."))
    known = photos.photo(read.id)
    if known is not None:
        return PhotoReceipt(str(read.id))
    household = photos.household_at(read.run_id, read.position)
    if household is None or not queries.own_runs(link.rider_id, link.served_on, [read.run_id]):
        return PhotoReceipt(str(read.id), text("This stop is on no run of yours."))
    if photos.photo_consent(household) is None:
        return PhotoReceipt(str(read.id), text("This household has not agreed to photos."))
    if photos.count_photos_at(read.run_id, read.position) >= MOST_OF_A_STOP:
        return PhotoReceipt(str(read.id), text("There are enough photos of this stop."))
    taken = HandoverPhoto(
        id=read.id,
        run_id=read.run_id,
        position=read.position,
        taken_at=read.taken_at,
        taken_by=link.rider.rider_no,
        received_at=at,
        content=base64.b64encode(read.picture).decode(),
    )
    db.session.add(taken)
    db.session.flush()
    by, detail = Actor(link.rider.rider_no), {"run": read.run_id, "position": read.position}
    audit.record("handover_photo.taken", f"photo:{read.id}", by=by, at=at, detail=detail)
    return PhotoReceipt(str(read.id))


def see_photo(photo_id: UUID, *, by: Actor, at: datetime) -> bytes:
    """Give a photo to somebody who asks for it; the trail keeps who looked.

    Raises: NotFound outside the scope, or once it was erased.
    """
    found = photos.photo_in(photo_id, by.scope)
    if found is None:
        raise NotFound(text("There is no such photo, or it was erased."))
    audit.record("handover_photo.seen", f"photo:{photo_id}", by=by, at=at)
    return base64.b64decode(found.content)


def forget_photos(*, days: int, by: Actor, at: datetime) -> int:
    """Erase the photos that arrived more than so many days ago; tell how many."""
    count = _erase(photos.photos_before(at - timedelta(days=days)), at)
    if count:
        detail = {"count": count, "days": days}
        audit.record("handover_photo.erased", "photos", by=by, at=at, detail=detail)
    return count


def _erase(found: Sequence[HandoverPhoto], at: datetime) -> int:
    for each in found:
        each.content, each.erased_at = "", at
    db.session.flush()
    return len(found)


def _resident(resident_no: str, by: Actor) -> Resident:
    found = queries.resident(resident_no, by.scope, for_update=True)
    if found is None:
        raise NotFound(text("There is no resident {resident_no}.", resident_no=resident_no))
    return found
