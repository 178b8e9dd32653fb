"""Home of the queries on whether there is a demo, or anything else, in the database, and on who is in it."""

from __future__ import annotations

from sqlalchemy import exists, select

from app.audit.models import AuditEntry
from app.auth.models import User
from app.canteens.models import Operator, Site
from app.extensions import db
from app.meals.models import LedgerRecord
from app.residents.models import Resident
from app.subsidy.models import PolicyVersion

MADE = "demo.made"
"""What the trail says when a demo is complete."""

_KEYS = (User.id, Resident.id, Site.site_code, LedgerRecord.id, PolicyVersion.id)


def demo_is_made() -> bool:
    """Tell whether this database holds a demo."""
    return bool(db.session.execute(select(exists().where(AuditEntry.action == MADE))).scalar_one())


def is_empty() -> bool:
    """Tell whether nobody has used this database yet: no user, site, resident, meal or policy is in it."""
    return not any(db.session.execute(select(exists(select(key)))).scalar_one() for key in _KEYS)


def operators() -> list[Operator]:
    """Give the operators, by name."""
    return list(db.session.execute(select(Operator).order_by(Operator.name)).scalars())
