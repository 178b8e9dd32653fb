"""Home of what a backup says of itself: what each table holds, and when two are the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from app.errors import DomainError
from app.text import Text, text

FORMAT = "meal-circle-backup/1"
BACKED_UP = "backup.made"
"""The act in the trail, by which the newest backup is known."""
_MODULUS = 2**256


@dataclass(frozen=True, slots=True)
class Contents:
    """What a table holds: how many rows, and the sum of their digests, in whatever order they come."""

    rows: int
    digest: str


def contents(rows: Iterable[bytes]) -> Contents:
    """Sum up a table's rows, each written as bytes; the order they come in does not matter.

    >>> contents([b"a", b"b"]) == contents([b"b", b"a"])
    True
    >>> contents([b"a"]).rows
    1
    """
    count = total = 0
    for row in rows:
        count += 1
        total += int.from_bytes(hashlib.sha256(row).digest())
    return Contents(count, f"{total % _MODULUS:064x}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: when it was made, of what kind of database, and what each table held."""

    made_at: datetime
    database: str
    revision: str
    tables: Mapping[str, Contents]

    def to_json(self) -> str:
        """Write it."""
        tables = {name: asdict(held) for name, held in sorted(self.tables.items())}
        written = {
            "format": FORMAT,
            "made_at": self.made_at.isoformat(),
            "database": self.database,
            "revision": self.revision,
            "tables": tables,
        }
        return json.dumps(written, indent=1)

    @classmethod
    def from_json(cls, written: str) -> Manifest:
        """Read it.

        Raises: DomainError where it is none of ours.
        """
        try:
            read = json.loads(written)
            if read["format"] != FORMAT:
                raise NotOurs
            tables = {name: Contents(**held) for name, held in read["tables"].items()}
            return cls(datetime.fromisoformat(read["made_at"]), read["database"], read["revision"], tables)
        except (KeyError, TypeError, ValueError) as error:
            raise NotOurs from error

    def differences(self, tables: Mapping[str, Contents]) -> list[Text]:
        """Say what a database holds otherwise than this backup did when it was made."""
        found = []
        for name in sorted({*self.tables, *tables}):
            then, now = self.tables.get(name), tables.get(name)
            if then is None or now is None:
                found.append(text("{table}: is in only one of the two", table=name))
            elif then.rows != now.rows:
                found.append(
                    text(
                        "{table}: {then} rows in the backup, {now} here",
                        table=name,
                        then=then.rows,
                        now=now.rows,
                    )
                )
            elif then.digest != now.digest:
                found.append(text("{table}: as many rows, but not the same", table=name))
        return found


class NotOurs(DomainError):
    """A file that no backup of ours made."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(text("This is no backup of this system, or it is damaged. Take another file."))
