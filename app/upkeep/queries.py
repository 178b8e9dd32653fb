"""Home of the queries that tell how the system fares."""

from __future__ import annotations

import resource
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.audit import queries as audit
from app.audit.models import AuditEntry
from app.database import takes_writes
from app.extensions import db
from app.roles import Scope
from app.till import queries as till
from app.till.models import Tablet
from app.upkeep.rules.figures import Figure
from app.upkeep.rules.manifest import BACKED_UP
from config import ROOT

_SILENT = timedelta(days=1)
_LEAST_FREE_BYTES = 200 * 1024 * 1024
HINDRANCES = ("database", "revision", "read_only", "disk", "ending")
"""What may keep the system from serving."""


@cache
def newest_revision() -> str:
    """Give the revision that the program expects of its database: its files are numbered."""
    return max(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("[0-9]*.py"))


def held_revision() -> str:
    """Give the revision that the database is at.

    Raises: DBAPIError where it cannot be asked.
    """
    return str(db.session.execute(text("SELECT version_num FROM alembic_version")).scalar_one())


def hindrances(data_dir: Path) -> Iterator[str]:
    """Name what keeps the system from serving, of HINDRANCES."""
    try:
        if held_revision() != newest_revision():
            yield "revision"
        if not takes_writes(db.session):
            yield "read_only"
    except DBAPIError:
        db.session.rollback()
        yield "database"
    if shutil.disk_usage(data_dir).free < _LEAST_FREE_BYTES:
        yield "disk"


def figures_of_the_process() -> list[Figure]:
    """Give what this process takes of the machine."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resident = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    processor = used.ru_utime + used.ru_stime
    return [
        Figure("processor_seconds_total", "Seconds of the processor.", processor, kind="counter"),
        Figure("memory_bytes", "Memory that is held now.", resident),
        Figure("memory_peak_bytes", "The most memory that was held.", used.ru_maxrss * 1024),
    ]


@dataclass(frozen=True, slots=True)
class District:
    """How the district's machines fare, in numbers."""

    tablets: int
    silent_tablets: int
    unsent_records: int
    waiting: int
    trail_entries: int
    backed_up_at: datetime | None


def district(at: datetime) -> District:
    """Count what an administrator wants to be woken by."""
    silent = func.count().filter(Tablet.last_seen_at < at - _SILENT)
    tablets, silent_tablets, unsent = db.session.execute(
        select(func.count(), silent, func.sum(Tablet.unsent)).where(
            Tablet.enrolled_at.is_not(None), Tablet.revoked_at.is_(None)
        )
    ).one()
    head = audit.head()
    last_backup = db.session.execute(select(func.max(AuditEntry.at)).where(AuditEntry.action == BACKED_UP))
    return District(
        tablets=tablets,
        silent_tablets=silent_tablets,
        unsent_records=unsent or 0,
        waiting=till.waiting(Scope()),
        trail_entries=head.seq if head else 0,
        backed_up_at=last_backup.scalar_one(),
    )
