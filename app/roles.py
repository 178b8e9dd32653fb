"""Home of who may do what, and where: roles, what each is allowed, and the area each acts in."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.text import Text, text


class Permission(StrEnum):
    """One thing that a person may do."""

    RESIDENTS_VIEW = "residents.view"
    RESIDENTS_EDIT = "residents.edit"
    RESIDENTS_IMPORT = "residents.import"
    RESIDENTS_ERASE = "residents.erase"
    IDENTITY_REVEAL = "identity.reveal"
    SITES_VIEW = "sites.view"
    SITES_EDIT = "sites.edit"
    HOURS_ENTER = "hours.enter"
    MENUS_ENTER = "menus.enter"
    POLICY_VIEW = "policy.view"
    POLICY_EDIT = "policy.edit"
    POLICY_APPROVE = "policy.approve"
    MEALS_VIEW = "meals.view"
    MEALS_RECORD = "meals.record"
    MEALS_REVERSE = "meals.reverse"
    MEALS_IMPORT = "meals.import"
    MEALS_MEND = "meals.mend"
    TABLETS_VIEW = "tablets.view"
    TABLETS_ENROL = "tablets.enrol"
    STATEMENTS_VIEW = "statements.view"
    STATEMENTS_DRAFT = "statements.draft"
    STATEMENTS_SUBMIT = "statements.submit"
    STATEMENTS_REVIEW = "statements.review"
    STATEMENTS_APPROVE = "statements.approve"
    STATEMENTS_PAY = "statements.pay"
    STATEMENTS_WAIVE = "statements.waive"
    DONATIONS_VIEW = "donations.view"
    DONATIONS_RECORD = "donations.record"
    DONATIONS_CONFIRM = "donations.confirm"
    AWARDS_VIEW = "awards.view"
    AWARDS_ASSESS = "awards.assess"
    AWARDS_DRAFT = "awards.draft"
    AWARDS_APPROVE = "awards.approve"
    AWARDS_PAY = "awards.pay"
    RECOVERIES_OPEN = "recoveries.open"
    DELIVERY_VIEW = "delivery.view"
    DELIVERY_EDIT = "delivery.edit"
    DELIVERY_PLAN = "delivery.plan"
    DELIVERY_RECORD = "delivery.record"
    OVERSIGHT_VIEW = "oversight.view"
    CARE_VIEW = "care.view"
    CARE_RECORD = "care.record"
    CARE_ORDER = "care.order"
    OVERSIGHT_ENTER = "oversight.enter"
    CHECKS_VIEW = "checks.view"
    CHECKS_RUN = "checks.run"
    CHECKS_DECIDE = "checks.decide"
    CHECKS_TUNE = "checks.tune"
    CHECKS_ANSWER = "checks.answer"
    CALLS_MAKE = "calls.make"
    PURCHASES_ENTER = "purchases.enter"
    COMPLAINTS_VIEW = "complaints.view"
    COMPLAINTS_RECORD = "complaints.record"
    COMPLAINTS_ANSWER = "complaints.answer"
    COMPLAINTS_DIRECT = "complaints.direct"
    COMPLAINTS_SUPERVISE = "complaints.supervise"
    COMPLAINTS_SET = "complaints.set"
    USERS_VIEW = "users.view"
    USERS_MANAGE = "users.manage"
    USERS_CONFIRM = "users.confirm"
    AUDIT_VIEW = "audit.view"


class Role(StrEnum):
    """What a person is here for; a role is a set of permissions."""

    SITE_STAFF = "site_staff"
    SITE_MANAGER = "site_manager"
    COMMUNITY_WORKER = "community_worker"
    STREET_REVIEWER = "street_reviewer"
    DISTRICT_OFFICER = "district_officer"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SECURITY_ADMINISTRATOR = "security_administrator"
    AUDIT_ADMINISTRATOR = "audit_administrator"

    @property
    def label(self) -> Text:
        """Give the role's name for a screen."""
        return _ROLE_LABELS[self]

    @property
    def permissions(self) -> frozenset[Permission]:
        """Give what the role may do."""
        return _ROLE_PERMISSIONS[self]


_ROLE_LABELS = {
    Role.SITE_STAFF: text("site staff"),
    Role.SITE_MANAGER: text("site manager"),
    Role.COMMUNITY_WORKER: text("community worker"),
    Role.STREET_REVIEWER: text("street reviewer"),
    Role.DISTRICT_OFFICER: text("district officer"),
    Role.FINANCE: text("finance"),
    Role.AUDITOR: text("auditor"),
    Role.ADMINISTRATOR: text("system administrator"),
    Role.SECURITY_ADMINISTRATOR: text("security administrator"),
    Role.AUDIT_ADMINISTRATOR: text("audit administrator"),
}
_SITE_STAFF = frozenset(
    {
        Permission.SITES_VIEW,
        Permission.MENUS_ENTER,
        Permission.POLICY_VIEW,
        Permission.MEALS_VIEW,
        Permission.MEALS_RECORD,
        Permission.MEALS_REVERSE,
        Permission.MEALS_MEND,
        Permission.STATEMENTS_VIEW,
        Permission.DELIVERY_VIEW,
        Permission.DELIVERY_RECORD,
    }
)
_ROLE_PERMISSIONS = {
    Role.SITE_STAFF: _SITE_STAFF,
    Role.SITE_MANAGER: _SITE_STAFF
    | {
        Permission.CHECKS_ANSWER,
        Permission.HOURS_ENTER,
        Permission.PURCHASES_ENTER,
        Permission.TABLETS_VIEW,
        Permission.TABLETS_ENROL,
        Permission.STATEMENTS_SUBMIT,
        Permission.AWARDS_VIEW,
        Permission.DELIVERY_PLAN,
        Permission.OVERSIGHT_ENTER,
        Permission.COMPLAINTS_VIEW,
        Permission.COMPLAINTS_RECORD,
        Permission.COMPLAINTS_ANSWER,
    },
    Role.COMMUNITY_WORKER: frozenset(
        {
            Permission.RESIDENTS_VIEW,
            Permission.RESIDENTS_EDIT,
            Permission.RESIDENTS_IMPORT,
            Permission.IDENTITY_REVEAL,
            Permission.SITES_VIEW,
            Permission.POLICY_VIEW,
            Permission.MEALS_VIEW,
            Permission.DELIVERY_VIEW,
            Permission.DELIVERY_EDIT,
            Permission.DELIVERY_RECORD,
            Permission.CARE_VIEW,
            Permission.CARE_RECORD,
            Permission.COMPLAINTS_VIEW,
            Permission.COMPLAINTS_RECORD,
            Permission.COMPLAINTS_ANSWER,
            Permission.COMPLAINTS_DIRECT,
        }
    ),
    Role.STREET_REVIEWER: frozenset(
        {
            Permission.RESIDENTS_VIEW,
            Permission.SITES_VIEW,
            Permission.POLICY_VIEW,
            Permission.MEALS_VIEW,
            Permission.TABLETS_VIEW,
            Permission.STATEMENTS_VIEW,
            Permission.STATEMENTS_REVIEW,
            Permission.AWARDS_VIEW,
            Permission.AWARDS_ASSESS,
            Permission.OVERSIGHT_VIEW,
            Permission.CHECKS_VIEW,
            Permission.CHECKS_DECIDE,
            Permission.CALLS_MAKE,
            Permission.RECOVERIES_OPEN,
            Permission.DELIVERY_VIEW,
            Permission.CARE_VIEW,
            Permission.CARE_RECORD,
            Permission.COMPLAINTS_VIEW,
            Permission.COMPLAINTS_RECORD,
            Permission.COMPLAINTS_ANSWER,
            Permission.COMPLAINTS_DIRECT,
            Permission.COMPLAINTS_SUPERVISE,
        }
    ),
    Role.DISTRICT_OFFICER: frozenset(
        {
            Permission.RESIDENTS_VIEW,
            Permission.RESIDENTS_EDIT,
            Permission.RESIDENTS_ERASE,
            Permission.RESIDENTS_IMPORT,
            Permission.IDENTITY_REVEAL,
            Permission.SITES_VIEW,
            Permission.SITES_EDIT,
            Permission.HOURS_ENTER,
            Permission.MENUS_ENTER,
            Permission.POLICY_VIEW,
            Permission.POLICY_EDIT,
            Permission.POLICY_APPROVE,
            Permission.MEALS_VIEW,
            Permission.MEALS_IMPORT,
            Permission.MEALS_MEND,
            Permission.TABLETS_VIEW,
            Permission.TABLETS_ENROL,
            Permission.STATEMENTS_VIEW,
            Permission.STATEMENTS_APPROVE,
            Permission.STATEMENTS_WAIVE,
            Permission.DONATIONS_VIEW,
            Permission.DONATIONS_CONFIRM,
            Permission.AWARDS_VIEW,
            Permission.AWARDS_ASSESS,
            Permission.AWARDS_APPROVE,
            Permission.OVERSIGHT_VIEW,
            Permission.OVERSIGHT_ENTER,
            Permission.CHECKS_VIEW,
            Permission.CHECKS_RUN,
            Permission.CHECKS_DECIDE,
            Permission.CHECKS_TUNE,
            Permission.CALLS_MAKE,
            Permission.PURCHASES_ENTER,
            Permission.RECOVERIES_OPEN,
            Permission.DELIVERY_VIEW,
            Permission.DELIVERY_EDIT,
            Permission.DELIVERY_PLAN,
            Permission.DELIVERY_RECORD,
            Permission.CARE_VIEW,
            Permission.CARE_RECORD,
            Permission.CARE_ORDER,
            Permission.COMPLAINTS_VIEW,
            Permission.COMPLAINTS_RECORD,
            Permission.COMPLAINTS_ANSWER,
            Permission.COMPLAINTS_DIRECT,
            Permission.COMPLAINTS_SUPERVISE,
            Permission.COMPLAINTS_SET,
        }
    ),
    Role.FINANCE: frozenset(
        {
            Permission.SITES_VIEW,
            Permission.POLICY_VIEW,
            Permission.POLICY_APPROVE,
            Permission.MEALS_VIEW,
            Permission.TABLETS_VIEW,
            Permission.STATEMENTS_VIEW,
            Permission.STATEMENTS_DRAFT,
            Permission.STATEMENTS_PAY,
            Permission.DONATIONS_VIEW,
            Permission.DONATIONS_RECORD,
            Permission.DONATIONS_CONFIRM,
            Permission.AWARDS_VIEW,
            Permission.AWARDS_DRAFT,
            Permission.AWARDS_PAY,
            Permission.OVERSIGHT_VIEW,
            Permission.OVERSIGHT_ENTER,
            Permission.CHECKS_VIEW,
            Permission.RECOVERIES_OPEN,
        }
    ),
    Role.AUDITOR: frozenset(
        {
            Permission.RESIDENTS_VIEW,
            Permission.SITES_VIEW,
            Permission.POLICY_VIEW,
            Permission.MEALS_VIEW,
            Permission.TABLETS_VIEW,
            Permission.STATEMENTS_VIEW,
            Permission.DONATIONS_VIEW,
            Permission.AWARDS_VIEW,
            Permission.OVERSIGHT_VIEW,
            Permission.CHECKS_VIEW,
            Permission.CHECKS_RUN,
            Permission.RECOVERIES_OPEN,
            Permission.DELIVERY_VIEW,
            Permission.AUDIT_VIEW,
            Permission.COMPLAINTS_VIEW,
        }
    ),
    Role.ADMINISTRATOR: frozenset({Permission.SITES_VIEW, Permission.USERS_VIEW, Permission.USERS_MANAGE}),
    Role.SECURITY_ADMINISTRATOR: frozenset({Permission.USERS_VIEW, Permission.USERS_CONFIRM}),
    Role.AUDIT_ADMINISTRATOR: frozenset({Permission.USERS_VIEW, Permission.AUDIT_VIEW}),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a person may act: every area whose code begins with `area`, or one site alone.

    >>> Scope("430103005").covers("430103005012"), Scope("430103005").covers("430103006001")
    (True, False)
    """

    area: str = ""
    site_code: str | None = None

    def covers(self, area_code: str) -> bool:
        """Tell whether an area lies within the scope."""
        return area_code.startswith(self.area)

    def covers_site(self, site_code: str, area_code: str) -> bool:
        """Tell whether a site lies within the scope."""
        return self.covers(area_code) and self.site_code in (None, site_code)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, with what they may do and where; the trail keeps `user_no`."""

    user_no: str
    permissions: frozenset[Permission] = frozenset()
    scope: Scope = Scope()

    def may(self, permission: Permission) -> bool:
        """Tell whether this person may do it at all."""
        return permission in self.permissions


COMMAND = Actor("system", frozenset(Permission))
"""Who acts when a command is run on the machine itself."""
