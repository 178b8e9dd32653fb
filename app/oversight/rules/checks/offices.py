"""Home of the checks on who did what: conflicting roles, own work reviewed, calls that contradict."""

from __future__ import annotations

from collections import defaultdict

from app.oversight.rules.checks.facts import Facts, MealRow
from app.oversight.rules.checks.people import evidence_of_meals
from app.oversight.rules.checks.seen import BOXES, SUPERVISOR
from app.oversight.rules.checks.vocabulary import (
    NO_BOUND,
    Answer,
    Evidence,
    EvidenceKind,
    Figures,
    Finding,
    Gap,
    Limits,
    Missing,
    Parameter,
    Severity,
    check,
)
from app.text import text


@check(
    title=text("Roles that check each other"),
    asks=text("Does somebody hold roles of which one checks the other?"),
    innocent=text("Roles of before such roles were refused."),
    source=SUPERVISOR,
    sentence=text("User {user} holds roles that check each other."),
    severity=Severity.HIGH,
)
def conflicting_roles(facts: Facts, limits: Limits) -> Answer:  # noqa: ARG001 - every check has the one shape
    """Find people who hold roles that check each other: new ones are refused, older ones are told here."""
    return Answer(
        tuple(
            Finding(
                user.user_no,
                "",
                {"user": user.user_no, "area": user.area},
                (Evidence(EvidenceKind.USER, user.user_no),),
            )
            for user in facts.users
            if user.conflicting
        )
    )


@check(
    title=text("Own records reviewed by oneself"),
    asks=text("Did somebody who recorded meals of a site also take a step with its statement?"),
    innocent=text("Somebody who stood in for a day at the counter."),
    source=SUPERVISOR,
    sentence=text("{user} recorded {meals} meals and took a step with the statement over them."),
    severity=Severity.HIGH,
    parameters=(Parameter("least", text("at least so many meals"), 1, 1, NO_BOUND),),
)
def own_work_reviewed(facts: Facts, limits: Limits) -> Answer:
    """Find people who recorded meals of a site and also took a step with its statement of the month."""
    steps: dict[tuple[str, str], list[str]] = defaultdict(list)
    for step in facts.steps:
        steps[step.site_code, step.taken_by].append(step.statement_no)
    recorded: defaultdict[tuple[str, str], list[MealRow]] = defaultdict(list)
    for meal in facts.meals:
        if (meal.site_code, meal.recorded_by) in steps:
            recorded[meal.site_code, meal.recorded_by].append(meal)
    findings = []
    for (site_code, user_no), meals in recorded.items():
        if len(meals) >= limits["least"]:
            signed = tuple(
                Evidence(EvidenceKind.STATEMENT, number) for number in sorted(set(steps[site_code, user_no]))
            )
            figures: Figures = {"meals": len(meals), "user": user_no}
            evidence = (Evidence(EvidenceKind.USER, user_no), *signed, *evidence_of_meals(meals))
            findings.append(Finding(f"{site_code}:{user_no}", site_code, figures, evidence))
    return Answer(tuple(findings))


@check(
    title=text("Called residents say otherwise"),
    asks=text("Did a resident of the month's random sample say that they did not eat what was recorded?"),
    innocent=text("Forgetting; a relative who answered the phone."),
    source=BOXES,
    sentence=text("{meals} meals were recorded; on the telephone: {answer}."),
    severity=Severity.HIGH,
)
def calls_contradict(facts: Facts, limits: Limits) -> Answer:  # noqa: ARG001 - every check has the one shape
    """Find residents of the month's sample who said that they did not eat what was recorded."""
    if not any(call.outcome.is_answer for call in facts.calls):
        return Answer(gaps=(Gap(Missing.CALLS),))
    return Answer(
        tuple(
            Finding(
                f"{call.resident_no}:{call.site_code}",
                call.site_code,
                {"meals": call.meals, "answer": call.outcome.value},
                (
                    Evidence(EvidenceKind.CALL, str(call.call_id), site_code=call.site_code),
                    Evidence(EvidenceKind.RESIDENT, call.resident_no, figure=call.meals),
                ),
            )
            for call in facts.calls
            if call.outcome.is_mismatch
        )
    )
