"""Home of the verbs on accounts: let in, place, shut out, off-board."""

from __future__ import annotations

from datetime import datetime

from app.audit import service as audit
from app.auth import queries
from app.auth.models import User, UserRole
from app.auth.rules import NewUser, Place, ensure_strong
from app.auth.rules.roles import ensure_placed
from app.auth.service.passwords import PASSED_ON_FOR, hasher, known
from app.auth.service.sessions import end_everywhere, forget_factor
from app.errors import DomainError, NotAllowed, NotFound
from app.extensions import db
from app.roles import COMMAND, Actor
from app.text import text

_NO_PASSWORD = "!"  # noqa: S105 - no hash, so nothing fits it


def let_in(new: NewUser, *, by: Actor, at: datetime) -> User:
    """Make a user. A password that an administrator chose must be changed at the first sign-in.

    Raises: DomainError for a weak password, roles that check each other or an area outside the scope;
    Conflict for a taken name.
    """
    ensure_placed(new.place)
    ensure_strong(new.password, username=new.username)
    ensure_within(new.area, by=by)
    user = User(
        user_no=f"U-{queries.last_user_id() + 1}",
        username=new.username,
        name=new.name,
        password_hash=hasher().hash(new.password),
        password_until=None if by is COMMAND else at + PASSED_ON_FOR,
        area=new.area,
        site_code=new.site_code,
        is_active=True,
        created_at=at,
        roles=[UserRole(role=role) for role in sorted(new.roles)],
    )
    db.session.add(user)
    db.session.flush()
    audit.record("user.let_in", f"user:{user.user_no}", by=by, at=at, detail=detail_of(new.place))
    return user


def detail_of(place: Place) -> dict[str, object]:
    """Give what the trail and a request keep of roles and scope."""
    return {"roles": sorted(place.roles), "area": place.area, "site": place.site_code}


def account(user_no: str, *, by: Actor) -> User:
    """Give a user of the scope of whoever acts; one outside is not there for them.

    Raises: NotFound.
    """
    user = known(user_no)
    if not by.scope.covers(user.area):
        raise NotFound(text("There is no user {user_no}.", user_no=user_no))
    return user


def ensure_within(area: str, *, by: Actor) -> None:
    """Refuse to give a scope that is wider than one's own.

    Raises: DomainError.
    """
    if not by.scope.covers(area):
        raise DomainError(
            text("You may let people in for {area} and below only.", area=by.scope.area), field="area"
        )


def shut_out(user_no: str, *, by: Actor, at: datetime) -> User:
    """Shut a user out: at once, by one person, and their open sessions end.

    Raises: NotFound; DomainError for shutting oneself out.
    """
    user = account(user_no, by=by)
    if user.user_no == by.user_no:
        raise DomainError(text("You cannot shut yourself out. Ask another administrator."))
    user.is_active = False
    end_everywhere(user, at=at)
    audit.record("user.shut_out", f"user:{user_no}", by=by, at=at)
    return user


def let_in_again(user: User, *, by: Actor, at: datetime) -> None:
    """Let in whoever was shut out, or has waited for a second person.

    Raises: NotAllowed for somebody who has left.
    """
    if user.left_at is not None:
        raise NotAllowed(text("{user_no} has left. Make a new user.", user_no=user.user_no))
    user.is_active = True
    audit.record("user.let_in_again", f"user:{user.user_no}", by=by, at=at)


def set_place(user: User, place: Place, *, by: Actor, at: datetime) -> None:
    """Give a user other roles or another scope; their open sessions end at once.

    Raises: DomainError for roles that check each other.
    """
    ensure_placed(place)
    kept = {held.role: held for held in user.roles}
    user.roles = [kept.get(role) or UserRole(role=role) for role in sorted(place.roles)]
    user.area, user.site_code = place.area, place.site_code
    end_everywhere(user, at=at)
    audit.record("user.roles_changed", f"user:{user.user_no}", by=by, at=at, detail=detail_of(place))


def reset_factor(user: User, *, by: Actor, at: datetime) -> None:
    """Take off a factor whose phone and codes are lost; who needs one sets up another at the next sign-in."""
    forget_factor(user)
    end_everywhere(user, at=at)
    audit.record("user.factor_reset", f"user:{user.user_no}", by=by, at=at)


def off_board(user: User, *, by: Actor, at: datetime) -> None:
    """End an account for good. The number and the name stay, since the trail and signed papers name them."""
    detail = {"roles": sorted(user.role_set)}
    user.is_active, user.left_at = False, at
    user.password_hash = _NO_PASSWORD
    user.pin_salt = user.pin_key = None
    user.roles = []
    forget_factor(user)
    end_everywhere(user, at=at)
    audit.record("user.off_boarded", f"user:{user.user_no}", by=by, at=at, detail=detail)
