"""Home of the queries on published policies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import select

from app import clock
from app.extensions import db
from app.roles import Scope
from app.subsidy.models import PolicyConfirmation, PolicyVersion
from app.subsidy.rules import Policy, PolicyBook, Standing, is_due_for_confirmation, standing
from app.subsidy.rules.document import policy_from_yaml


@lru_cache(maxsize=256)
def _read(_digest: str, document: str) -> Policy:
    """Read a published document once; it never changes."""
    return policy_from_yaml(document)


@dataclass(frozen=True, slots=True)
class PublishedPolicy:
    """A policy with its row's number, and who published it when."""

    id: int
    policy: Policy
    document: str
    published_at: datetime
    published_by: str


def _published(row: PolicyVersion) -> PublishedPolicy:
    policy = _read(row.digest, row.document)
    return PublishedPolicy(row.id, policy, row.document, row.published_at, row.published_by)


def published_policies(scope: Scope) -> list[PublishedPolicy]:
    """Give the policies that hold somewhere in the scope, by district, newest first."""
    rows = db.session.execute(
        select(PolicyVersion).order_by(PolicyVersion.district, PolicyVersion.effective_from.desc())
    ).scalars()
    return [_published(row) for row in rows if concerns(row.district, scope)]


def concerns(district: str, scope: Scope) -> bool:
    """Tell whether a policy of this district holds somewhere in the scope."""
    return district.startswith(scope.area) or scope.area.startswith(district)


def published_policy(policy_id: int, scope: Scope) -> PublishedPolicy | None:
    """Give one policy, if it holds somewhere in the scope."""
    row = db.session.get(PolicyVersion, policy_id)
    return _published(row) if row is not None and concerns(row.district, scope) else None


def policies_from(effective_from: date, *, district: str | None = None) -> list[PublishedPolicy]:
    """Give the policies that begin on a day, of one district or of all, by district."""
    query = select(PolicyVersion).where(PolicyVersion.effective_from == effective_from)
    if district is not None:
        query = query.where(PolicyVersion.district == district)
    return [_published(row) for row in db.session.execute(query.order_by(PolicyVersion.district)).scalars()]


def last_confirmations() -> dict[int, PolicyConfirmation]:
    """Give for each policy that was ever confirmed the newest confirmation, by the policy's row."""
    rows = db.session.execute(select(PolicyConfirmation).order_by(PolicyConfirmation.confirmed_on)).scalars()
    return {row.policy_id: row for row in rows}


def due_for_confirmation(scope: Scope, today: date) -> set[int]:
    """Give the rows of the policies in force that nobody has read again for a year."""
    published = published_policies(scope)
    book, confirmed = policy_book(), last_confirmations()
    return {
        each.id
        for each in published
        if standing(each.policy, book, today) is Standing.IN_FORCE
        and is_due_for_confirmation(
            each.policy,
            published_on=clock.on(each.published_at),
            confirmed_on=confirmed[each.id].confirmed_on if each.id in confirmed else None,
            day=today,
        )
    }


def policy_book() -> PolicyBook:
    """Give every published policy, ready to be asked."""
    return PolicyBook(policies_by_id().values())


def policies_by_id() -> dict[int, Policy]:
    """Give every published policy by its row."""
    return {row.id: _read(row.digest, row.document) for row in db.session.execute(_DOCUMENTS)}


# What every batch of meals rests on is asked by a statement that is put together once.
_DOCUMENTS = select(PolicyVersion.id, PolicyVersion.digest, PolicyVersion.document).order_by(PolicyVersion.id)
