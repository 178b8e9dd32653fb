"""Home of running the checks: judge a month by its facts, then keep what is new as cases."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.audit import service as audit
from app.audit.rules import canonical
from app.errors import DomainError, NotAllowed
from app.extensions import db
from app.locks import lock_names
from app.month import Month
from app.oversight.models.checks import CheckCase, CheckCaseEvidence, CheckRun, CheckSetting
from app.oversight.queries import cases as queries
from app.oversight.queries.facts import facts_of
from app.oversight.rules.cases import CaseStatus
from app.oversight.rules.checks import CHECKS, Answer, Check, Facts, Finding, Limits, check_named
from app.oversight.rules.checks.vocabulary import Severity
from app.roles import Actor, Permission
from app.text import text

_LOCK = "oversight.checks"
_MAY_NOT = text("You may not take this step. Ask whoever does it in your office.")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check said of a month, by what it measured, and how long it took."""

    check: Check
    limits: Limits
    answer: Answer
    milliseconds: int

    @property
    def plain(self) -> dict[str, Any]:
        """Give it as a run keeps it."""
        return {
            "check": self.check.name,
            "limits": dict(self.limits),
            "findings": len(self.answer.findings),
            "milliseconds": self.milliseconds,
            "gaps": [gap.plain for gap in self.answer.gaps],
        }


@dataclass(frozen=True, slots=True)
class Judged:
    """What all checks said of a month: nothing is written yet."""

    facts: Facts
    area: str
    outcomes: tuple[Outcome, ...]
    milliseconds: int


def judge_month(month: Month, *, by: Actor) -> Judged:
    """Look at a month within the actor's scope; it only reads, so nobody waits for it.

    Raises: NotAllowed.
    """
    if not by.may(Permission.CHECKS_RUN):
        raise NotAllowed(_MAY_NOT)
    began = time.perf_counter()
    limits = limits_of(month)
    facts = facts_of(month, by.scope, phones_shared_by=limits["shared_phone"]["most"] + 1)
    outcomes = tuple(_looked(check, facts, limits[check.name]) for check in CHECKS)
    return Judged(facts, by.scope.area, outcomes, _since(began))


def _looked(check: Check, facts: Facts, limits: Limits) -> Outcome:
    began = time.perf_counter()
    answer = check.look(facts, limits)
    return Outcome(check, limits, answer, _since(began))


def _since(began: float) -> int:
    return round(1000 * (time.perf_counter() - began))


def limits_of(month: Month) -> dict[str, dict[str, int]]:
    """Give what each check measures a month by: what was set until its first day, or else its default."""
    held = queries.settings_on(month.first_on)
    return {
        check.name: {
            each.name: held[check.name, each.name].value if (check.name, each.name) in held else each.default
            for each in check.parameters
        }
        for check in CHECKS
    }


def keep_findings(judged: Judged, *, by: Actor, at: datetime) -> CheckRun:
    """Keep a run: every new finding becomes a case, one that is known gets its newer evidence.

    Raises: NotAllowed.
    """
    if not by.may(Permission.CHECKS_RUN):
        raise NotAllowed(_MAY_NOT)
    month = str(judged.facts.month)
    lock_names(db.session, _LOCK, [month])
    run = CheckRun(
        month=month,
        area=judged.area,
        meals=len(judged.facts.meals),
        findings=sum(len(each.answer.findings) for each in judged.outcomes),
        milliseconds=judged.milliseconds,
        outcomes=[each.plain for each in judged.outcomes],
        ran_by=by.user_no,
        ran_at=at,
    )
    db.session.add(run)
    db.session.flush()
    made = _keep_cases(judged, run, at)
    detail = {"month": month, "findings": run.findings, "new": made}
    audit.record("checks.run", f"checks:{month}", by=by, at=at, detail=detail)
    return run


def _keep_cases(judged: Judged, run: CheckRun, at: datetime) -> int:
    """Add what is new; give how many cases were opened."""
    known, digests = queries.known_cases(run.month), queries.known_digests(run.month)
    found = [(each.check, finding) for each in judged.outcomes for finding in each.answer.findings]
    fresh = {
        (check.name, finding.subject): _case(check, finding, judged.facts, at)
        for check, finding in found
        if (check.name, finding.subject) not in known
    }
    db.session.add_all(fresh.values())
    db.session.flush()
    for check, finding in found:
        case = fresh.get((check.name, finding.subject)) or known[check.name, finding.subject]
        digest = _digest(finding)
        if (case.id, digest) not in digests:
            digests.add((case.id, digest))
            db.session.add(_evidence(case, run, finding, digest))
            _raise(case, finding.severity or check.severity)
    db.session.flush()
    return len(fresh)


def _raise(case: CheckCase, severity: Severity) -> None:
    """Let a case that waits become more urgent by what was found since; it never becomes less so."""
    if case.status is not CaseStatus.CLOSED and severity.rank > case.severity.rank:
        case.severity = severity


def _case(check: Check, finding: Finding, facts: Facts, at: datetime) -> CheckCase:
    site = facts.sites.get(finding.site_code)
    return CheckCase(
        check_name=check.name,
        month=str(facts.month),
        subject=finding.subject,
        site_code=finding.site_code or None,
        area_code=site.area_code if site is not None else str(finding.figures.get("area", "")),
        severity=finding.severity or check.severity,
        status=CaseStatus.OPEN,
        found_at=at,
    )


def _evidence(case: CheckCase, run: CheckRun, finding: Finding, digest: str) -> CheckCaseEvidence:
    return CheckCaseEvidence(
        case_id=case.id,
        run_id=run.id,
        digest=digest,
        figures=dict(finding.figures),
        rows=finding.plain_evidence,
        row_count=len(finding.evidence),
        found_at=run.ran_at,
    )


def _digest(finding: Finding) -> str:
    said: Mapping[str, object] = {
        "figures": dict(finding.figures),
        "rows": finding.plain_evidence,
        "count": len(finding.evidence),
    }
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def tune_check(
    name: str, values: Mapping[str, int], *, effective_from: date, reason: str, by: Actor, at: datetime
) -> list[str]:
    """Let a check measure by other values from a day on; give the parameters that changed.

    Raises: NotAllowed; NotFound for an unknown check; DomainError out of bounds or without a reason.
    """
    if not by.may(Permission.CHECKS_TUNE) or by.scope.site_code is not None:
        raise NotAllowed(_MAY_NOT)
    check = check_named(name)
    reason = reason.strip()
    if not reason:
        raise DomainError(text("Say why it is changed."), field="reason")
    held = queries.settings_on(effective_from)
    changed = []
    for parameter in check.parameters:
        value = values.get(parameter.name, parameter.default)
        if not parameter.least <= value <= parameter.most:
            said = text("Between {least} and {most}.", least=parameter.least, most=parameter.most)
            raise DomainError(said, field=parameter.name)
        before = held.get((name, parameter.name))
        if value != (before.value if before is not None else parameter.default):
            changed.append(parameter.name)
            db.session.add(
                CheckSetting(
                    check_name=name,
                    parameter=parameter.name,
                    value=value,
                    effective_from=effective_from,
                    reason=reason,
                    set_by=by.user_no,
                    set_at=at,
                )
            )
    if not changed:
        raise DomainError(text("Nothing was changed."))
    db.session.flush()
    detail = {each: values[each] for each in changed} | {"from": effective_from.isoformat()}
    audit.record("check.tuned", f"check:{name}", by=by, at=at, detail=detail)
    return changed
