"""Makers of complaints, and of those who deal with them."""

from __future__ import annotations

from datetime import UTC, datetime

from app.complaints import service
from app.complaints.models import Complaint
from app.complaints.rules.intake import NewComplaint, Way
from app.roles import Actor, Role, Scope
from tests.factories.auth import user

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Ten o'clock in Shanghai on a Friday."""
CALLER = "13912345678"


def said(**changes: object) -> NewComplaint:
    """Give what somebody says about canteen C01."""
    told: dict[str, object] = {
        "way": Way.PHONE,
        "class_code": "taste",
        "content": "青菜太硬，老人咬不动。",
        "area_code": "430103005001",
        "site_code": "C01",
        "name": "张奶奶",
        "phone": CALLER,
        **changes,
    }
    return NewComplaint(**told)  # type: ignore[arg-type]  # any field of it


def received(at: datetime = AT, **changes: object) -> Complaint:
    """Take a complaint in at the desk."""
    return service.receive(said(**changes), by=Actor("U-90", scope=Scope("430103")), at=at)


def actor(role: Role, *, site_code: str | None = None, area: str = "430103005") -> Actor:
    """Make a user of a role, and give who acts."""
    return user(role, area=area, site_code=site_code).actor
