"""Home of the verbs on entitlement: publish a policy on free delivery, grant an exception, judge."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.audit import service as audit
from app.clock import on
from app.delivery import queries
from app.delivery.models import Subscription
from app.delivery.models.entitlement import DeliveryExemption, DeliveryPolicy, DeliveryPolicyDraft
from app.delivery.queries.entitlement import coming_exemption, exempt_until, policy_draft, running
from app.delivery.rules.entitlement import (
    EntitlementPolicy,
    NewExemption,
    Review,
    Ruling,
    Verdict,
    ensure_exception,
    ensure_policy,
    review,
    rule_on,
)
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.locks import lock_names
from app.residents.models import Resident
from app.residents.rules.facts import ResidentFacts
from app.roles import Actor, Scope
from app.text import text


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What the policy says of a resident on a day, and until when an exception stands in for it.

    `coming` is the next exception, where none holds yet.
    """

    ruling: Ruling
    exempt_until: date | None
    coming: DeliveryExemption | None = None


def entitlement_of(resident: Resident, day: date) -> Entitlement:
    """Judge a resident by the policy of a day, and look for an exception."""
    ruling = rule_on(queries.delivery_policy_on(day), resident.facts, day)
    if ruling.is_entitled:
        return Entitlement(ruling, None)
    exemption = queries.exemption_on(resident.id, day)
    if exemption is None:
        return Entitlement(ruling, None, coming_exemption(resident.id, day))
    return Entitlement(ruling, exemption.until_on)


def entitled_until(resident: Resident, day: date, until_on: date | None) -> date | None:
    """Give until when a delivery from a day on may run: as asked, but never beyond an exception's end.

    Raises: DomainError with the reason when the resident is not entitled.
    """
    found = entitlement_of(resident, day)
    if found.ruling.is_entitled:
        return until_on
    if found.exempt_until is None:
        raise DomainError(
            text(
                "{reason} Somebody may grant an exception with a reason and an end on this page.",
                reason=found.ruling.reason,
            )
        )
    return found.exempt_until if until_on is None else min(until_on, found.exempt_until)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A delivery that runs, and why somebody has to look at it."""

    subscription: Subscription
    review: Review


def to_review(scope: Scope, *, today: date) -> list[Reviewed]:
    """Judge the deliveries that run anew: give those that somebody has to look at. None of them is stopped.

    Meals of one day were judged when they were ordered.
    """
    policies = [each.rule for each in queries.delivery_policies()]
    exempt = exempt_until(scope, on=today)
    found = []
    for each in running(scope, on=today):
        if each.until_on is not None and each.until_on - each.from_on <= timedelta(days=1):
            continue
        judged = review(
            policies,
            _facts(each.resident),
            today=today,
            ends_on=each.until_on,
            exempt_until=exempt.get(each.resident_id),
        )
        if judged is not None:
            found.append(Reviewed(each, judged))
    return found


def _facts(resident: Resident) -> ResidentFacts:
    """Give what entitlement asks of a resident: neither statuses nor what stays sealed."""
    return ResidentFacts(
        resident.resident_no,
        resident.birth_on,
        resident.registered_area,
        resident.residence_area,
        categories=tuple(each.period for each in resident.categories),
    )


def publish_delivery_policy(new: EntitlementPolicy, *, by: Actor, at: datetime) -> DeliveryPolicy:
    """Publish who gets free delivery from a day on; what came before stays for the days before.

    Raises: DomainError for a day that is over.
    """
    ensure_policy(new, today=on(at))
    policy = DeliveryPolicy(**_columns(new), published_at=at, published_by=by.user_no)
    db.session.add(policy)
    db.session.flush()
    detail = {
        "from_on": new.from_on.isoformat(),
        "reference": new.reference,
        "min_age": new.min_age,
        "needs": sorted(new.needs),
        "hardships": sorted(new.hardships),
    }
    audit.record("delivery_policy.published", f"delivery_policy:{policy.id}", by=by, at=at, detail=detail)
    return policy


def propose_delivery_policy(new: EntitlementPolicy, *, by: Actor, at: datetime) -> DeliveryPolicyDraft:
    """Write down who shall get free delivery from a day on, for a second person to publish.

    Raises: DomainError for a day that is over.
    """
    ensure_policy(new, today=on(at))
    draft = DeliveryPolicyDraft(**_columns(new), written_at=at, written_by=by.user_no)
    db.session.add(draft)
    db.session.flush()
    audit.record("delivery_policy.proposed", f"delivery_policy_draft:{draft.id}", by=by, at=at)
    return draft


def _columns(new: EntitlementPolicy) -> dict[str, Any]:
    """Give a policy as a draft and a published one keep it."""
    return {
        "from_on": new.from_on,
        "reference": new.reference,
        "min_age": new.min_age,
        "needs": ",".join(sorted(new.needs)),
        "hardships": ",".join(sorted(new.hardships)),
    }


def settle_delivery_policy(draft_id: int, verdict: Verdict, *, by: Actor, at: datetime) -> None:
    """Publish a policy that somebody else wrote, or say that it is not published; once.

    Raises: NotFound; NotAllowed for who wrote it; Conflict when it is settled; DomainError when its day is
    over meanwhile.
    """
    lock_names(db.session, "delivery_policy", [str(draft_id)])
    draft = policy_draft(draft_id)
    if draft is None:
        raise NotFound(text("There is no such policy."))
    if draft.verdict is not None:
        raise Conflict(
            text("Somebody has settled this policy meanwhile: {verdict}.", verdict=draft.verdict.label)
        )
    if draft.written_by == by.user_no:
        raise NotAllowed(text("Whoever wrote a policy does not publish it. Ask somebody else."))
    draft.settled_at, draft.settled_by, draft.verdict = at, by.user_no, verdict
    db.session.flush()
    if verdict is Verdict.PUBLISHED:
        publish_delivery_policy(draft.rule, by=by, at=at)
        return
    audit.record("delivery_policy.returned", f"delivery_policy_draft:{draft.id}", by=by, at=at)


def grant_exemption(resident_no: str, new: NewExemption, *, by: Actor, at: datetime) -> DeliveryExemption:
    """Let somebody have free delivery whom the policy leaves out, until a day.

    Raises: NotFound; DomainError without a reason or a real end, or when none is needed.
    """
    resident = queries.resident(resident_no, by.scope, for_update=True)
    if resident is None:
        raise NotFound(text("There is no resident {resident_no}.", resident_no=resident_no))
    ensure_exception(new, today=on(at))
    found = entitlement_of(resident, new.from_on)
    if found.ruling.is_entitled:
        raise DomainError(text("This resident is entitled already; no exception is needed."))
    if found.exempt_until is not None and found.exempt_until >= new.until_on:
        raise DomainError(
            text("There is an exception until {day} already.", day=found.exempt_until),
            field="until_on",
        )
    exemption = DeliveryExemption(
        resident_id=resident.id,
        from_on=new.from_on,
        until_on=new.until_on,
        reason=new.reason,
        granted_at=at,
        granted_by=by.user_no,
    )
    db.session.add(exemption)
    db.session.flush()
    detail = {"from_on": new.from_on.isoformat(), "until_on": new.until_on.isoformat()}
    audit.record("delivery.exemption_granted", f"resident:{resident_no}", by=by, at=at, detail=detail)
    return exemption
