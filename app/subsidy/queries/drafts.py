"""Home of the queries on policies that are on their way."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from app.extensions import db
from app.roles import Scope
from app.subsidy.models import PolicyDraft
from app.subsidy.queries.policies import concerns
from app.subsidy.rules import Policy
from app.subsidy.rules.document import policy_from_yaml
from app.subsidy.rules.drafts import DraftState


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft's row, and the policy that it would be."""

    row: PolicyDraft
    policy: Policy


def _draft(row: PolicyDraft) -> Draft:
    return Draft(row, policy_from_yaml(row.document))


def drafts(scope: Scope, *, open_only: bool = False) -> list[Draft]:
    """Give the drafts for areas that meet the scope, the newest first."""
    query = select(PolicyDraft).order_by(PolicyDraft.id.desc())
    if open_only:
        query = query.where(PolicyDraft.state.in_([state for state in DraftState if state.is_open]))
    return [_draft(row) for row in db.session.execute(query).scalars() if concerns(row.district, scope)]


def draft(draft_id: int, scope: Scope) -> Draft | None:
    """Give one draft, if its area meets the scope."""
    row = db.session.get(PolicyDraft, draft_id)
    return _draft(row) if row is not None and concerns(row.district, scope) else None


def draft_behind(policy_id: int) -> PolicyDraft | None:
    """Give the draft that became this policy; None for one that was published by a command."""
    query = select(PolicyDraft).where(PolicyDraft.policy_id == policy_id)
    return db.session.execute(query).scalars().one_or_none()
