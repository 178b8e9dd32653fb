"""Families: whom to call, what their link opens, and what they may change in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.clock import SHANGHAI
from app.delivery import queries
from app.delivery.models import Subscription
from app.delivery.models.family import FamilyContact, FamilyLink
from app.delivery.queries.family import contacts_of, family_links
from app.delivery.rules.family import DayState, NewContact, Relation
from app.delivery.rules.orders import CutOff
from app.delivery.service.family import (
    add_contact,
    end_contact,
    family_link_of,
    family_token,
    issue_family_link,
    revoke_family_link,
)
from app.delivery.service.family_days import (
    days_of_family,
    family_cancels,
    family_is_back,
    family_orders,
    family_pauses,
    family_restores,
    refusal_of,
)
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.residents.models import Resident
from app.residents.rules.absence import Absence, AbsenceReason
from app.roles import COMMAND, Actor, Permission, Scope
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, subscribed

CUT_OFF = CutOff(time(9), time(18))
EARLY = datetime(2026, 11, 23, 7, 0, tzinfo=SHANGHAI)
LATE = datetime(2026, 11, 23, 9, 0, tzinfo=SHANGHAI)
TUESDAY = MONDAY + timedelta(days=1)
DAUGHTER = NewContact("王小红", Relation.CHILD, "13900001111", date(2026, 11, 1))


@pytest.fixture(autouse=True)
def _two_homes(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        subscribed(neighbour("R-1"))
        subscribed(neighbour("R-2", name="李建国"))


def given_link(resident_no: str = "R-1", *, until_on: date = MONDAY + timedelta(days=90)) -> FamilyLink:
    with transaction():
        contact = add_contact(resident_no, DAUGHTER, by=COMMAND, at=EARLY)
        issue_family_link(contact.id, until_on, by=COMMAND, at=EARLY)
    return family_links([contact.id])[contact.id]


def states(link: FamilyLink, at: datetime = EARLY) -> list[tuple[date, DayState, bool]]:
    db.session.expire_all()
    shown = days_of_family(link, cut_off=CUT_OFF, at=at)
    return [(meal.day, meal.state, meal.is_open) for meal in shown.meals[:3]]


def sub_of(resident_no: str) -> Subscription:
    found = db.session.execute(select(Subscription).join(Resident).where(Resident.resident_no == resident_no))
    return found.scalars().first()  # type: ignore[return-value]  # there is one


def acts() -> Sequence[tuple[str, str]]:
    rows = db.session.execute(select(AuditEntry.actor, AuditEntry.action).order_by(AuditEntry.seq))
    return [(row.actor, row.action) for row in rows]


def test_a_family_cancels_a_day_and_takes_it_back_before_the_cut_off() -> None:
    link, own = given_link(), sub_of("R-1")
    assert states(link)[:2] == [(MONDAY, DayState.DUE, True), (TUESDAY, DayState.DUE, True)]
    with transaction():
        family_cancels(link.number, own.id, MONDAY, cut_off=CUT_OFF, at=EARLY)
    assert states(link)[0] == (MONDAY, DayState.CANCELLED, True)
    (change,) = queries.changes_to([own.id], MONDAY)
    assert (change.asker.value, change.way.value, change.noted_by) == ("family", "link", f"family:{link.id}")
    assert queries.due(MONDAY, Sitting.LUNCH, ["C01"])["C01"].cancelled == (own,)
    with transaction():
        family_restores(link.number, change.id, cut_off=CUT_OFF, at=EARLY)
    assert states(link)[0] == (MONDAY, DayState.DUE, True)
    mine = [act for actor, act in acts() if actor == f"family:{link.id}"]
    assert mine == ["delivery.cancelled_once", "delivery.change_taken_back"]


def test_what_the_kitchen_counts_already_stays() -> None:
    link, own = given_link(), sub_of("R-1")
    assert states(link, LATE)[0] == (MONDAY, DayState.DUE, False)
    pause = Absence(AbsenceReason.AWAY, MONDAY, TUESDAY)
    for late in (
        lambda: family_cancels(link.number, own.id, MONDAY, cut_off=CUT_OFF, at=LATE),
        lambda: family_pauses(link.number, pause, cut_off=CUT_OFF, at=LATE),
        lambda: family_orders(link.number, MONDAY, Sitting.LUNCH, cut_off=CUT_OFF, at=LATE),
        lambda: family_cancels(link.number, own.id, date(2026, 11, 22), cut_off=CUT_OFF, at=LATE),
    ):
        with pytest.raises(DomainError), transaction():
            late()
    assert queries.changes_to([own.id], MONDAY) == []


def test_a_link_is_for_its_own_resident_alone() -> None:
    link, other = given_link(), sub_of("R-2")
    with pytest.raises(NotFound), transaction():
        family_cancels(link.number, other.id, MONDAY, cut_off=CUT_OFF, at=EARLY)
    theirs = given_link("R-2")
    with transaction():
        family_cancels(theirs.number, other.id, MONDAY, cut_off=CUT_OFF, at=EARLY)
        family_pauses(theirs.number, Absence(AbsenceReason.AWAY, TUESDAY, None), cut_off=CUT_OFF, at=EARLY)
    (change,) = queries.changes_to([other.id], MONDAY)
    absence = days_of_family(theirs, cut_off=CUT_OFF, at=EARLY).pauses[0]
    with pytest.raises(NotFound), transaction():
        family_restores(link.number, change.id, cut_off=CUT_OFF, at=EARLY)
    with pytest.raises(NotFound), transaction():
        family_is_back(link.number, absence.id, MONDAY + timedelta(days=3), cut_off=CUT_OFF, at=EARLY)


def test_a_family_pauses_and_says_when_meals_come_again() -> None:
    link = given_link()
    with transaction():
        family_pauses(link.number, Absence(AbsenceReason.HOSPITAL, TUESDAY, None), cut_off=CUT_OFF, at=EARLY)
    assert [state for _, state, _ in states(link)] == [DayState.DUE, DayState.AWAY, DayState.AWAY]
    (pause,) = days_of_family(link, cut_off=CUT_OFF, at=EARLY).pauses
    with pytest.raises(Conflict), transaction():
        family_orders(link.number, TUESDAY, Sitting.LUNCH, cut_off=CUT_OFF, at=EARLY)
    with transaction():
        family_is_back(link.number, pause.id, TUESDAY + timedelta(days=1), cut_off=CUT_OFF, at=EARLY)
    assert [state for _, state, _ in states(link)] == [DayState.DUE, DayState.AWAY, DayState.DUE]
    longer = TUESDAY + timedelta(days=5)
    counted = datetime(2026, 11, 25, 9, 30, tzinfo=SHANGHAI)
    with pytest.raises(DomainError), transaction():
        family_is_back(link.number, pause.id, longer, cut_off=CUT_OFF, at=counted)


def test_an_order_goes_to_the_door_as_it_is_known_and_tells_nothing_of_why_not() -> None:
    with transaction():
        own = sub_of("R-1")
        own.weekdays = 1
        own.diet = "低糖"
    link = given_link()
    with transaction():
        assert family_orders(link.number, TUESDAY, Sitting.LUNCH, cut_off=CUT_OFF, at=EARLY)
    with transaction():
        assert not family_orders(link.number, TUESDAY, Sitting.LUNCH, cut_off=CUT_OFF, at=EARLY)
    (once,) = [each for each in queries.due(TUESDAY, Sitting.LUNCH, ["C01"])["C01"].going if each.id > 2]
    assert (once.kitchen_code, once.diet, once.note, once.floor) == ("C01", "低糖", "敲门请大声", 6)
    with transaction():
        person = queries.resident("R-1", Scope())
        assert person is not None
        person.birth_on = date(1962, 1, 1)
    with pytest.raises(DomainError) as refused, transaction():
        family_orders(link.number, TUESDAY + timedelta(days=1), Sitting.LUNCH, cut_off=CUT_OFF, at=EARLY)
    assert str(refused.value.message) == "This cannot be ordered by link. Phone the community."


def test_a_revoked_or_ended_link_opens_nothing_and_does_nothing() -> None:
    link, own = given_link(until_on=TUESDAY), sub_of("R-1")
    assert refusal_of(link, at=EARLY) is None
    assert "ended" in str(refusal_of(link, at=EARLY + timedelta(days=1)))
    with transaction():
        revoke_family_link(link.contact_id, by=COMMAND, at=EARLY)
    assert "revoked" in str(refusal_of(family_link_of(family_token(link)), at=EARLY))
    with pytest.raises(NotAllowed), transaction():
        family_cancels(link.number, own.id, MONDAY, cut_off=CUT_OFF, at=EARLY)
    with transaction():
        issue_family_link(link.contact_id, TUESDAY, by=COMMAND, at=EARLY)
    new = family_links([link.contact_id])[link.contact_id]
    assert new.number != link.number
    with transaction():
        end_contact(link.contact_id, by=COMMAND, at=EARLY)
    assert "revoked" in str(refusal_of(family_link_of(family_token(new)), at=EARLY))
    gone = db.session.get(FamilyContact, link.contact_id)
    assert gone is not None
    assert (gone.name, gone.phone) == ("", "")
    assert contacts_of(gone.resident_id) == []


def test_contacts_lie_within_the_scope_and_agreed_before() -> None:
    elsewhere = Actor("U-9", frozenset({Permission.DELIVERY_EDIT}), Scope("430102"))
    with pytest.raises(NotFound), transaction():
        add_contact("R-1", DAUGHTER, by=elsewhere, at=EARLY)
    later = NewContact("王小红", Relation.CHILD, "13900001111", TUESDAY)
    with pytest.raises(DomainError), transaction():
        add_contact("R-1", later, by=COMMAND, at=EARLY)
    link = given_link()
    with pytest.raises(NotFound), transaction():
        end_contact(link.contact_id, by=elsewhere, at=EARLY)
    for end in (MONDAY, MONDAY + timedelta(days=367)):
        with pytest.raises(DomainError), transaction():
            issue_family_link(link.contact_id, end, by=COMMAND, at=EARLY)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_token_but_ours_opens_a_link(data: st.DataObject) -> None:
    link = family_links([1]).get(1) or given_link()
    token = family_token(link)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("0123456789abcdefABCDEFXYZ_-#/ 王"))
    broken = token[:place] + letter + token[place + 1 :]
    cut = data.draw(st.integers(0, len(token) - 1))
    for forged in (token[:cut], token + letter, data.draw(st.text(max_size=80)), uuid4().hex):
        assert family_link_of(forged) is None
    if broken != token:
        # The last letter of the number holds four bits alone; others of the same bits are the same number.
        opened = family_link_of(broken)
        assert opened is None or (place == 21 and opened.number == link.number)


def test_another_kind_of_link_opens_no_family_s() -> None:
    link = given_link()
    number, signature = UUID(int=5), family_token(link)[22:]
    assert family_link_of(f"{'A' * 22}{signature}") is None
    assert family_link_of(number.hex) is None
