"""Home of cases of no answer: opened by a report, each step and the closing noted by a named person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app import clock
from app.audit import service as audit
from app.database import insert_rows
from app.delivery.models import DayPlan, Run, Stop
from app.delivery.models.cases import CaseClosing, CaseOrdering, CaseStep, NoAnswerCase
from app.delivery.queries.cases import CaseAtDoor, case
from app.delivery.rules.cases import CaseOrder, written_steps
from app.delivery.rules.proof import Outcome, StopReport
from app.delivery.service.follow_up import Followed, FollowUp, closed_meanwhile
from app.errors import DomainError
from app.extensions import db
from app.roles import Actor, Permission, Scope
from app.text import Text, text

Stops = Mapping[tuple[int, int], tuple[DayPlan, Run, Stop]]


def open_cases(reports: Sequence[StopReport], stops: Stops, *, by: Actor, at: datetime) -> None:
    """Open a case for each door of which it is reported that nobody answered, once for each door and day.

    A hand-over that was reported before or comes later ends it by itself, so that the order of reports makes
    no difference.
    """
    for report in reports:
        if report.outcome is not Outcome.NO_ANSWER:
            continue
        plan, _, stop = stops[report.run_id, report.position]
        row = {
            "subscription_id": stop.subscription_id,
            "served_on": plan.served_on,
            "report_id": report.id,
            "opened_at": at,
        }
        if insert_rows(db.session, NoAnswerCase, [row], if_new=True):
            detail = {"run": report.run_id, "via": report.via.value}
            subject = f"delivery:{stop.subscription_id}:{plan.served_on.isoformat()}"
            audit.record("no_answer.opened", subject, by=by, at=at, detail=detail)


def _followed(case_id: int, scope: Scope) -> Followed | None:
    """Give a case as it is followed up."""
    found = case(case_id, scope)
    if found is None:
        return None
    subject = f"delivery:{found.case.subscription_id}:{found.case.served_on.isoformat()}"
    return Followed(found.case.subscription.resident, subject, len(found.case.steps), _over(found))


def _over(found: CaseAtDoor) -> Text | None:
    if found.case.closing is not None:
        return closed_meanwhile(found.case.closing.outcome)
    if found.is_open:
        return None
    return text("The meal was handed over meanwhile, so this case is over. Nothing was changed.")


_DOORS = FollowUp(
    found=_followed,
    step=CaseStep,
    closing=CaseClosing,
    key="case_id",
    told="case",
    acts={"step": "no_answer.step_taken", "closed": "no_answer.closed"},
    permission=Permission.DELIVERY_RECORD,
)
note_step, close_case = _DOORS.note_step, _DOORS.close
reveal_phone, reveal_contact = _DOORS.reveal_phone, _DOORS.reveal_contact


def order_steps(order: CaseOrder, reference: str, *, by: Actor, at: datetime) -> None:
    """Order what is done from a day on when nobody answers; days that have begun keep what was ordered.

    Raises: DomainError for a day that is not still to come.
    """
    if order.from_on <= clock.on(at):
        raise DomainError(text("An order holds from tomorrow on at the earliest."), field="from_on")
    row = CaseOrdering(
        from_on=order.from_on,
        steps=written_steps(order.steps),
        close_minutes=order.close_minutes,
        wait_minutes=order.wait_minutes,
        meal_goes=order.meal,
        cooked_minutes=order.cooked_minutes,
        reference=reference,
        ordered_at=at,
        ordered_by=by.user_no,
    )
    db.session.add(row)
    db.session.flush()
    detail = {"from_on": order.from_on.isoformat(), "steps": row.steps, "wait_minutes": order.wait_minutes}
    detail |= {"cooked_minutes": order.cooked_minutes}
    audit.record("no_answer.ordered", f"order:{row.id}", by=by, at=at, detail=detail)
