"""A complaint from receipt to its end: who may do what, what the clock says, and what stays."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.complaints import queries, service
from app.complaints.models import Complaint
from app.complaints.rules.classes import ComplaintClass
from app.complaints.rules.states import Act, State
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.roles import Actor, Role
from app.transaction import transaction
from tests.factories import district
from tests.factories.complaints import AT, CALLER, actor, received, said

LATER = AT + timedelta(days=3)


@pytest.fixture
def people(app: Flask) -> dict[str, Actor]:  # noqa: ARG001 - asked for its context
    """Give a canteen with its manager, and the street's and the district's people."""
    with transaction():
        district.canteen("C01")
        district.canteen("C02", area_code="430103006001")
    return {
        "manager": actor(Role.SITE_MANAGER, site_code="C01"),
        "other_manager": actor(Role.SITE_MANAGER, site_code="C02", area="430103006"),
        "worker": actor(Role.COMMUNITY_WORKER),
        "reviewer": actor(Role.STREET_REVIEWER),
        "officer": actor(Role.DISTRICT_OFFICER, area="430103"),
        "elsewhere": actor(Role.COMMUNITY_WORKER, area="430103006"),
    }


def a_complaint(at: datetime = AT, **changes: object) -> int:
    with transaction():
        return received(at, **changes).id


def now(number: int) -> Complaint:
    db.session.rollback()
    found = queries.complaint_numbered(number)
    assert found is not None
    return found


def answered(people: dict[str, Actor], **changes: object) -> int:
    number = a_complaint(AT, **changes)
    with transaction():
        service.assign(number, people["manager"].user_no, "请查近期青菜", by=people["worker"], at=AT)
        service.answer(number, "已要求煮软。", by=people["manager"], at=LATER)
    return number


def test_answered_called_back_and_closed_by_others_than_the_site(people: dict[str, Actor]) -> None:
    number = answered(people)
    for act in (service.close, lambda n, **who: service.call_back(n, Act.SATISFIED, **who)):
        with pytest.raises(NotAllowed), transaction():
            act(number, by=people["manager"], at=LATER)
    with transaction():
        service.call_back(number, Act.SATISFIED, by=people["worker"], at=LATER)
        service.close(number, by=people["reviewer"], at=LATER)
    found = now(number)
    assert (found.state, found.is_satisfied, found.was_late) == (State.CLOSED, True, False)
    assert found.ended_on == date(2026, 11, 23)
    assert [step.act.value for step in found.steps] == [
        "received",
        "assigned",
        "answered",
        "satisfied",
        "closed",
    ]


def test_whoever_answered_neither_calls_back_nor_closes(people: dict[str, Actor]) -> None:
    number = a_complaint()
    with transaction():
        service.assign(number, people["worker"].user_no, by=people["worker"], at=AT)
        service.answer(number, "已处理。", by=people["worker"], at=AT)
    with pytest.raises(NotAllowed, match="Somebody else"), transaction():
        service.call_back(number, Act.SATISFIED, by=people["worker"], at=AT)
    with transaction():
        service.call_back(number, Act.SATISFIED, by=people["reviewer"], at=AT)
    with pytest.raises(NotAllowed, match="Somebody else"), transaction():
        service.close(number, by=people["worker"], at=AT)


def test_who_is_not_satisfied_gets_another_answer_in_its_own_time(people: dict[str, Actor]) -> None:
    number = answered(people)
    due = now(number).due_on
    with pytest.raises(DomainError), transaction():
        service.call_back(number, Act.DISSATISFIED, " ", by=people["worker"], at=LATER)
    with transaction():
        service.call_back(number, Act.DISSATISFIED, "还是硬", by=people["worker"], at=LATER)
    found = now(number)
    assert (found.state, found.reopened, found.is_satisfied) == (State.ASSIGNED, 1, False)
    assert found.due_on > due
    with transaction():
        service.answer(number, "换了做法。", by=people["manager"], at=LATER)
    assert now(number).answer == "换了做法。"


def test_a_phone_is_tried_before_a_call_back_is_given_up(people: dict[str, Actor]) -> None:
    number = answered(people)
    with pytest.raises(DomainError, match="Try it"), transaction():
        service.call_back(number, Act.NO_CONTACT, by=people["worker"], at=LATER)
    for days in (0, 1):
        with transaction():
            service.call_back(number, Act.NOT_REACHED, by=people["worker"], at=LATER + timedelta(days=days))
    with transaction():
        service.call_back(number, Act.NO_CONTACT, by=people["worker"], at=LATER)
    assert now(number).state is State.CALLED_BACK
    unnamed = answered(people, phone="", name="")
    with transaction():
        service.call_back(unnamed, Act.NO_CONTACT, by=people["worker"], at=LATER)
    assert (now(unnamed).state, now(unnamed).is_satisfied) == (State.CALLED_BACK, None)


def test_an_answer_after_its_day_stays_late(people: dict[str, Actor]) -> None:
    number = a_complaint(class_code="food_safety")
    assert now(number).due_on == date(2026, 11, 25)
    after = AT + timedelta(days=6)
    with transaction():
        service.assign(number, people["manager"].user_no, by=people["worker"], at=AT)
    with pytest.raises(Conflict, match="not late"), transaction():
        service.urge(number, "请快", by=people["reviewer"], at=AT)
    with pytest.raises(NotAllowed), transaction():
        service.urge(number, "请快", by=people["worker"], at=after)
    with transaction():
        service.urge(number, "请今天答复", by=people["reviewer"], at=after)
        service.answer(number, "已查。", by=people["manager"], at=after)
    assert now(number).was_late
    assert queries.count_late(people["officer"], date(2026, 11, 27)) == 0


def test_late_ones_are_counted_where_they_lie(people: dict[str, Actor]) -> None:
    a_complaint(class_code="food_safety")
    day = date(2026, 11, 26)
    counted = {name: queries.count_late(who, day) for name, who in people.items()}
    assert counted == {
        "manager": 0,
        "other_manager": 0,
        "worker": 1,
        "reviewer": 1,
        "officer": 1,
        "elsewhere": 0,
    }


def test_a_site_sees_what_was_given_to_its_people_alone(people: dict[str, Actor]) -> None:
    number = a_complaint()
    assert queries.complaint(number, people["manager"]) is None
    with transaction():
        service.assign(number, people["manager"].user_no, by=people["worker"], at=AT)
    assert queries.complaint(number, people["manager"]) is not None
    assert queries.complaint(number, people["other_manager"]) is None
    with pytest.raises(NotFound), transaction():
        service.answer(number, "不是我们", by=people["other_manager"], at=AT)
    with pytest.raises(DomainError, match="of the list"), transaction():
        service.assign(number, people["other_manager"].user_no, by=people["worker"], at=AT)


def test_a_confidential_one_goes_to_the_site_with_a_brief_only(people: dict[str, Actor]) -> None:
    number = a_complaint(is_confidential=True)
    with pytest.raises(DomainError, match="fill"), transaction():
        service.assign(number, people["manager"].user_no, "", by=people["worker"], at=AT)
    with transaction():
        service.assign(number, people["manager"].user_no, "请核对刷卡记录", by=people["worker"], at=AT)
    assert now(number).brief == "请核对刷卡记录"


def test_twins_are_answered_once(people: dict[str, Actor]) -> None:
    first, second, third = a_complaint(), a_complaint(), a_complaint()
    with transaction():
        service.merge(third, second, by=people["worker"], at=AT)
        service.merge(second, first, by=people["worker"], at=AT)
    for merged in (second, third):
        found = service.complaint_of_code(f"SQ-{merged}", service.code_of(now(merged)))
        assert found is not None
        assert found.id == first
    with pytest.raises(DomainError), transaction():
        service.merge(first, second, by=people["worker"], at=AT)
    with pytest.raises(DomainError), transaction():
        service.merge(first, first, by=people["worker"], at=AT)


def test_handed_on_withdrawn_and_opened_again(people: dict[str, Actor]) -> None:
    outside, back = a_complaint(), a_complaint()
    with transaction():
        service.hand_on(outside, "城管部门", "已转交。", by=people["worker"], at=AT)
        service.withdraw(back, "本人不再反映", by=people["worker"], at=AT)
    assert (now(outside).state, now(outside).answer) == (State.HANDED_ON, "已转交。")
    assert now(back).ended_on == date(2026, 11, 20)
    with pytest.raises(Conflict), transaction():
        service.reopen(back, "又来", by=people["worker"], at=AT)
    closed = answered(people)
    with transaction():
        service.call_back(closed, Act.SATISFIED, by=people["worker"], at=LATER)
        service.close(closed, by=people["worker"], at=LATER)
        service.reopen(closed, "又发生了", by=people["worker"], at=LATER)
    assert (now(closed).state, now(closed).ended_on) == (State.ASSIGNED, None)


def test_another_class_has_another_last_day_counted_from_receipt(people: dict[str, Actor]) -> None:
    number = a_complaint(class_code="wish")
    with transaction():
        service.reclass(number, "food_safety", by=people["worker"], at=LATER)
    assert now(number).due_on == date(2026, 11, 25)
    with pytest.raises(DomainError), transaction():
        service.reclass(number, "no_such", by=people["worker"], at=LATER)


def test_a_class_set_for_later_holds_for_what_comes_then(people: dict[str, Actor]) -> None:
    new = ComplaintClass("taste", date(2026, 11, 21), 3, "口味")
    with transaction():
        service.set_class(new, by=people["officer"], at=AT)
    before, after = a_complaint(), a_complaint(at=AT + timedelta(days=1))
    assert (now(before).due_on, now(after).due_on) == (date(2026, 12, 1), date(2026, 11, 25))
    with pytest.raises(DomainError), transaction():
        service.set_class(new, by=people["officer"], at=LATER)


def test_links_are_looked_for_in_the_own_area(people: dict[str, Actor]) -> None:
    number = a_complaint(site_code=None)
    with transaction():
        district.elder("R-000001")
    with transaction():
        service.link(number, site_code="C01", resident_no="R-000001", by=people["worker"], at=AT)
    assert now(number).site_code == "C01"
    for wrong in ({"site_code": "C02"}, {"resident_no": "R-000009"}, {"run_id": 1}):
        with pytest.raises(NotFound), transaction():
            service.link(number, **wrong, by=people["worker"], at=AT)


def test_the_trail_tells_no_word_name_or_phone(people: dict[str, Actor]) -> None:
    answered(people)
    entries = db.session.execute(select(AuditEntry.action, AuditEntry.detail, AuditEntry.subject)).all()
    assert {"complaint.received", "complaint.moved"} <= {entry.action for entry in entries}
    told = "".join(entry.detail + entry.subject for entry in entries)
    assert not any(secret in told for secret in (CALLER, "张奶奶", "青菜", "煮软"))


def test_the_code_fits_its_own_number_alone(people: dict[str, Actor]) -> None:
    assert people
    one, other = now(a_complaint()), now(a_complaint())
    assert service.complaint_of_code(one.complaint_no, service.code_of(one)) is one
    assert service.complaint_of_code(other.complaint_no, service.code_of(one)) is None
    for number, code in (
        ("", ""),
        ("SQ-99", "00000000"),
        (one.complaint_no, "全角"),
        ("SQ-" + "9" * 30, "1"),
    ):
        assert service.complaint_of_code(number, code) is None


def test_words_go_and_figures_stay(people: dict[str, Actor]) -> None:
    number = answered(people)
    with transaction():
        service.empty([number], by=people["officer"], at=LATER)
    found = now(number)
    assert (found.content, found.name, found.phone, found.answer) == ("—", None, None, None)
    assert {step.note for step in found.steps} == {None}
    assert found.course.answered_on == date(2026, 11, 23)


def test_what_comes_twice_is_kept_once(people: dict[str, Actor]) -> None:
    assert people
    new = said(sent_id=UUID(int=7))
    with transaction():
        first = service.receive(new, by=Actor("table"), at=AT).id
    with transaction():
        assert service.receive(new, by=Actor("table"), at=LATER).id == first
