"""Home of what complaints listen to: a tablet's file was loaded at the office, with what was said at it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.complaints.service.tablet import take_from_tablet
from app.till.service.queue_file import complaints_loaded


@complaints_loaded.connect
def _loaded(_sender: None, *, tablet_id: int, sent: Sequence[object], at: datetime) -> None:
    """Take in what was said, as if the tablet had sent it."""
    take_from_tablet(tablet_id, sent, at=at)
