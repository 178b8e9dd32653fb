"""Home of the verbs on policy: publish."""

from __future__ import annotations

import hashlib
from datetime import datetime

from blinker import Signal

from app.access import Actor
from app.audit import service as audit
from app.errors import Conflict, NotAllowed
from app.extensions import db
from app.subsidy import queries
from app.subsidy.models import PolicyVersion
from app.subsidy.rules import Policy
from app.subsidy.rules.document import policy_to_yaml
from app.text import text

policies_changed = Signal()
"""Sent with `district` and `effective_from` in the transaction that publishes a policy."""


def publish(policy: Policy, *, by: Actor, at: datetime) -> bool:
    """Publish a policy; tell whether it is new, since publishing the same one again changes nothing.

    Raises: NotAllowed outside the actor's area; Conflict when the district has another policy from this day.
    """
    if not by.scope.covers(policy.district):
        raise NotAllowed(
            text(
                "You may publish policies of areas within {area}, not of {district}.",
                area=by.scope.area,
                district=policy.district,
            )
        )
    for published in queries.policies_from(policy.effective_from, district=policy.district):
        if published.policy == policy:
            return False
        raise Conflict(
            text(
                "{reference} is published for {district} from {day} and cannot be changed. Publish the "
                "change with a later first day.",
                reference=published.policy.reference,
                district=policy.district,
                day=policy.effective_from,
            ),
            field="effective_from",
        )
    _write(policy, by=by, at=at)
    return True


def _write(policy: Policy, *, by: Actor, at: datetime) -> None:
    document = policy_to_yaml(policy)
    digest = hashlib.sha256(document.encode()).hexdigest()
    db.session.add(
        PolicyVersion(
            district=policy.district,
            effective_from=policy.effective_from,
            reference=policy.reference,
            document=document,
            digest=digest,
            published_at=at,
            published_by=by.user_no,
        )
    )
    db.session.flush()
    policies_changed.send(None, district=policy.district, effective_from=policy.effective_from)
    subject = f"policy:{policy.district}@{policy.effective_from}"
    detail = {"reference": policy.reference, "digest": digest}
    audit.record("policy.published", subject, by=by, at=at, detail=detail)
