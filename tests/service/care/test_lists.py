"""Lists on a real database: matched by number, applied once, questioned, taken back, and meals since."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.care.forms.lists import list_file
from app.care.models import StatusList, StatusListRow
from app.care.queries.lists import late_meals, rows_of
from app.care.rules.lists import LateAnswer, ListState, Match, RowState
from app.care.service.lists import (
    Applied,
    answer,
    apply_list,
    decide_row,
    discard_list,
    forget_names,
    look_at_list,
    take_back,
)
from app.errors import BadFile, Conflict, NotFound
from app.extensions import db
from app.meals.models import Decision
from app.residents.models import Resident
from app.residents.rules.facts import Status, StatusChange
from app.residents.service import change_status, register
from app.roles import COMMAND, Actor, Permission, Scope
from app.subsidy.rules import Reason
from app.transaction import transaction
from tests.factories.care import FRIDAY, LOOKED_AT, lunch
from tests.factories.delivery import kitchen
from tests.factories.district import policy_row
from tests.factories.facts import policy
from tests.factories.residents import csv_file, id_number, identity_of, person

EVERYWHERE = Scope()
DIED = FRIDAY - timedelta(days=10)


@pytest.fixture(autouse=True)
def _two_people(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        policy_row(policy())
        for sequence, name in ((1, "曾国强"), (2, "李秀英")):
            register(identity_of(sequence), person(name), by=COMMAND, at=LOOKED_AT - timedelta(days=90))


def cells(sequence: int = 1, name: str = "曾国强", on: date = DIED) -> dict[str, str]:
    return {"姓名": name, "身份证号": id_number(sequence), "死亡日期": on.isoformat()}


def brought(*rows: dict[str, str], kind: Status = Status.DECEASED, by: Actor = COMMAND) -> int:
    reading = list_file(kind, today=FRIDAY).read(csv_file(*rows))
    with transaction():
        made, _ = look_at_list(kind, "区殡仪馆", reading, by=by, at=LOOKED_AT)
        return made.id


def applied(list_id: int) -> int:
    return applying(list_id).count_set


def applying(list_id: int) -> Applied:
    with transaction():
        return apply_list(list_id, by=COMMAND, at=LOOKED_AT)


def matches(list_id: int) -> list[Match]:
    return [each.match for each in rows_of(list_id, EVERYWHERE)]


def status_of(name: str = "曾国强", on: date = FRIDAY) -> Status:
    db.session.expire_all()
    return db.session.execute(select(Resident).where(Resident.name == name)).scalar_one().facts.status_on(on)


def only_row() -> StatusListRow:
    (row,) = rows_of(1, EVERYWHERE)
    return row


def test_a_look_writes_no_status_and_applying_sets_it_from_the_day() -> None:
    list_id = brought(cells(), cells(3, "陌生人"))
    assert matches(list_id) == [Match.SETS]
    assert status_of() is Status.ACTIVE
    assert applied(list_id) == 1
    assert (status_of(on=DIED), status_of(on=DIED - timedelta(days=1))) == (Status.DECEASED, Status.ACTIVE)
    assert status_of("李秀英") is Status.ACTIVE
    with pytest.raises(Conflict):
        applied(list_id)


def test_nothing_of_a_stranger_is_kept() -> None:
    list_id = brought(cells(3, "陌生人"))
    found = db.session.get(StatusList, list_id)
    assert found is not None
    assert (found.listed, found.rows) == (1, [])
    details = db.session.execute(select(AuditEntry.detail)).scalars()
    assert not any("陌生人" in each or id_number(3) in each for each in details)


def test_the_same_list_again_changes_nothing() -> None:
    applied(brought(cells()))
    again = brought(cells())
    assert matches(again) == [Match.ALREADY]
    assert applied(again) == 0
    rows = db.session.execute(select(Resident).where(Resident.name == "曾国强")).scalar_one().statuses
    assert len(rows) == 1


def test_a_name_alone_finds_nobody_and_another_name_is_a_question() -> None:
    list_id = brought(cells(3, "李秀英"), cells(1, "曾国祥"))
    assert matches(list_id) == [Match.OTHER_NAME]
    assert applied(list_id) == 0
    assert (status_of(), status_of("李秀英")) == (Status.ACTIVE, Status.ACTIVE)
    row = only_row()
    assert row.name == "曾国祥"
    with transaction():
        decide_row(row.id, is_same=True, by=COMMAND, at=LOOKED_AT)
    assert status_of() is Status.DECEASED
    assert only_row().name is None


def test_who_is_somebody_else_stays_as_they_are_and_the_name_goes() -> None:
    applied(brought(cells(1, "曾国祥")))
    with transaction():
        decide_row(only_row().id, is_same=False, by=COMMAND, at=LOOKED_AT)
    assert status_of() is Status.ACTIVE
    assert (only_row().name, only_row().state) == (None, RowState.REFUSED)
    with pytest.raises(Conflict), transaction():
        decide_row(only_row().id, is_same=True, by=COMMAND, at=LOOKED_AT)


def test_another_day_of_death_is_a_question() -> None:
    with transaction():
        change_status("R-000001", StatusChange(Status.DECEASED, FRIDAY), by=COMMAND, at=LOOKED_AT)
    assert matches(brought(cells())) == [Match.CONTRADICTS]


def test_a_wrong_match_is_taken_back_and_is_a_question_when_it_comes_again() -> None:
    applied(brought(cells()))
    with transaction():
        take_back(only_row().id, "同号录错", by=COMMAND, at=LOOKED_AT)
    assert status_of() is Status.ACTIVE
    again = brought(cells())
    assert matches(again) == [Match.CONTRADICTS]
    assert applied(again) == 0
    assert status_of() is Status.ACTIVE


def test_what_changes_between_the_look_and_applying_becomes_a_question() -> None:
    list_id = brought(cells())
    with transaction():
        change_status("R-000001", StatusChange(Status.MOVED_AWAY, DIED), by=COMMAND, at=LOOKED_AT)
    assert applied(list_id) == 0
    assert status_of() is Status.MOVED_AWAY
    assert matches(list_id) == [Match.CONTRADICTS]


def test_what_the_register_does_not_take_stays_a_question_and_hinders_no_other() -> None:
    earlier = DIED - timedelta(days=30)
    list_id = brought(cells(1, "曾国强"), cells(2, "李秀英", earlier))
    with transaction():
        done = apply_list(list_id, by=COMMAND, at=LOOKED_AT - timedelta(days=20))
    assert (done.count_set, done.count_known) == (1, 0)
    assert [(each.line, each.name) for each in done.stays] == [(2, "曾国强")]
    assert "cannot lie in the future" in str(done.stays[0].refused)
    assert matches(list_id) == [Match.CONTRADICTS, Match.SETS]
    assert (status_of(), status_of("李秀英")) == (Status.ACTIVE, Status.DECEASED)
    row = rows_of(list_id, EVERYWHERE)[0]
    with transaction():
        decide_row(row.id, is_same=True, by=COMMAND, at=LOOKED_AT)
    assert status_of() is Status.DECEASED


def test_who_is_set_by_somebody_else_meanwhile_is_counted_as_known() -> None:
    list_id = brought(cells(), cells(2, "李秀英"))
    with transaction():
        change_status("R-000001", StatusChange(Status.DECEASED, DIED), by=COMMAND, at=LOOKED_AT)
    done = applying(list_id)
    assert (done.count_set, done.count_known, list(done.stays)) == (1, 1, [])


def test_meals_since_lose_their_subsidy_and_are_listed_until_somebody_answers() -> None:
    with transaction():
        before = lunch("R-000001", DIED - timedelta(days=1))
        since = lunch("R-000001", DIED + timedelta(days=2))
    applied(brought(cells()))
    decided = {each.meal_id: each.reason for each in db.session.execute(select(Decision)).scalars()}
    assert decided[since.id] is Reason.DECEASED
    assert decided[before.id] is not Reason.DECEASED
    row = only_row()
    (late,) = late_meals([row])[row.id]
    assert (late.meal.id, late.paid_fen) == (since.id, None)
    with transaction():
        answer(row.id, LateAnswer.CARD_OF_OTHERS, "", by=COMMAND, at=LOOKED_AT)
    assert only_row().answer is LateAnswer.CARD_OF_OTHERS


def test_bad_rows_are_explained_and_nothing_is_kept_of_the_file() -> None:
    wrong = {**cells(2), "身份证号": "123"}
    ahead = cells(1, on=FRIDAY + timedelta(days=1))
    with pytest.raises(BadFile) as refused:
        brought(wrong, ahead)
    assert [each.line for each in refused.value.rows] == [2, 3]
    assert db.session.execute(select(StatusList)).first() is None


def test_a_community_matches_its_own_people_alone() -> None:
    worker = Actor("U-9", frozenset(Permission), Scope("430103006"))
    list_id = brought(cells(), by=worker)
    assert rows_of(list_id, EVERYWHERE) == []
    other = brought(cells())
    with pytest.raises(NotFound), transaction():
        apply_list(other, by=worker, at=LOOKED_AT)


def test_a_name_that_nobody_compared_goes_after_ninety_days_and_the_question_stays() -> None:
    brought(cells(1, "曾国祥"))
    with transaction():
        assert forget_names(by=COMMAND, at=LOOKED_AT + timedelta(days=89)) == 0
        assert forget_names(by=COMMAND, at=LOOKED_AT + timedelta(days=91)) == 1
    assert (only_row().name, only_row().match) == (None, Match.OTHER_NAME)


def test_a_list_thrown_away_changes_nothing_and_forgets_names() -> None:
    list_id = brought(cells(1, "曾国祥"))
    with transaction():
        discard_list(list_id, by=COMMAND, at=LOOKED_AT)
    found = db.session.get(StatusList, list_id)
    assert found is not None
    assert found.state is ListState.DISCARDED
    assert only_row().name is None
    with pytest.raises(Conflict):
        applied(list_id)
