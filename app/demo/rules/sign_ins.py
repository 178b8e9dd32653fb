"""Home of who signs in to the demo: users for every role, and the password and PIN that they share."""

from __future__ import annotations

from app.auth.rules import NewUser
from app.demo.rules.land import DISTRICT
from app.demo.rules.sites import BUSY_CANTEEN
from app.roles import Role

PIN = "258046"
"""With it the canteen's people unlock a tablet; printed for everyone, like the password."""

PASSWORD = "meal-circle-demo"  # noqa: S105 - printed for everyone, and refused in production with the demo
STREET = "430103005"


def _user(username: str, name: str, role: Role, *, area: str, site_code: str | None = None) -> NewUser:
    return NewUser(username, name, PASSWORD, frozenset({role}), area, site_code)


SIGN_INS = (
    _user("staff", "周小兰", Role.SITE_STAFF, area=STREET, site_code=BUSY_CANTEEN),
    _user("manager", "何秀芳", Role.SITE_MANAGER, area=STREET, site_code=BUSY_CANTEEN),
    _user("worker", "刘敏", Role.COMMUNITY_WORKER, area=STREET),
    _user("reviewer", "陈志强", Role.STREET_REVIEWER, area=STREET),
    _user("officer", "黄建平", Role.DISTRICT_OFFICER, area=DISTRICT),
    _user("director", "谢卫国", Role.DISTRICT_OFFICER, area=DISTRICT),
    _user("finance", "李文静", Role.FINANCE, area=DISTRICT),
    _user("auditor", "王正明", Role.AUDITOR, area=DISTRICT),
    _user("admin", "彭辉", Role.ADMINISTRATOR, area=DISTRICT),
    _user("security", "罗静", Role.SECURITY_ADMINISTRATOR, area=DISTRICT),
    _user("watcher", "唐建国", Role.AUDIT_ADMINISTRATOR, area=DISTRICT),
)
"""The canteen's people, the street's worker and reviewer, and the district's offices.

There are two officers: what one drafts or answers for, another approves; and three administrators,
of whom one lets in, one confirms and one watches.
"""
