"""Home of the queries on policies for operating awards."""

from __future__ import annotations

from sqlalchemy import select

from app.extensions import db
from app.roles import Scope
from app.subsidy.models import AwardPolicyVersion
from app.subsidy.queries.policies import concerns
from app.subsidy.rules.awards import award_policy_for
from app.subsidy.rules.awards.drafts import ProposalState


def award_policies(scope: Scope) -> list[AwardPolicyVersion]:
    """Give the award policies that concern a scope, whatever their state: the newest first."""
    rows = db.session.execute(
        select(AwardPolicyVersion).order_by(
            AwardPolicyVersion.effective_from.desc(), AwardPolicyVersion.id.desc()
        )
    ).scalars()
    return [row for row in rows if concerns(row.district, scope)]


def award_policy(policy_id: int, scope: Scope) -> AwardPolicyVersion | None:
    """Give one award policy, if it concerns the scope."""
    row = db.session.get(AwardPolicyVersion, policy_id)
    return row if row is not None and concerns(row.district, scope) else None


def award_policy_deciding(area_code: str, year: int) -> AwardPolicyVersion | None:
    """Give the published policy that decides an area's awards of a year."""
    rows = db.session.execute(
        select(AwardPolicyVersion)
        .where(AwardPolicyVersion.state == ProposalState.PUBLISHED)
        .order_by(AwardPolicyVersion.id)
    ).scalars()
    by_policy = {row.policy: row for row in rows}
    deciding = award_policy_for(by_policy, area_code, year)
    return by_policy[deciding] if deciding is not None else None
