"""Home of what waits for a second person: asked for by one administrator, decided by another."""

from __future__ import annotations

import json
from datetime import datetime

from app.audit import service as audit
from app.auth import queries
from app.auth.models import AccountRequest, User
from app.auth.rules import Act, NewUser, Outcome, Place, ensure_decidable, ensure_strong, needs_second_person
from app.auth.rules.roles import ensure_placed
from app.auth.service.passwords import give_password, hasher
from app.auth.service.users import (
    account,
    detail_of,
    ensure_within,
    let_in,
    let_in_again,
    off_board,
    reset_factor,
    set_place,
)
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.roles import Actor, Permission, Role
from app.text import text


def ask(
    act: Act,
    user_no: str,
    *,
    reason: str,
    place: Place | None = None,
    password: str = "",
    by: Actor,
    at: datetime,
) -> AccountRequest:
    """Ask a second person to do something about an account; nothing changes before they do.

    `place` goes with other roles, `password` with a new password.

    Raises: NotFound; DomainError for one's own account, roles that check each other or a weak password;
    Conflict when it waits already.
    """
    user = account(user_no, by=by)
    if user.user_no == by.user_no:
        raise DomainError(text("This is about your own account. Ask another administrator."))
    if user.left_at is not None:
        raise DomainError(text("{user_no} has left. Make a new user.", user_no=user_no))
    detail: dict[str, object] = {}
    if act is Act.CHANGE_ROLES and place is not None:
        ensure_placed(place)
        ensure_within(place.area, by=by)
        detail = detail_of(place)
    if act is Act.RESET_PASSWORD:
        ensure_strong(password, username=user.username)
    asked = AccountRequest(
        user=user,
        act=act,
        detail=json.dumps(detail, sort_keys=True),
        password_hash=hasher().hash(password) if act is Act.RESET_PASSWORD else None,
        reason=reason,
        asked_by=by.user_no,
        asked_at=at,
    )
    db.session.add(asked)
    db.session.flush()
    audit.record(f"user.{act}_asked", f"user:{user_no}", by=by, at=at, detail={"request": asked.id, **detail})
    return asked


def take_on(new: NewUser, *, by: Actor, at: datetime) -> User:
    """Make a user; whoever is to administer, pay or approve comes in once a second person has confirmed it.

    Raises: as `let_in`.
    """
    user = let_in(new, by=by, at=at)
    if needs_second_person(Act.LET_IN, new.roles):
        user.is_active = False
        ask(Act.LET_IN, user.user_no, reason="", by=by, at=at)
    return user


def take_back(user_no: str, *, by: Actor, at: datetime) -> User:
    """Let in again whoever was shut out, or ask a second person to.

    Raises: NotFound; NotAllowed for one's own account, or somebody who has left.
    """
    user = account(user_no, by=by)
    if needs_second_person(Act.LET_IN, user.role_set):
        ask(Act.LET_IN, user_no, reason="", by=by, at=at)
    else:
        let_in_again(user, by=by, at=at)
    return user


def confirm(request_id: int, *, by: Actor, at: datetime) -> AccountRequest:
    """Do what was asked for, as the second person.

    Raises: NotFound; NotAllowed for whoever asked, or whom it is about; Conflict when decided or too old.
    """
    asked = _decided(request_id, Outcome.CONFIRMED, by=by, at=at)
    user = asked.user
    if asked.act is Act.LET_IN:
        let_in_again(user, by=by, at=at)
    elif asked.act is Act.CHANGE_ROLES:
        set_place(user, place_of(asked), by=by, at=at)
    elif asked.act is Act.RESET_PASSWORD:
        give_password(user, _waiting_hash(asked), by=by, at=at)
    elif asked.act is Act.RESET_FACTOR:
        reset_factor(user, by=by, at=at)
    else:
        _withdraw_the_rest(user, asked, at=at)
        off_board(user, by=by, at=at)
    asked.password_hash = None
    return asked


def refuse(request_id: int, *, by: Actor, at: datetime) -> AccountRequest:
    """Say no, as the second person; nothing changes.

    Raises: as `confirm`.
    """
    asked = _decided(request_id, Outcome.REFUSED, by=by, at=at)
    asked.password_hash = None
    audit.record(f"user.{asked.act}_refused", f"user:{asked.user.user_no}", by=by, at=at)
    return asked


def withdraw(request_id: int, *, by: Actor, at: datetime) -> AccountRequest:
    """Take back what one has asked for, or what an administrator who is away has.

    Raises: NotFound; Conflict when it is decided.
    """
    asked = _request(request_id, by=by)
    if asked.outcome is not None:
        raise Conflict(text("Somebody has decided this already."))
    _close(asked, Outcome.WITHDRAWN, by=by.user_no, at=at)
    asked.password_hash = None
    audit.record(f"user.{asked.act}_withdrawn", f"user:{asked.user.user_no}", by=by, at=at)
    return asked


def place_of(asked: AccountRequest) -> Place:
    """Give the roles and the scope that were asked for."""
    detail = json.loads(asked.detail)
    return Place(frozenset(Role(role) for role in detail["roles"]), detail["area"], detail["site"])


def _request(request_id: int, *, by: Actor) -> AccountRequest:
    asked = queries.request_for_update(request_id)
    if asked is None or not by.scope.covers(asked.user.area):
        raise NotFound(text("There is no such request. Look at the list again."))
    return asked


def _decided(request_id: int, outcome: Outcome, *, by: Actor, at: datetime) -> AccountRequest:
    if not by.may(Permission.USERS_CONFIRM):
        raise NotAllowed(text("Your role does not allow this. Ask your administrator if you need it."))
    asked = _request(request_id, by=by)
    ensure_decidable(
        asked_by=asked.asked_by,
        subject=asked.user.user_no,
        by=by.user_no,
        asked_at=asked.asked_at,
        at=at,
        is_open=asked.outcome is None,
    )
    _close(asked, outcome, by=by.user_no, at=at)
    return asked


def _close(asked: AccountRequest, outcome: Outcome, *, by: str, at: datetime) -> None:
    asked.outcome, asked.decided_by, asked.decided_at = outcome, by, at


def _withdraw_the_rest(user: User, but: AccountRequest, *, at: datetime) -> None:
    """Leave nothing waiting about an account that ends."""
    for other in queries.acts_waiting([user.id]).get(user.id, []):
        if other is not but:
            _close(other, Outcome.WITHDRAWN, by=but.decided_by or but.asked_by, at=at)


def _waiting_hash(asked: AccountRequest) -> str:
    if asked.password_hash is None:
        raise Conflict(text("Somebody has decided this already."))
    return asked.password_hash
