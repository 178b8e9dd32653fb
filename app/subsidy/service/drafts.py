"""Home of a policy's way into force: drafted by one person, approved and published by another."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update

from app.audit import service as audit
from app.errors import Conflict, NotAllowed, NotFound
from app.extensions import db
from app.roles import Actor
from app.subsidy import queries
from app.subsidy.models import PolicyDraft, PolicyVersion
from app.subsidy.rules import Policy
from app.subsidy.rules.document import policy_from_yaml, policy_to_yaml
from app.subsidy.rules.drafts import DraftAct, DraftState, after, are_four_eyes
from app.subsidy.service.publish import digest_of, from_the_same_day, must_cover, write
from app.text import text

_ACTIONS = {
    DraftAct.CHANGE: "policy.draft_changed",
    DraftAct.SUBMIT: "policy.submitted",
    DraftAct.RETURN: "policy.returned",
    DraftAct.PUBLISH: "policy.approved",
    DraftAct.DISCARD: "policy.discarded",
}


def begin_draft(policy: Policy, *, by: Actor, at: datetime) -> PolicyDraft:
    """Begin a draft: typed anew, taken from a published policy, or from a file.

    Raises: NotAllowed outside the actor's area; Conflict when its day is taken in the district.
    """
    must_cover(policy, by=by)
    draft = PolicyDraft(
        **_written(_ensure_free(policy)),
        state=DraftState.DRAFT,
        made_by=by.user_no,
        made_at=at,
        changed_by=by.user_no,
        changed_at=at,
    )
    db.session.add(draft)
    db.session.flush()
    _note("policy.drafted", draft, by=by, at=at)
    return draft


def change_draft(draft_id: int, policy: Policy, *, version: int, by: Actor, at: datetime) -> None:
    """Write a draft anew.

    Raises: as every act on a draft; NotAllowed when it would leave the actor's area; Conflict when the
    district has a policy from this day already.
    """
    must_cover(policy, by=by)
    draft = _take(draft_id, DraftAct.CHANGE, version=version, by=by)
    for name, value in _written(_ensure_free(policy)).items():
        setattr(draft, name, value)
    draft.changed_by, draft.changed_at = by.user_no, at
    _conclude(draft, DraftAct.CHANGE, by=by, at=at)


def submit(draft_id: int, *, version: int, by: Actor, at: datetime) -> None:
    """Put a draft forward for approval.

    Raises: as every act on a draft; Conflict when the district has a policy from this day already.
    """
    draft = _take(draft_id, DraftAct.SUBMIT, version=version, by=by)
    _ensure_free(policy_from_yaml(draft.document))
    draft.submitted_by, draft.submitted_at, draft.reason = by.user_no, at, ""
    _conclude(draft, DraftAct.SUBMIT, by=by, at=at)


def return_draft(draft_id: int, reason: str, *, version: int, by: Actor, at: datetime) -> None:
    """Give a submitted draft back to be changed, saying why.

    Raises: as every act on a draft.
    """
    draft = _take(draft_id, DraftAct.RETURN, version=version, by=by)
    draft.decided_by, draft.decided_at, draft.reason = by.user_no, at, reason
    _conclude(draft, DraftAct.RETURN, by=by, at=at)


def approve_and_publish(draft_id: int, *, version: int, by: Actor, at: datetime) -> PolicyVersion:
    """Approve a submitted draft, which from then on is a policy that nobody can change; give that.

    Raises: as every act on a draft; NotAllowed for whoever made, last changed or submitted it; Conflict when
    the district has a policy from this day already.
    """
    draft = _take(draft_id, DraftAct.PUBLISH, version=version, by=by)
    _ensure_four_eyes(draft, by=by)
    published = write(_ensure_free(policy_from_yaml(draft.document)), by=by, at=at)
    draft.policy_id, draft.decided_by, draft.decided_at = published.id, by.user_no, at
    _conclude(draft, DraftAct.PUBLISH, by=by, at=at)
    return published


def discard(draft_id: int, *, version: int, by: Actor, at: datetime) -> None:
    """Give a draft up; it stays to be read.

    Raises: as every act on a draft.
    """
    draft = _take(draft_id, DraftAct.DISCARD, version=version, by=by)
    draft.decided_by, draft.decided_at = by.user_no, at
    _conclude(draft, DraftAct.DISCARD, by=by, at=at)


def _written(policy: Policy) -> dict[str, Any]:
    return {
        "district": policy.district,
        "effective_from": policy.effective_from,
        "reference": policy.reference,
        "document": policy_to_yaml(policy),
    }


def _take(draft_id: int, act: DraftAct, *, version: int, by: Actor) -> PolicyDraft:
    """Take a draft that is still as the actor saw it, so that nobody else can until the act is done.

    The conditional update is the judge between two who act at once.

    Raises: NotFound out of sight; NotAllowed outside the actor's area; Conflict when the draft is no longer
    as it was seen, or the act is none for its state.
    """
    found = queries.draft(draft_id, by.scope)
    if found is None:
        raise NotFound(text("There is no such draft."))
    must_cover(found.policy, by=by)
    draft = found.row
    after(draft.state, act)
    seen = (PolicyDraft.id == draft_id, PolicyDraft.version == version, PolicyDraft.state == draft.state)
    taken = db.session.execute(update(PolicyDraft).where(*seen).values(version=version + 1))
    if cast("CursorResult[Any]", taken).rowcount != 1:
        raise Conflict(
            text("Somebody else has changed this draft since you opened it. Look at it again, then decide.")
        )
    return draft


def _conclude(draft: PolicyDraft, act: DraftAct, *, by: Actor, at: datetime) -> None:
    draft.state = after(draft.state, act)
    db.session.flush()
    _note(_ACTIONS[act], draft, by=by, at=at)


def _note(action: str, draft: PolicyDraft, *, by: Actor, at: datetime) -> None:
    detail = {
        "reference": draft.reference,
        "district": draft.district,
        "effective_from": draft.effective_from.isoformat(),
        "digest": digest_of(draft.document),
    }
    if draft.reason:
        detail["reason"] = draft.reason
    audit.record(action, f"policy_draft:{draft.id}", by=by, at=at, detail=detail)


def _ensure_four_eyes(draft: PolicyDraft, *, by: Actor) -> None:
    if not are_four_eyes(
        by.user_no, made_by=draft.made_by, changed_by=draft.changed_by, submitted_by=draft.submitted_by
    ):
        raise NotAllowed(
            text("Whoever wrote or submitted a policy cannot approve it too. Ask a second person.")
        )


def _ensure_free(policy: Policy) -> Policy:
    """Refuse a policy whose day is taken in its district."""
    published = from_the_same_day(policy)
    if published is not None:
        raise Conflict(
            text(
                "{reference} is published for {district} from {day} already. Choose a later first day.",
                reference=published.reference,
                district=policy.district,
                day=policy.effective_from,
            ),
            field="effective_from",
        )
    return policy
