"""Home of the verbs on award policies: draft, publish by a second person, withdraw."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update

from app.audit import service as audit
from app.errors import Conflict, NotFound
from app.extensions import db
from app.roles import Actor
from app.subsidy import queries
from app.subsidy.models import AwardPolicyVersion
from app.subsidy.rules.awards import AwardPolicy
from app.subsidy.rules.awards.document import award_policy_to_json
from app.subsidy.rules.awards.drafts import ProposalState, ensure_may_decide
from app.subsidy.service.publish import digest_of, must_cover
from app.text import text


def draft_award_policy(policy: AwardPolicy, *, by: Actor, at: datetime) -> AwardPolicyVersion:
    """Propose a policy on awards; it decides nothing until a second person publishes it.

    Raises: NotAllowed outside the actor's area.
    """
    must_cover(policy, by=by)
    document = award_policy_to_json(policy)
    row = AwardPolicyVersion(
        district=policy.district,
        effective_from=policy.effective_from,
        reference=policy.reference,
        document=document,
        digest=digest_of(document),
        state=ProposalState.DRAFT,
        drafted_by=by.user_no,
        drafted_at=at,
    )
    db.session.add(row)
    db.session.flush()
    _note("award_policy.drafted", row, by=by, at=at)
    return row


def publish_award_policy(policy_id: int, *, by: Actor, at: datetime) -> AwardPolicyVersion:
    """Publish a draft: from now on it decides awards, and nobody can change it.

    Raises: NotFound; NotAllowed for whoever drafted it or outside the area; Conflict when it was decided, or
    the district has a policy from this day (which the table judges).
    """
    return _decide(policy_id, ProposalState.PUBLISHED, by=by, at=at)


def withdraw_award_policy(policy_id: int, *, by: Actor, at: datetime) -> AwardPolicyVersion:
    """Give a draft up; it stays to be read.

    Raises: NotFound; NotAllowed outside the area; Conflict when it was decided.
    """
    return _decide(policy_id, ProposalState.WITHDRAWN, by=by, at=at)


def _decide(policy_id: int, after: ProposalState, *, by: Actor, at: datetime) -> AwardPolicyVersion:
    """Decide a draft, unless somebody was faster: the conditional update is the judge."""
    row = queries.award_policy(policy_id, by.scope)
    if row is None:
        raise NotFound(text("There is no such policy."))
    must_cover(row.policy, by=by)
    ensure_may_decide(row.state, after, by=by.user_no, drafted_by=row.drafted_by)
    taken = db.session.execute(
        update(AwardPolicyVersion)
        .where(AwardPolicyVersion.id == policy_id, AwardPolicyVersion.state == ProposalState.DRAFT)
        .values(state=after, decided_by=by.user_no, decided_at=at)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", taken).rowcount != 1:
        raise Conflict(text("This policy was decided already. Look at it again."))
    db.session.refresh(row)
    _note(f"award_policy.{after.value}", row, by=by, at=at)
    return row


def _note(action: str, row: AwardPolicyVersion, *, by: Actor, at: datetime) -> None:
    subject = f"award_policy:{row.district}@{row.effective_from}"
    audit.record(action, subject, by=by, at=at, detail={"reference": row.reference, "digest": row.digest})
