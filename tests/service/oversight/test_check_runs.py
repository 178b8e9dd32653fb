"""Runs of the checks on a real database: what becomes a case, once, and who takes which step with it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select, update
from sqlalchemy.exc import DBAPIError

from app.audit.models import AuditEntry
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.meals.models import Decision
from app.meals.rules import FoundBy
from app.oversight.models.checks import CheckCase, CheckCaseEvidence, CheckRun
from app.oversight.queries import calls as call_queries
from app.oversight.queries import cases as queries
from app.oversight.queries.facts import facts_of
from app.oversight.queries.purchases import purchases_of
from app.oversight.rules.calls import CallOutcome
from app.oversight.rules.cases import CaseAct, CaseOutcome, CaseStatus, CaseStep
from app.oversight.rules.checks import Missing
from app.oversight.rules.checks.vocabulary import Severity
from app.oversight.rules.purchases import Food, Purchase
from app.oversight.service.calls import draw_sample, is_as_drawn, reveal_called_phone, write_answer
from app.oversight.service.cases import take_case_step
from app.oversight.service.check import judge_month, keep_findings, limits_of, tune_check
from app.oversight.service.purchases import enter_purchases
from app.privacy.service import erase, personal_report
from app.residents.models import Resident, ResidentStatus
from app.residents.rules.facts import Status
from app.roles import COMMAND, Actor, Role, Scope
from app.settlement import service as settlement
from app.settlement.models import Statement
from app.settlement.rules.recovery import Finding as RecoveryFinding
from app.settlement.rules.steps import Act
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.settlement import (
    AFTERWARDS,
    NUMBER,
    OCTOBER,
    a_meal,
    a_month,
    draft_october,
    take,
    undoing,
)

EVERYWHERE = Scope()
OFFICER = Actor("U-91", Role.DISTRICT_OFFICER.permissions, Scope("430103"))
DIRECTOR = Actor("U-92", Role.DISTRICT_OFFICER.permissions, Scope("430103"))
MANAGER = Actor("U-93", Role.SITE_MANAGER.permissions, Scope("430103005", "C01"))


@pytest.fixture(autouse=True)
def _a_month(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    """Make a month in which R-000003 had died before one of the two meals recorded for them."""
    a_month()
    died(date(2026, 10, 20))


def died(on: date) -> None:
    with transaction():
        resident = db.session.execute(select(Resident).where(Resident.resident_no == "R-000003")).scalar_one()
        db.session.add(ResidentStatus(resident_id=resident.id, status=Status.DECEASED, from_on=on))


def checked(by: Actor = COMMAND) -> int:
    judged = judge_month(OCTOBER, by=by)
    with transaction():
        return keep_findings(judged, by=by, at=AFTERWARDS).id


def the_case(check_name: str = "after_death") -> CheckCase:
    (found,) = db.session.execute(queries.cases(EVERYWHERE, check_name=check_name)).scalars()
    return found


def stepped(case_id: int, act: CaseAct, by: Actor = OFFICER, **more: object) -> CaseStatus:
    step = CaseStep(act, **{"words": "说明", **more})  # type: ignore[arg-type]  # any field of it
    with transaction():
        return take_case_step(case_id, step, by=by, at=AFTERWARDS).status


def test_the_facts_are_the_ledgers_and_the_registers() -> None:
    late = a_meal(20, resident_no="R-000002", found_by=FoundBy.TYPED, served_on=date(2026, 10, 12))
    take(late, undoing(21, late))
    found = facts_of(OCTOBER, EVERYWHERE, phones_shared_by=2)
    assert len(found.meals) == 10
    assert {meal.id.int for meal in found.meals if meal.undone_at is not None} == {5, 20}
    assert next(meal for meal in found.meals if meal.id.int == 20).found_by is FoundBy.TYPED
    assert {each.resident_no for each in found.people.values()} == {"R-000001", "R-000002", "R-000003"}
    assert found.people["R-000003"].statuses[0].from_on == date(2026, 10, 20)
    assert set(found.sites) == {"C01", "C02"}
    assert facts_of(OCTOBER, Scope("430103006"), phones_shared_by=2).at_site.keys() == {"C02"}


def test_equal_telephones_have_equal_marks_that_do_not_tell_them() -> None:
    with transaction():
        for resident in db.session.execute(select(Resident)).scalars():
            resident.phone = "13800001234" if resident.resident_no != "R-000003" else "13900001234"
            resident.phone_tail = "1234"
    marks = {
        number: each.phone_mark
        for number, each in facts_of(OCTOBER, EVERYWHERE, phones_shared_by=2).people.items()
    }
    assert marks["R-000001"] == marks["R-000002"] != marks["R-000003"]
    assert not any("1234" in mark or mark == "" for mark in marks.values())


def test_doors_are_counted_by_spot() -> None:
    with transaction():
        for number, resident in enumerate(db.session.execute(select(Resident)).scalars()):
            resident.latitude, resident.longitude = (28.1101, 112.9801) if number else (28.2, 112.9)
    doors = facts_of(OCTOBER, EVERYWHERE, phones_shared_by=2).doors
    assert sorted((round(each.place.lat, 2), each.people) for each in doors) == [(28.11, 2), (28.2, 1)]


def test_a_finding_becomes_a_case_once_however_often_it_is_found() -> None:
    first, second = checked(), checked()
    case = the_case()
    assert (case.subject, case.site_code, case.status) == ("R-000003", "C01", CaseStatus.OPEN)
    assert len(case.evidence) == 1
    assert case.newest.run_id == first != second
    assert [(row["kind"], row["on"]) for row in case.newest.rows] == [
        ("stay", "2026-10-20"),
        ("meal", "2026-10-31"),
    ]


def test_newer_evidence_joins_the_same_case_also_when_it_is_closed() -> None:
    checked()
    case_id = the_case().id
    someone = user(Role.STREET_REVIEWER, area="430103005").user_no
    stepped(case_id, CaseAct.ASSIGN, assigned_to=someone)
    stepped(case_id, CaseAct.CLOSE, outcome=CaseOutcome.EXPLAINED)
    take(a_meal(30, resident_no="R-000003", served_on=date(2026, 10, 28)))
    judged = judge_month(OCTOBER, by=COMMAND)
    with transaction():
        keep_findings(judged, by=COMMAND, at=AFTERWARDS + timedelta(days=1))
    case = the_case()
    assert case.id == case_id
    assert (case.status, case.has_news, len(case.evidence)) == (CaseStatus.CLOSED, True, 2)
    assert stepped(case_id, CaseAct.REOPEN) is CaseStatus.ASSIGNED


def test_a_case_that_waits_becomes_more_urgent_by_what_is_found_later_and_never_less() -> None:
    """Three days after moving in the day may be wrong; two weeks later somebody eats on."""

    def severity() -> Severity:
        checked()
        held = select(CheckCase).where(CheckCase.check_name == "while_away")
        return db.session.execute(held).scalar_one().severity

    with transaction():
        moved = db.session.execute(select(Resident).where(Resident.resident_no == "R-000002")).scalar_one()
        since = date(2026, 10, 5)
        db.session.add(ResidentStatus(resident_id=moved.id, status=Status.INSTITUTION, from_on=since))
    assert severity() is Severity.LOW
    later = a_meal(30, resident_no="R-000002", served_on=date(2026, 10, 20))
    take(later)
    assert severity() is Severity.MEDIUM
    take(undoing(51, later))
    assert severity() is Severity.MEDIUM


def test_a_run_keeps_what_it_measured_by_and_what_it_could_not_check() -> None:
    run_id = checked()
    run = queries.run_numbered(run_id, Scope("430103"))
    assert run is not None
    outcomes = {each["check"]: each for each in run.outcomes}
    assert outcomes["bursts"]["limits"] == {"seconds": 8, "in_a_row": 10}
    assert outcomes["purchases_per_cover"]["gaps"] == [
        {"missing": Missing.PURCHASES.value, "sites": ["C01", "C02"]}
    ]
    assert run.meals == 9
    assert queries.newest_run("2026-10", Scope("430103")) == run


def test_no_step_moves_any_money() -> None:
    draft_october()

    def money() -> list[tuple[object, ...]]:
        sums = select(Statement.statement_no, Statement.government_fen, Statement.recovery_fen)
        decided = select(func.count(), func.sum(Decision.government_fen))
        return [
            *(tuple(row) for row in db.session.execute(sums.order_by(Statement.id))),
            tuple(db.session.execute(decided).one()),
        ]

    before = money()
    checked()
    case_id = the_case().id
    someone = user(Role.STREET_REVIEWER, area="430103005").user_no
    stepped(case_id, CaseAct.ASSIGN, assigned_to=someone)
    stepped(case_id, CaseAct.CLOSE, outcome=CaseOutcome.FRAUD)
    assert money() == before


def test_the_site_explains_and_somebody_else_closes() -> None:
    checked()
    case_id = the_case().id
    with pytest.raises(NotFound):  # Nobody asked the site yet, so it does not know of the case.
        stepped(case_id, CaseAct.ANSWER, by=MANAGER)
    someone = user(Role.STREET_REVIEWER, area="430103005").user_no
    stepped(case_id, CaseAct.ASSIGN, assigned_to=someone)
    stepped(case_id, CaseAct.ASK)
    assert stepped(case_id, CaseAct.ANSWER, by=MANAGER) is CaseStatus.ANSWERED
    with pytest.raises(NotAllowed):
        stepped(case_id, CaseAct.CLOSE, by=MANAGER, outcome=CaseOutcome.EXPLAINED)
    with pytest.raises(NotAllowed):  # U-1 recorded the meals that the case is about.
        stepped(
            case_id,
            CaseAct.CLOSE,
            by=Actor("U-1", OFFICER.permissions, OFFICER.scope),
            outcome=CaseOutcome.EXPLAINED,
        )
    assert stepped(case_id, CaseAct.CLOSE, outcome=CaseOutcome.EXPLAINED) is CaseStatus.CLOSED
    (tally,) = [each for each in queries.tallies(EVERYWHERE) if each.check_name == "after_death"]
    assert (tally.found, tally.closed, tally.explained, tally.false_alarms) == (1, 1, 1, 100)
    acts = db.session.execute(
        select(AuditEntry.action).where(AuditEntry.subject == "check_case:JC-00001").order_by(AuditEntry.seq)
    ).scalars()
    assert [act.split(".")[1] for act in acts] == ["assigned", "asked", "answered", "closed"]


def test_a_case_is_assigned_to_who_may_decide_there_and_to_nobody_else() -> None:
    checked()
    case_id = the_case().id
    elsewhere = user(Role.STREET_REVIEWER, area="430103006").user_no
    finance = user(Role.FINANCE).user_no
    for user_no in (elsewhere, finance, "U-404"):
        with pytest.raises(DomainError):
            stepped(case_id, CaseAct.ASSIGN, assigned_to=user_no)


def test_fraud_leads_to_the_recovery_of_the_site_and_to_no_other() -> None:
    draft_october()
    for by, act in enumerate((Act.SUBMIT, Act.REVIEW, Act.APPROVE, Act.PAY)):
        with transaction():
            settlement.take_step(NUMBER, act, by=Actor(f"U-8{by}", COMMAND.permissions), at=AFTERWARDS)
    checked()
    case_id = the_case().id
    someone = user(Role.STREET_REVIEWER, area="430103005").user_no
    stepped(case_id, CaseAct.ASSIGN, assigned_to=someone)
    stepped(case_id, CaseAct.CLOSE, outcome=CaseOutcome.FRAUD)
    finding = RecoveryFinding(
        NUMBER, "district", "一般公共预算", 3_00, date(2026, 11, 20), "去世后就餐", "核查JC-00001"
    )
    with transaction():
        number = settlement.open_recovery(finding, by=DIRECTOR, at=AFTERWARDS).recovery_no
    with pytest.raises(DomainError):
        stepped(case_id, CaseAct.LINK, recovery_no="ZH-9999")
    stepped(case_id, CaseAct.LINK, recovery_no=number)
    assert the_case().recovery_no == number


def test_what_is_kept_cannot_be_changed() -> None:
    checked()
    for table, values in ((CheckRun, {"findings": 0}), (CheckCaseEvidence, {"row_count": 0})):
        with pytest.raises(DBAPIError), transaction():
            db.session.execute(update(table).values(**values))


def test_a_check_measures_by_what_was_in_force_on_the_months_first_day() -> None:
    assert limits_of(OCTOBER)["bursts"]["seconds"] == 8
    with transaction():
        tune_check(
            "bursts",
            {"seconds": 5, "in_a_row": 10},
            effective_from=date(2026, 10, 2),
            reason="新平板更快",
            by=OFFICER,
            at=AFTERWARDS,
        )
    assert limits_of(OCTOBER)["bursts"]["seconds"] == 8
    assert limits_of(OCTOBER.next)["bursts"] == {"seconds": 5, "in_a_row": 10}
    for values, reason in (({"seconds": 5}, "又一次"), ({"seconds": 0}, "错"), ({"seconds": 6}, " ")):
        with pytest.raises(DomainError), transaction():
            tune_check(
                "bursts",
                {"in_a_row": 10, **values},
                effective_from=date(2026, 11, 1),
                reason=reason,
                by=OFFICER,
                at=AFTERWARDS,
            )
    with pytest.raises(NotAllowed), transaction():
        tune_check("bursts", {}, effective_from=date(2026, 11, 1), reason="试", by=MANAGER, at=AFTERWARDS)


def test_a_sample_is_drawn_once_with_a_seed_that_draws_it_again() -> None:
    with transaction():
        sample_id = draw_sample(OCTOBER, per_site=2, by=OFFICER, at=AFTERWARDS).id
    with pytest.raises(Conflict), transaction():
        draw_sample(OCTOBER, by=OFFICER, at=AFTERWARDS)
    sample = call_queries.sample_of("2026-10", "430103005")
    assert sample is not None
    assert sample.id == sample_id
    tasks = call_queries.tasks_of(sample.id, EVERYWHERE)
    assert {task.site_code for task in tasks} == {"C01", "C02"}
    assert all(task.meals >= 1 for task in tasks)
    assert is_as_drawn(sample)
    assert {task.site_code for task in call_queries.tasks_of(sample.id, Scope("430103006"))} == {"C02"}
    with pytest.raises(Conflict), transaction():
        draw_sample(OCTOBER.next, by=OFFICER, at=AFTERWARDS)


def test_an_answer_that_contradicts_becomes_a_finding_and_every_look_is_recorded() -> None:
    with transaction():
        resident = db.session.execute(select(Resident).where(Resident.resident_no == "R-000001")).scalar_one()
        resident.phone, resident.phone_tail = "13800001234", "1234"
        draw_sample(OCTOBER, per_site=5, seed=7, by=OFFICER, at=AFTERWARDS)
    sample = call_queries.sample_of("2026-10", "430103")
    assert sample is not None
    task = next(
        each
        for each in call_queries.tasks_of(sample.id, EVERYWHERE)
        if (each.site_code, each.resident_no) == ("C01", "R-000001")
    )
    task_id = task.id
    with transaction():
        assert reveal_called_phone(task_id, by=OFFICER, at=AFTERWARDS) == "13800001234"
        write_answer(task_id, CallOutcome.UNREACHED, "", turn=1, by=OFFICER, at=AFTERWARDS)
    checked()
    assert db.session.execute(queries.cases(EVERYWHERE, check_name="calls_contradict")).all() == []
    with transaction():
        write_answer(task_id, CallOutcome.DENIED, "从没去过", turn=2, by=OFFICER, at=AFTERWARDS)
    with pytest.raises(Conflict), transaction():
        write_answer(task_id, CallOutcome.CONFIRMED, "", turn=2, by=DIRECTOR, at=AFTERWARDS)
    checked()
    assert the_case("calls_contradict").subject == "R-000001:C01"
    with pytest.raises(NotFound), transaction():
        reveal_called_phone(task_id, by=Actor("U-5", OFFICER.permissions, Scope("430103006")), at=AFTERWARDS)
    looks = select(func.count()).where(AuditEntry.action == "call.phone_revealed")
    assert db.session.execute(looks).scalar_one() == 1


def test_purchases_are_entered_and_changed_with_a_reason() -> None:
    with transaction():
        enter_purchases("C01", OCTOBER, [Purchase(Food.MEAT, 20_000)], by=MANAGER, at=AFTERWARDS)
    for again in (Purchase(Food.MEAT, 20_000), Purchase(Food.MEAT, 5_000), Purchase(Food.MEAT, -1, "错")):
        with pytest.raises(DomainError), transaction():
            enter_purchases("C01", OCTOBER, [again], by=MANAGER, at=AFTERWARDS)
    with transaction():
        enter_purchases("C01", OCTOBER, [Purchase(Food.MEAT, 5_000, "看错票据")], by=MANAGER, at=AFTERWARDS)
    held = purchases_of(OCTOBER, {"C01", "C02"})
    assert [(key, each.grams, each.turn) for key, each in held.items()] == [(("C01", Food.MEAT), 5_000, 2)]
    with pytest.raises(NotFound), transaction():
        enter_purchases("C02", OCTOBER, [Purchase(Food.MEAT, 1)], by=MANAGER, at=AFTERWARDS)


def test_the_command_runs_the_checks_and_draws_the_sample(app: Flask) -> None:
    ran = app.test_cli_runner().invoke(args=["oversight", "check", "--month", "2026-10"])
    assert ran.exit_code == 0, ran.output
    assert "1  Meals after death" in ran.output
    assert "not checked: no purchases entered for the month (2 sites)" in ran.output
    drawn = app.test_cli_runner().invoke(args=["oversight", "sample", "--month", "2026-10", "--seed", "5"])
    assert "with seed 5" in drawn.output
    assert the_case().found_at > datetime(2026, 1, 1, tzinfo=UTC)


def test_a_call_stands_in_the_residents_own_report_and_its_note_goes_when_they_are_erased(app: Flask) -> None:
    app.url_map.iter_rules()  # The pages are loaded, and with them what puts itself into reports.
    with transaction():
        draw_sample(OCTOBER, per_site=5, seed=7, by=OFFICER, at=AFTERWARDS)
    sample = call_queries.sample_of("2026-10", "430103")
    assert sample is not None
    task_id = next(
        each.id for each in call_queries.tasks_of(sample.id, EVERYWHERE) if each.resident_no == "R-000003"
    )
    with transaction():
        write_answer(task_id, CallOutcome.DENIED, "女儿接的电话", turn=1, by=OFFICER, at=AFTERWARDS)
        report = personal_report("R-000003", say=str, by=OFFICER, at=AFTERWARDS)
    rows = [
        row
        for sheet in CalamineWorkbook.from_filelike(BytesIO(report)).sheet_names[:1]
        for row in CalamineWorkbook.from_filelike(BytesIO(report)).get_sheet_by_name(sheet).to_python()
    ]
    assert any("女儿接的电话" in str(row) for row in rows)
    with transaction():
        erase("R-000003", by=OFFICER, at=AFTERWARDS)
    ((_, answer),) = call_queries.answers_about("R-000003")
    assert (answer.outcome, answer.note) == (CallOutcome.DENIED, "")
