"""Home of roles that check each other, and so are never one person's. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.errors import DomainError
from app.roles import Role
from app.text import Text, text


@dataclass(frozen=True, slots=True)
class Conflicting:
    """Roles of which one person holds one at most, and why."""

    roles: frozenset[Role]
    reason: Text


_ADMINISTRATORS = frozenset({Role.ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR})
_OF_A_SITE = frozenset({Role.SITE_STAFF, Role.SITE_MANAGER})
CONFLICTS = (
    Conflicting(
        _ADMINISTRATORS,
        text(
            "What a system administrator does with accounts, a security administrator confirms, and an audit "
            "administrator looks at (等保: 三员分立)."
        ),
    ),
    Conflicting(
        frozenset({Role.FINANCE, Role.DISTRICT_OFFICER, Role.STREET_REVIEWER}),
        text(
            "One month's money passes three offices: the street reviews, the district approves, finance pays."
        ),
    ),
    Conflicting(
        frozenset({Role.AUDITOR, Role.FINANCE, Role.DISTRICT_OFFICER, Role.STREET_REVIEWER}),
        text("Who looks for faults afterwards has done none of it."),
    ),
)
"""Groups of roles of which nobody holds two."""

_ALONE = {
    **dict.fromkeys(
        _ADMINISTRATORS, text("Who lets people in, confirms it or watches it does no business in the system.")
    ),
    Role.AUDITOR: text("An auditor holds no other role: nothing they look at may be their own work."),
    **dict.fromkeys(
        _OF_A_SITE, text("Who hands in a site's meals may not register, review or pay them (会计法 art. 35).")
    ),
}
"""Roles beside which nobody holds another."""


@dataclass(frozen=True, slots=True)
class Place:
    """What somebody is here for, and where; `area` is a code prefix, `site_code` narrows to one site."""

    roles: frozenset[Role]
    area: str
    site_code: str | None


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is needed to let a person in; `area` is a code prefix, `site_code` narrows to one site."""

    username: str
    name: str
    password: str
    roles: frozenset[Role]
    area: str
    site_code: str | None

    @property
    def place(self) -> Place:
        """Give what they are here for."""
        return Place(self.roles, self.area, self.site_code)


def rows_of_conflicts() -> tuple[Conflicting, ...]:
    """Give the whole table: what excludes each other, and what stands alone, each with its reason."""
    alone = tuple(Conflicting(frozenset({role}), reason) for role, reason in _ALONE.items())
    return (*CONFLICTS, *alone)


def ensure_separate(roles: Collection[Role]) -> None:
    """Refuse roles that would let one person check their own work, and say why.

    Raises: DomainError.
    """
    held = frozenset(roles)
    if not held:
        raise DomainError(text("Choose at least one role."), field="roles")
    if len(held) == 1:
        return
    for conflict in CONFLICTS:
        if len(conflict.roles & held) > 1:
            raise _refused(conflict.reason)
    for role in sorted(held & frozenset(_ALONE)):
        raise _refused(_ALONE[role])


def _refused(reason: Text) -> DomainError:
    return DomainError(
        text("One person may not hold these roles together. {reason} Make two users.", reason=reason),
        field="roles",
    )


def ensure_placed(place: Place) -> None:
    """Refuse roles that exclude each other, and people of a site without one.

    Raises: DomainError.
    """
    ensure_separate(place.roles)
    if place.site_code is None and runs_a_site(place.roles):
        raise DomainError(text("Site staff need a site. Choose it."), field="site_code")


def runs_a_site(roles: Collection[Role]) -> bool:
    """Tell whether somebody with these roles works at one site, and so needs one."""
    return bool(_OF_A_SITE & frozenset(roles))
