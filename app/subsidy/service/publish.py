"""Home of publishing: what is written here decides meals and is never changed."""

from __future__ import annotations

import hashlib
from datetime import datetime

from blinker import Signal

from app.audit import service as audit
from app.errors import Conflict, NotAllowed
from app.extensions import db
from app.roles import Actor
from app.subsidy import queries
from app.subsidy.models import PolicyVersion
from app.subsidy.rules import Policy
from app.subsidy.rules.awards import AwardPolicy
from app.subsidy.rules.document import policy_to_yaml
from app.text import text

policies_changed = Signal()
"""Sent with `district` and `effective_from` in the transaction that publishes a policy."""


def publish(policy: Policy, *, by: Actor, at: datetime) -> bool:
    """Publish a policy; tell whether it is new, since publishing the same one again changes nothing.

    Raises: NotAllowed outside the actor's area; Conflict when the district has another policy from this day.
    """
    must_cover(policy, by=by)
    published = from_the_same_day(policy)
    if published == policy:
        return False
    if published is not None:
        raise Conflict(
            text(
                "{reference} is published for {district} from {day} and cannot be changed. Publish the "
                "change with a later first day.",
                reference=published.reference,
                district=policy.district,
                day=policy.effective_from,
            ),
            field="effective_from",
        )
    write(policy, by=by, at=at)
    return True


def must_cover(policy: Policy | AwardPolicy, *, by: Actor) -> None:
    """Refuse what lies outside the actor's area.

    Raises: NotAllowed.
    """
    if not by.scope.covers(policy.district):
        raise NotAllowed(
            text(
                "You may publish policies of areas within {area}, not of {district}.",
                area=by.scope.area,
                district=policy.district,
            ),
            field="district",
        )


def from_the_same_day(policy: Policy) -> Policy | None:
    """Give the policy that is published for the same district and first day."""
    for published in queries.policies_from(policy.effective_from, district=policy.district):
        return published.policy
    return None


def digest_of(document: str) -> str:
    """Give SHA-256 over a policy's document."""
    return hashlib.sha256(document.encode()).hexdigest()


def write(policy: Policy, *, by: Actor, at: datetime) -> PolicyVersion:
    """Write a policy down for good, and tell those above; give its row."""
    document = policy_to_yaml(policy)
    digest = digest_of(document)
    version = PolicyVersion(
        district=policy.district,
        effective_from=policy.effective_from,
        reference=policy.reference,
        document=document,
        digest=digest,
        published_at=at,
        published_by=by.user_no,
    )
    db.session.add(version)
    db.session.flush()
    policies_changed.send(None, district=policy.district, effective_from=policy.effective_from)
    subject = f"policy:{policy.district}@{policy.effective_from}"
    detail = {"reference": policy.reference, "digest": digest}
    audit.record("policy.published", subject, by=by, at=at, detail=detail)
    return version
