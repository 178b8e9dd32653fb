"""Home of the verbs on tablets: prepare one, enrol it, revoke it, note what it says of itself."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from app import clock
from app.audit import service as audit
from app.canteens import queries as canteens
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.roles import Actor, Permission, Scope
from app.text import text
from app.till import queries
from app.till.models import Tablet
from app.till.rules.credentials import CODE_LENGTH, CODE_LETTERS, CODE_MINUTES, digest, typed_code

_LONGEST_NAME = 64
_TOKEN_BYTES = 32


def prepare(site_code: str, name: str, *, by: Actor, at: datetime) -> tuple[Tablet, str]:
    """Prepare a tablet for a site; give it with the one-time code that enrols it.

    One that was prepared before under the same name and never heard from gets a new code: its enrolment may
    have been broken off before it knew its token.

    Raises: NotFound for a site outside the scope; Conflict for a name in use; DomainError for none.
    """
    site = canteens.site_of(site_code, by.scope)
    if site is None:
        raise NotFound(text("There is no site {code} in your area.", code=site_code))
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME:
        raise DomainError(text("Give the tablet a name of at most 64 characters."), field="name")
    tablet = queries.tablet_named(site_code, name)
    if tablet is not None and tablet.last_seen_at is not None:
        raise Conflict(
            text(
                "{tablet_no} here is called “{name}” already. Choose another name, or revoke it first.",
                tablet_no=tablet.tablet_no,
                name=name,
            ),
            field="name",
        )
    if tablet is None:
        tablet = Tablet(
            tablet_no=f"T-{queries.last_tablet_id() + 1}", site_code=site.site_code, name=name, made_at=at
        )
        db.session.add(tablet)
    code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    tablet.code_digest, tablet.code_expires_at = digest(code), at + timedelta(minutes=CODE_MINUTES)
    db.session.flush()
    audit.record("tablet.made", _subject(tablet), by=by, at=at, detail={"site": site_code})
    return tablet, code


def enrol(code: str, *, at: datetime) -> tuple[Tablet, str]:
    """Turn a one-time code into a tablet's own bearer token; the code is spent.

    Raises: DomainError, the same for a wrong code, a spent one and one that is too old.
    """
    tablet = queries.tablet_of_code(digest(typed_code(code)))
    if tablet is None or tablet.revoked_at is not None or not _still_good(tablet, at):
        raise DomainError(
            text("This code is not good, or no longer. Ask for a new one and type it within 30 minutes."),
            field="code",
        )
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    tablet.code_digest = tablet.code_expires_at = None
    tablet.token_digest, tablet.enrolled_at = digest(token), at
    audit.record("tablet.enrolled", _subject(tablet), by=actor_of(tablet), at=at)
    return tablet, token


def revoke(tablet_no: str, *, by: Actor, at: datetime) -> Tablet:
    """Take a tablet's credential back; it wipes what it knows of people as soon as it hears of it.

    Raises: NotFound outside the scope.
    """
    tablet = tablet_for(tablet_no, by=by)
    if tablet.revoked_at is None:
        tablet.revoked_at = at
        tablet.code_digest = tablet.code_expires_at = None
        audit.record("tablet.revoked", _subject(tablet), by=by, at=at, detail={"site": tablet.site_code})
    return tablet


def note_wiped(token: str, *, at: datetime) -> None:
    """Note that a revoked tablet says it has wiped what it knew of people; others say nothing new."""
    tablet = queries.tablet_of_token(digest(token))
    if tablet is not None and tablet.revoked_at is not None and tablet.wiped_at is None:
        tablet.wiped_at = at
        audit.record("tablet.wiped", _subject(tablet), by=actor_of(tablet), at=at)


@dataclass(frozen=True, slots=True)
class Report:
    """What a tablet says of itself with each batch; `tablet_time` is its own clock."""

    unsent: int | None = None
    oldest_unsent_at: datetime | None = None
    version: str = ""
    tablet_time: datetime | None = None
    is_persisted: bool | None = None
    policy_reference: str = ""

    def skew_seconds(self, at: datetime) -> int | None:
        """Give by how many seconds the tablet's clock is ahead of ours."""
        return None if self.tablet_time is None else clock.seconds_ahead(self.tablet_time, at)


def note_report(tablet: Tablet, report: Report, *, at: datetime) -> None:
    """Keep what a tablet says of itself; the trail does not need every heartbeat."""
    tablet.last_seen_at = at
    tablet.unsent, tablet.oldest_unsent_at = report.unsent, report.oldest_unsent_at
    tablet.version, tablet.skew_seconds = report.version, report.skew_seconds(at)
    tablet.is_persisted = report.is_persisted
    tablet.policy_reference = report.policy_reference


def tablet_for(tablet_no: str, *, by: Actor) -> Tablet:
    """Give a tablet to act on.

    Raises: NotFound, also for one outside the actor's scope.
    """
    tablet = queries.tablet_numbered(tablet_no, by.scope)
    if tablet is None:
        raise NotFound(text("There is no tablet {tablet_no} in your area.", tablet_no=tablet_no))
    return tablet


def actor_of(tablet: Tablet) -> Actor:
    """Give a tablet as one who acts: it records meals at its own site, and nothing else."""
    return Actor(tablet.tablet_no, frozenset({Permission.MEALS_RECORD}), Scope(site_code=tablet.site_code))


def _still_good(tablet: Tablet, at: datetime) -> bool:
    return tablet.code_expires_at is not None and at < tablet.code_expires_at


def _subject(tablet: Tablet) -> str:
    return f"tablet:{tablet.tablet_no}"
