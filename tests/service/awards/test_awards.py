"""Awards on their way: counted, drafted, approved by another, paid in parts, void and issued anew."""

from __future__ import annotations

import csv
import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from json import loads

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from app.audit.models import AuditEntry
from app.awards import queries, service
from app.awards.models import Award
from app.awards.rules.acts import AwardState
from app.awards.rules.year import Year
from app.awards.service import Drafted, Finding, NotDrafted, WantedAwards
from app.awards.service.books import year_sheets
from app.awards.service.csv_files import write_awards
from app.awards.service.papers import award_paper
from app.canteens.rules import SiteFacts, SiteKind
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.meals import service as meals
from app.money import format_yuan
from app.roles import Actor, Scope
from app.subsidy import queries as policies
from app.subsidy import service as subsidy
from app.subsidy.rules.awards import AgeRate, Every, Marks, PerAge, PerMeal, Schedule, Tier, Tiers
from app.transaction import transaction
from tests.factories.awards import (
    AFTERWARDS,
    APPROVER,
    ASSESSOR,
    AWARD,
    DRAFTER,
    PAYER,
    YEAR,
    an_award_policy,
    assessed,
    drafted,
    person,
    published,
)
from tests.factories.district import canteen, site_row
from tests.factories.settlement import a_meal, a_month, undoing

NEXT = "A2026-C01-02"


@pytest.fixture(autouse=True)
def _october(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_month()


def award(number: str = AWARD) -> Award:
    found = queries.award(number, Scope())
    assert found is not None
    return found


def approve(number: str = AWARD, by: int = APPROVER, seen: str | None = None) -> None:
    hash_seen = seen or award(number).hash
    with transaction():
        service.approve(number, seen=hash_seen, by=person(by), at=AFTERWARDS)


def pay(part: int, number: str = AWARD, by: int = PAYER, paid_on: date = date(2026, 11, 23)) -> None:
    with transaction():
        service.pay(number, part, paid_on=paid_on, by=person(by), at=AFTERWARDS)


def void(number: str = AWARD, reason: str = "分数录错了") -> None:
    with transaction():
        service.void(number, reason=reason, by=person(APPROVER), at=AFTERWARDS)


def ready() -> None:
    published()
    assessed()
    drafted()


def test_meals_and_days_are_counted_from_the_decisions() -> None:
    published(an_award_policy(PerAge((AgeRate(60, 50), AgeRate(77, 1_00)))))
    assessed()
    assert drafted()[0] is Drafted.MADE
    said = award().document
    # Reversed and unregistered meals pay nothing, the unregistered one still shows that the day was served.
    assert (said.facts.meals, said.facts.served_days) == (7, 5)
    assert (said.facts.days_open, said.facts.days_in_year) == (365, 365)
    assert said.facts.meals_from_age == ((60, 6), (77, 1))
    assert said.amount_fen == 6 * 50 + 1_00
    assert said.counted_until == date(2026, 11, 22)


def test_each_assessment_has_the_next_number_of_its_year_and_the_trail_tells_its_score() -> None:
    assessed()
    for score in (800, 850):
        assessed(score, reason="复核改分")
    found = queries.assessments_of("C01", YEAR)
    assert [(each.issue, each.score_tenths, each.reason) for each in found] == [
        (3, 850, "复核改分"),
        (2, 800, "复核改分"),
        (1, 925, ""),
    ]
    assert queries.assessments_of("C01", Year(2025)) == []
    entry = db.session.execute(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).scalar_one()
    assert (entry.action, entry.subject) == ("award.assessed", "assessment:2026-C01-3")
    assert loads(entry.detail) == {"score_tenths": 850}
    with pytest.raises(NotFound, match="There is no canteen C99"):
        assessed(site_code="C99")


def test_a_canteen_has_an_award_for_each_year_in_which_it_was_open() -> None:
    with transaction():
        canteen("C09", closed_on=date(2026, 1, 1))
        canteen("C08", closed_on=date(2026, 1, 2))
        canteen("C07").opened_on = date(2026, 12, 31)
        canteen("C06").opened_on = date(2027, 1, 1)
    found = queries.canteens_open(YEAR, Scope())
    assert [each.site_code for each in found] == ["C01", "C02", "C07", "C08"]


def test_a_canteen_that_served_nobody_is_counted_as_that() -> None:
    with transaction():
        canteen("C08")
    published(replace(an_award_policy(PerMeal(2_00, None)), cuts=()))
    drafted()
    said = award("A2026-C08-01").document
    assert (said.facts.meals, said.facts.served_days, said.amount_fen) == (0, 0, 0)


def test_a_service_point_has_no_award() -> None:
    with transaction():
        site_row(SiteFacts("P01", SiteKind.SERVICE_POINT, "430103005001", date(2010, 1, 1), None))
    published()
    assert [site.site_code for site in queries.canteens_open(YEAR, Scope())] == ["C01", "C02"]
    with pytest.raises(NotFound, match="No canteen P01 was open in 2026"), transaction():
        service.draft_award("P01", YEAR, by=person(DRAFTER), at=AFTERWARDS)


def test_what_was_paid_before_is_of_the_canteen_the_year_and_earlier_issues_alone() -> None:
    ready()
    assessed(site_code="C02")
    drafted()
    for number in (AWARD, "A2026-C02-01"):
        approve(number)
        pay(1, number)
        void(number)
    first = award().document.instalments[0]
    drafted()
    approve(NEXT)
    assert award(NEXT).document.paid == ((first.due_month, first.amount_fen),)
    before = {first.due_month: first.amount_fen}
    assert queries.paid_before("C01", YEAR, 2) == queries.paid_before("C02", YEAR, 2) == before
    assert queries.paid_before("C01", YEAR, 1) == queries.paid_before("C01", Year(2025), 2) == {}
    newest = queries.newest_award("C01", YEAR)
    assert newest is not None
    assert (newest.award_no, queries.newest_award("C01", Year(2025))) == (NEXT, None)


def test_payments_that_were_due_in_one_month_are_one_sum() -> None:
    published(replace(an_award_policy(), schedule=Schedule(Every.ONCE)))
    assessed()
    drafted()
    approve()
    pay(1)
    void()
    assessed(950, reason="复核改分")
    drafted()
    approve(NEXT)
    pay(1, NEXT)
    void(NEXT, "又错了")
    paid = queries.paid_before("C01", YEAR, 3)
    whole = award().document.instalments[0]
    more = award(NEXT).document.instalments[0]
    assert whole.due_month == more.due_month
    assert paid == {whole.due_month: whole.amount_fen + more.amount_fen}


def test_what_nobody_assessed_and_nobody_runs_is_left_empty_in_papers_and_files() -> None:
    published(replace(an_award_policy(PerMeal(2_00, None)), cuts=()))
    drafted()
    with transaction():
        award().site.operator = None
    paper = award_paper(award(), at=AFTERWARDS)
    empty = ("operator", "uscc", "score", "grade", "satisfaction", "capacity", "evidence", "paid_before")
    assert [paper[name] for name in empty] == ["", "", *"—————", ""]
    wanted = WantedAwards.of(YEAR, Scope())
    listed = next(year_sheets(wanted))
    assert list(next(iter(listed.rows)))[3:12] == ["", 7, 5, 140, 365, None, "", None, None]
    table = BytesIO()
    write_awards(table, wanted)
    row = next(csv.DictReader(table.getvalue().decode("utf-8-sig").splitlines()))
    assert [row[name] for name in ("score_tenths", "satisfaction_tenths", "capacity")] == ["", "", ""]


def test_only_meals_of_the_year_until_yesterday_count() -> None:
    published()
    assessed()
    drafted(at=datetime(2026, 10, 9, 4, tzinfo=UTC))
    assert (award().document.facts.meals, award().document.facts.served_days) == (4, 2)
    with pytest.raises(DomainError, match="has not begun"):
        drafted(at=datetime(2025, 12, 31, 4, tzinfo=UTC))


def test_a_day_whose_only_meal_was_reversed_was_not_served() -> None:
    with transaction():
        meals.take([undoing(70, a_meal(7, served_on=date(2026, 10, 31)))], by=person(9), at=AFTERWARDS)
    ready()
    assert (award().document.facts.meals, award().document.facts.served_days) == (6, 4)


def test_an_award_is_drafted_approved_and_paid_and_the_trail_knows() -> None:
    ready()
    assert award().amount_fen == 96_250_00
    approve()
    parts = award().document.instalments
    assert [(part.due_month, part.amount_fen) for part in parts] == [
        ("2027-01", 24_062_50),
        ("2027-04", 24_062_50),
        ("2027-07", 24_062_50),
        ("2027-10", 24_062_50),
    ]
    pay(1)
    assert (award().state, award().paid_fen) == (AwardState.APPROVED, 24_062_50)
    told = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq)).scalars().all()
    assert told[-6:] == [
        "award_policy.drafted",
        "award_policy.published",
        "award.assessed",
        "award.drafted",
        "award.approved",
        "award.instalment_paid",
    ]


def test_the_trail_tells_the_amount_and_the_hash_of_each_act() -> None:
    ready()
    approve()
    pay(1)
    void()
    details = select(AuditEntry.detail).order_by(AuditEntry.seq)
    told = [loads(detail) for detail in db.session.execute(details).scalars()]
    said = {"hash": award().hash, "amount_fen": 96_250_00}
    assert told[-4:] == [
        said,
        said,
        {"instalment": 1, "amount_fen": 24_062_50, "paid_on": "2026-11-23"},
        said,
    ]


def test_each_canteen_is_told_apart_and_why_it_has_no_award() -> None:
    published()
    assessed()
    done = drafted()
    assert done[0] is Drafted.MADE
    assert isinstance(done[1], NotDrafted)
    assert (done[1].site_code, "no assessment" in str(done[1].reason)) == ("C02", True)
    assert drafted()[0] is Drafted.UNCHANGED
    approve()
    assert drafted()[0] is Drafted.FROZEN


def test_without_a_policy_there_is_no_award() -> None:
    assessed()
    published(an_award_policy(effective_from=date(2026, 1, 2)))
    results = drafted()
    assert all(isinstance(each, NotDrafted) and "No policy" in str(each.reason) for each in results)


def test_four_eyes_permissions_and_scope_hold() -> None:
    ready()
    for own in (DRAFTER, ASSESSOR):
        with pytest.raises(NotAllowed, match="drafted or assessed"):
            approve(by=own)
    with pytest.raises(NotAllowed, match="may not take"), transaction():
        service.approve(AWARD, seen=award().hash, by=Actor("U-9"), at=AFTERWARDS)
    with pytest.raises(NotFound), transaction():
        service.approve(AWARD, seen=award().hash, by=person(APPROVER, "430104"), at=AFTERWARDS)
    approve()
    with pytest.raises(NotAllowed, match="confirm its payment"):
        pay(1, by=APPROVER)


@pytest.mark.parametrize("own", [DRAFTER, ASSESSOR])
def test_the_table_itself_refuses_an_approval_by_whoever_drafted_or_assessed(own: int) -> None:
    ready()
    with pytest.raises(DBAPIError, match="four_eyes"), db.engine.begin() as connection:
        connection.execute(
            sql("update award set state = 'approved', approved_by = :who, approved_at = drafted_at"),
            {"who": f"U-{own}"},
        )


def test_nobody_approves_what_they_have_not_seen_or_what_no_longer_holds() -> None:
    ready()
    with pytest.raises(Conflict, match="made again"):
        approve(seen="0" * 64)
    with transaction():
        meals.take([undoing(70, a_meal(1))], by=person(9), at=AFTERWARDS)
    with pytest.raises(Conflict, match="have changed since"):
        approve()
    assert drafted()[0] is Drafted.REFRESHED
    with transaction():
        award().site.opened_on = date(2027, 1, 1)  # By now there is no award to be made for it.
    with pytest.raises(Conflict, match="have changed since"):
        approve()
    with transaction():
        award().site.opened_on = date(2010, 1, 1)
    approve()


def test_a_new_assessment_replaces_the_older_one_and_says_why() -> None:
    ready()
    with pytest.raises(DomainError, match="Say why"):
        assessed(650)
    assessed(650, reason="复核改分")
    with pytest.raises(Conflict, match="have changed since"):
        approve()
    drafted()
    assert award().amount_fen == 74_250_00  # (50,000 + 32,500) less ten percent
    assert [each.score_tenths for each in queries.assessments_of("C01", YEAR)] == [650, 925]
    finding = Finding(Marks(900), "考核表")
    with pytest.raises(NotFound), transaction():
        service.assess("C99", YEAR, finding, by=person(ASSESSOR), at=AFTERWARDS)


def test_what_is_approved_stands_whatever_comes() -> None:
    ready()
    approve()
    before = (award().content, award().hash)
    assessed(100, reason="再次考核")
    with transaction():
        meals.take([undoing(70, a_meal(1))], by=person(9), at=AFTERWARDS)
    assert drafted()[0] is Drafted.FROZEN
    assert (award().content, award().hash) == before


@pytest.mark.parametrize(
    "change", ["content = 'x'", "hash = 'x'", "amount_fen = 1", "state = 'draft', approved_by = null"]
)
def test_the_database_itself_keeps_an_approved_award(change: str) -> None:
    ready()
    approve()
    with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(sql(f"update award set {change}"))  # noqa: S608 - written above
    with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
        connection.execute(sql("delete from award"))


def test_the_database_itself_keeps_a_void_award_and_a_published_policy() -> None:
    ready()
    approve()
    void()
    for change in ("update award set reason = 'x'", "update award_policy set reference = 'x'"):
        with pytest.raises(DBAPIError, match="append-only"), db.engine.begin() as connection:
            connection.execute(sql(change))


def test_an_award_that_was_void_is_issued_under_a_new_number_with_what_was_paid() -> None:
    ready()
    approve()
    pay(1)
    void()
    with pytest.raises(Conflict, match="not the next step"):
        pay(2)
    assessed(800, reason="复核改分")
    assert drafted()[0] is Drafted.MADE
    said = award(NEXT).document
    assert award_paper(award(NEXT), at=AFTERWARDS)["paid_before"] == format_yuan(said.paid_before_fen)
    assert (said.amount_fen, said.paid) == (90_000_00, (("2027-01", 24_062_50),))
    assert [part.due_month for part in said.instalments] == ["2027-04", "2027-07", "2027-10"]
    assert sum(part.amount_fen for part in said.instalments) + 24_062_50 == 90_000_00
    approve(NEXT)
    pay(1, NEXT)
    void(NEXT, "又错了")
    drafted()
    again = award("A2026-C01-03").document
    assert [month for month, _ in again.paid] == ["2027-01", "2027-04"]
    assert again.paid_before_fen + sum(part.amount_fen for part in again.instalments) == 90_000_00


def test_what_was_paid_too_much_is_asked_back() -> None:
    published(an_award_policy(Tiers((Tier(1, 40_000_00),))))
    assessed(900)
    drafted()
    approve()
    for number in (1, 2, 3, 4):
        pay(number)
    void()
    assessed(650, reason="复核改分")
    drafted()
    (part,) = award(NEXT).document.instalments
    assert (part.due_month, part.amount_fen) == ("2027-10", -4_000_00)
    approve(NEXT)
    pay(1, NEXT)
    assert award(NEXT).paid_fen == -4_000_00


def test_an_instalment_is_paid_once_on_a_day_that_can_be() -> None:
    ready()
    with pytest.raises(Conflict, match="not the next step"):
        pay(1)
    approve()
    for wrong in (date(2026, 11, 22), date(2026, 11, 24)):
        with pytest.raises(DomainError, match="before the approval or in the future"):
            pay(1, paid_on=wrong)
    with pytest.raises(NotFound):
        pay(5)
    pay(1)
    with pytest.raises(Conflict, match="paid already"):
        pay(1)


def test_voiding_says_why() -> None:
    ready()
    with pytest.raises(Conflict, match="not the next step"):
        void()
    approve()
    with pytest.raises(DomainError, match="Say why"):
        void(reason=" ")


def test_of_two_who_approve_at_once_one_does(app: Flask) -> None:
    ready()
    seen, results = award().hash, list[str]()
    db.session.rollback()

    def act(by: int) -> None:
        with app.app_context():
            try:
                with transaction():
                    service.approve(AWARD, seen=seen, by=person(by), at=AFTERWARDS)
                results.append("approved")
            except Conflict:
                results.append("too late")

    threads = [threading.Thread(target=act, args=(910 + number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["approved", "too late", "too late", "too late"]


def test_a_canteen_that_opened_in_the_year_is_paid_for_its_days() -> None:
    with transaction():
        site = queries.canteens_open(YEAR, Scope())[0]
        site.opened_on, site.closed_on = date(2026, 10, 1), date(2026, 12, 13)
    published()
    assessed(1000)
    drafted()
    assert award().document.facts.days_open == 73
    assert award().amount_fen == 20_000_00
    assert [site.site_code for site in queries.canteens_open(Year(2025), Scope())] == ["C02"]


def test_a_policy_on_awards_needs_a_second_person_and_then_stands() -> None:
    with transaction():
        draft = subsidy.draft_award_policy(an_award_policy(), by=person(1), at=AFTERWARDS)
        draft_id = draft.id
    assert policies.award_policy_deciding("430103005001", 2026) is None
    with pytest.raises(NotAllowed, match="second person"), transaction():
        subsidy.publish_award_policy(draft_id, by=person(1), at=AFTERWARDS)
    with pytest.raises(DBAPIError, match="four_eyes"), db.engine.begin() as connection:
        connection.execute(sql("update award_policy set state = 'published', decided_by = drafted_by"))
    with pytest.raises(NotAllowed, match="within 430103005"), transaction():
        subsidy.publish_award_policy(draft_id, by=person(2, "430103005"), at=AFTERWARDS)
    with transaction():
        subsidy.publish_award_policy(draft_id, by=person(2), at=AFTERWARDS)
    deciding = policies.award_policy_deciding("430103005001", 2026)
    assert deciding is not None
    assert deciding.policy == an_award_policy()
    for act in (subsidy.publish_award_policy, subsidy.withdraw_award_policy):
        with pytest.raises(Conflict, match="decided already"), transaction():
            act(draft_id, by=person(3), at=AFTERWARDS)


def test_two_policies_of_one_day_cannot_both_be_published() -> None:
    published()
    with transaction():
        other = subsidy.draft_award_policy(an_award_policy(PerMeal(1_00)), by=person(1), at=AFTERWARDS).id
    with pytest.raises(Conflict, match="from this day already"), transaction():
        subsidy.publish_award_policy(other, by=person(2), at=AFTERWARDS)
    with transaction():
        subsidy.withdraw_award_policy(other, by=person(1), at=AFTERWARDS)
    with pytest.raises(NotAllowed), transaction():
        subsidy.draft_award_policy(
            replace(an_award_policy(), district="430104"), by=person(1, "430103"), at=AFTERWARDS
        )


def test_a_later_policy_changes_no_award_of_a_year_that_had_begun() -> None:
    ready()
    approve()
    published(an_award_policy(PerMeal(1_00), effective_from=date(2026, 7, 1)))
    assessed(900, site_code="C02")
    drafted(at=AFTERWARDS + timedelta(days=1))
    assert award("A2026-C02-01").document.policy.effective_from == date(2026, 1, 1)
