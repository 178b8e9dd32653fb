"""Home of what a row of the hotline's sheet says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class HotlineRecord:
    """One order of the hotline 12345; `kind`, `site` and `area` are as they were written there."""

    hotline_no: str
    received_on: date
    content: str
    kind: str
    site: str
    area: str
    name: str
    phone: str | None
    due_on: date | None
