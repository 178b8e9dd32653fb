"""Home of registering many invented residents at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert

from app.demo.rules.people import DemoResident
from app.extensions import db
from app.residents.models import Resident, ResidentCategory, ResidentStatus
from app.residents.service.person import identity_columns, person_columns


def register(portion: Sequence[DemoResident]) -> dict[str, int]:
    """Register residents with their categories and statuses; give the row of each number."""
    inserted = db.session.execute(
        insert(Resident).returning(Resident.resident_no, Resident.id),
        [_row(resident) for resident in portion],
    )
    ids = {row.resident_no: row.id for row in inserted}
    categories = [
        {
            "resident_id": ids[resident.resident_no],
            "category": held.category,
            "grade": held.grade,
            "from_on": held.from_on,
            "until_on": held.until_on,
        }
        for resident in portion
        for held in resident.record.categories
    ]
    statuses = [
        {
            "resident_id": ids[resident.resident_no],
            "status": resident.record.status.status,
            "from_on": resident.record.status.from_on,
        }
        for resident in portion
        if resident.record.status is not None
    ]
    if categories:
        db.session.execute(insert(ResidentCategory), categories)
    if statuses:
        db.session.execute(insert(ResidentStatus), statuses)
    return ids


def _row(resident: DemoResident) -> dict[str, object]:
    """Give the row of one resident."""
    return {
        **identity_columns(resident.record.identity),
        **person_columns(resident.record.person),
        "resident_no": resident.resident_no,
        "consent_on": resident.consent_on,
        "registered_at": resident.registered_at,
    }
