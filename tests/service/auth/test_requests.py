"""What one administrator asks for and another confirms."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.auth import queries, service
from app.auth.models import User
from app.auth.rules import Act, NewUser, Place
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.roles import Actor, Role
from app.transaction import transaction
from tests.factories.auth import PASSWORD, user

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NEW_PASSWORD = "four quiet river stones"


def administrators() -> tuple[Actor, Actor]:
    return user(Role.ADMINISTRATOR).actor, user(Role.SECURITY_ADMINISTRATOR).actor


def asked(act: Act, user_no: str, by: Actor, **more: object) -> int:
    with transaction():
        return service.ask(act, user_no, reason="打电话来过", by=by, at=AT, **more).id  # type: ignore[arg-type]


def now(user_no: str) -> User:
    db.session.rollback()
    found = queries.user_numbered(user_no)
    assert found is not None
    return found


@pytest.mark.usefixtures("app")
def test_whoever_is_to_approve_comes_in_once_a_second_person_has_confirmed_it() -> None:
    system, security = administrators()
    new = NewUser("li", "李会计", NEW_PASSWORD, frozenset({Role.FINANCE}), "430103", None)
    with transaction():
        made = service.take_on(new, by=system, at=AT).user_no
    with pytest.raises(DomainError), transaction():
        service.sign_in("li", NEW_PASSWORD, at=AT)
    (waiting,) = queries.acts_waiting([now(made).id])[now(made).id]
    with transaction():
        service.confirm(waiting.id, by=security, at=AT)
    with transaction():
        service.sign_in("li", NEW_PASSWORD, at=AT)


@pytest.mark.usefixtures("app")
def test_a_new_password_holds_once_confirmed_for_three_days_and_must_be_changed() -> None:
    system, security = administrators()
    number, name = (made := user(Role.SITE_STAFF)).user_no, made.username
    request = asked(Act.RESET_PASSWORD, number, system, password=NEW_PASSWORD)
    with transaction():
        service.sign_in(name, PASSWORD, at=AT)
    with transaction():
        service.confirm(request, by=security, at=AT)
    with pytest.raises(DomainError), transaction():
        service.sign_in(name, PASSWORD, at=AT)
    with transaction():
        assert service.sign_in(name, NEW_PASSWORD, at=AT).password_until == AT + timedelta(days=3)
    with pytest.raises(DomainError), transaction():
        service.sign_in(name, NEW_PASSWORD, at=AT + timedelta(days=3, seconds=1))


@pytest.mark.usefixtures("app")
def test_whoever_leaves_loses_everything_but_number_and_name() -> None:
    system, security = administrators()
    made = user(Role.DISTRICT_OFFICER)
    number, name, username = made.user_no, made.name, made.username
    request = asked(Act.OFF_BOARD, number, system)
    asked(Act.RESET_PASSWORD, number, system, password=NEW_PASSWORD)
    with transaction():
        service.confirm(request, by=security, at=AT)
    left = now(number)
    assert (left.name, left.roles, left.is_active, left.left_at) == (name, [], False, AT)
    assert queries.acts_waiting([left.id]) == {}
    with pytest.raises(DomainError), transaction():
        service.sign_in(username, PASSWORD, at=AT)
    with pytest.raises(DomainError), transaction():
        service.take_back(number, by=system, at=AT)


@pytest.mark.usefixtures("app")
def test_other_roles_are_checked_when_asked_and_hold_when_confirmed() -> None:
    system, security = administrators()
    number = user(Role.SITE_STAFF).user_no
    both = Place(frozenset({Role.FINANCE, Role.DISTRICT_OFFICER}), "430103", None)
    with pytest.raises(DomainError, match="finance pays"):
        asked(Act.CHANGE_ROLES, number, system, place=both)
    wider = Place(frozenset({Role.FINANCE}), "4301", None)
    with pytest.raises(DomainError, match="430103 and below"):
        asked(Act.CHANGE_ROLES, number, system, place=wider)
    request = asked(
        Act.CHANGE_ROLES, number, system, place=Place(frozenset({Role.FINANCE}), "430103005", None)
    )
    assert now(number).role_set == {Role.SITE_STAFF}
    with transaction():
        service.confirm(request, by=security, at=AT)
    assert now(number).role_set == {Role.FINANCE}
    assert now(number).area == "430103005"


@pytest.mark.usefixtures("app")
def test_nobody_confirms_what_they_asked_for_nor_what_is_about_themselves() -> None:
    system, security = administrators()
    request = asked(Act.OFF_BOARD, user(Role.FINANCE).user_no, system)
    both = Actor(system.user_no, system.permissions | security.permissions, system.scope)
    with pytest.raises(NotAllowed, match="somebody else"), transaction():
        service.confirm(request, by=both, at=AT)
    about_them = asked(Act.OFF_BOARD, security.user_no, system)
    with pytest.raises(NotAllowed, match="your own account"), transaction():
        service.confirm(about_them, by=security, at=AT)
    with pytest.raises(NotAllowed), transaction():
        service.confirm(request, by=system, at=AT)


@pytest.mark.usefixtures("app")
def test_what_is_refused_or_taken_back_changes_nothing_and_may_be_asked_again() -> None:
    system, security = administrators()
    number = user(Role.FINANCE).user_no
    first = asked(Act.OFF_BOARD, number, system)
    with pytest.raises(Conflict):
        asked(Act.OFF_BOARD, number, system)
    with transaction():
        service.refuse(first, by=security, at=AT)
    with pytest.raises(Conflict), transaction():
        service.confirm(first, by=security, at=AT)
    second = asked(Act.OFF_BOARD, number, system)
    with transaction():
        service.withdraw(second, by=system, at=AT)
    assert now(number).is_active
    actions = set(db.session.execute(select(AuditEntry.action)).scalars())
    assert {"user.off_board_asked", "user.off_board_refused", "user.off_board_withdrawn"} <= actions


@pytest.mark.usefixtures("app")
def test_an_account_of_another_district_is_not_there() -> None:
    system = user(Role.ADMINISTRATOR).actor
    security = user(Role.SECURITY_ADMINISTRATOR, area="430102").actor
    elsewhere = user(Role.SITE_STAFF, area="430102").user_no
    for act in Act:
        with pytest.raises(NotFound), transaction():
            service.ask(act, elsewhere, reason="", by=system, at=AT)
    with pytest.raises(NotFound), transaction():
        service.shut_out(elsewhere, by=system, at=AT)
    request = asked(Act.OFF_BOARD, user(Role.SITE_STAFF).user_no, system)
    with pytest.raises(NotFound), transaction():
        service.confirm(request, by=security, at=AT)
