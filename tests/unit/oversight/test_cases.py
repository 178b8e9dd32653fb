"""The one table of steps with a case: who may take which, and that who is checked never decides."""

from __future__ import annotations

import pytest

from app.errors import Conflict, DomainError, NotAllowed
from app.oversight.rules.cases import (
    STEPS,
    CaseAct,
    CaseOutcome,
    CaseStatus,
    CaseStep,
    Standing,
    next_status,
)
from app.roles import Actor, Role, Scope

REVIEWER = Actor("U-2", Role.STREET_REVIEWER.permissions, Scope("430103005"))
OFFICER = Actor("U-3", Role.DISTRICT_OFFICER.permissions, Scope("430103"))
MANAGER = Actor("U-1", Role.SITE_MANAGER.permissions, Scope("430103005", "C01"))
FULL = {
    act: CaseStep(act, words="说明", assigned_to="U-2", outcome=CaseOutcome.EXPLAINED, recovery_no="ZH-0001")
    for act in CaseAct
}


def standing(status: CaseStatus, **changes: object) -> Standing:
    given: dict[str, object] = {
        "status": status,
        "assigned_to": "U-2",
        "answered_by": frozenset(),
        "concerned": frozenset({"U-1"}),
        "outcome": CaseOutcome.FRAUD if status is CaseStatus.CLOSED else None,
        **changes,
    }
    return Standing(**given)  # type: ignore[arg-type]  # any field of it


@pytest.mark.parametrize("status", CaseStatus)
@pytest.mark.parametrize("act", CaseAct)
def test_only_the_tables_steps_lead_anywhere(status: CaseStatus, act: CaseAct) -> None:
    by = MANAGER if act is CaseAct.ANSWER else OFFICER
    if (status, act) in STEPS:
        assert next_status(standing(status), FULL[act], by=by) is STEPS[status, act]
    else:
        with pytest.raises(Conflict):
            next_status(standing(status), FULL[act], by=by)


@pytest.mark.parametrize("act", [act for act in CaseAct if act is not CaseAct.ANSWER])
def test_who_is_checked_explains_and_decides_nothing(act: CaseAct) -> None:
    status = next(status for status, each in STEPS if each is act)
    with pytest.raises(NotAllowed):
        next_status(standing(status), FULL[act], by=MANAGER)
    for concerned in ({"concerned": frozenset({"U-3"})}, {"answered_by": frozenset({"U-3"})}):
        with pytest.raises(NotAllowed):
            next_status(standing(status, **concerned), FULL[act], by=OFFICER)
    at_a_site = Actor("U-8", OFFICER.permissions, Scope("430103005", "C01"))
    with pytest.raises(NotAllowed):
        next_status(standing(status), FULL[act], by=at_a_site)


def test_an_office_does_not_answer_for_the_site() -> None:
    with pytest.raises(NotAllowed):
        next_status(standing(CaseStatus.ASKED), FULL[CaseAct.ANSWER], by=OFFICER)


def test_fraud_is_decided_by_somebody_else_than_who_looked_into_it() -> None:
    fraud = CaseStep(CaseAct.CLOSE, words="三次走访", outcome=CaseOutcome.FRAUD)
    with pytest.raises(NotAllowed):
        next_status(standing(CaseStatus.ASSIGNED), fraud, by=REVIEWER)
    assert next_status(standing(CaseStatus.ASSIGNED), fraud, by=OFFICER) is CaseStatus.CLOSED


@pytest.mark.parametrize(
    "step",
    [
        CaseStep(CaseAct.CLOSE, outcome=CaseOutcome.EXPLAINED),
        CaseStep(CaseAct.CLOSE, words="看过了"),
        CaseStep(CaseAct.NOTE, words="  "),
        CaseStep(CaseAct.NOTE, words="长" * 501),
        CaseStep(CaseAct.ASSIGN),
        CaseStep(CaseAct.ASK),
    ],
)
def test_a_step_that_says_too_little_is_refused(step: CaseStep) -> None:
    with pytest.raises(DomainError):
        next_status(standing(CaseStatus.ASSIGNED), step, by=OFFICER)


def test_a_false_alarm_leads_to_no_recovery() -> None:
    with pytest.raises(Conflict):
        next_status(
            standing(CaseStatus.CLOSED, outcome=CaseOutcome.EXPLAINED), FULL[CaseAct.LINK], by=OFFICER
        )
