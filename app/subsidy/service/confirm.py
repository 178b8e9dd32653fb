"""Home of confirming a policy: somebody read it again and found that it still holds."""

from __future__ import annotations

from datetime import date, datetime

from app.audit import service as audit
from app.errors import Conflict, NotFound
from app.extensions import db
from app.roles import Actor
from app.subsidy import queries
from app.subsidy.models import PolicyConfirmation
from app.subsidy.rules import Standing, standing
from app.subsidy.service.publish import must_cover
from app.text import text


def confirm(policy_id: int, *, on: date, by: Actor, at: datetime) -> None:
    """Write down that a policy in force was read again on a day and still holds.

    Raises: NotFound out of sight; NotAllowed outside the actor's area; Conflict when it is not in force.
    """
    published = queries.published_policy(policy_id, by.scope)
    if published is None:
        raise NotFound(text("There is no such policy."))
    policy = published.policy
    must_cover(policy, by=by)
    if standing(policy, queries.policy_book(), on) is not Standing.IN_FORCE:
        raise Conflict(text("Only a policy that is in force can be confirmed."))
    row = PolicyConfirmation(policy_id=policy_id, confirmed_on=on, confirmed_by=by.user_no, confirmed_at=at)
    db.session.add(row)
    db.session.flush()
    subject = f"policy:{policy.district}@{policy.effective_from}"
    audit.record("policy.confirmed", subject, by=by, at=at, detail={"reference": policy.reference})
