"""Home of the cursor that a tablet asks for changes with: opaque to it, and safe to send from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

_PARTS = 3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The business day, the ground of all decisions, and when it was given.

    >>> cursor = Cursor(date(2026, 11, 23), "abc", datetime(2026, 11, 23, 4, tzinfo=UTC))
    >>> str(cursor), Cursor.read(str(cursor)) == cursor, Cursor.read("2026-11-23.abc")
    ('2026-11-23.abc.1795406400000000', True, None)
    """

    day: date
    ground: str
    at: datetime

    def __str__(self) -> str:
        """Give the cursor as it is sent: safe in an address."""
        return f"{self.day.isoformat()}.{self.ground}.{round((self.at - _EPOCH).total_seconds() * 1_000_000)}"

    @classmethod
    def read(cls, written: str) -> Cursor | None:
        """Read a cursor; None for what is none, which is answered as if nothing were known."""
        parts = written.split(".")
        if len(parts) != _PARTS:
            return None
        try:
            at = datetime.fromtimestamp(int(parts[2]) / 1_000_000, UTC)
            return cls(date.fromisoformat(parts[0]), parts[1], at)
        except (ValueError, OverflowError, OSError):
            return None

    def is_followed_by(self, other: Cursor) -> bool:
        """Tell whether what changed between the two is all that differs."""
        return (self.day, self.ground) == (other.day, other.ground) and self.at <= other.at
