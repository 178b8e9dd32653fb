"""Home of reading the file that a tablet's queue was exported to (`till-queue/1`): all of it, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.errors import BadFile
from app.text import Text, text
from app.till.rules.quarantine import Unfit
from app.till.rules.records import instant_in

FORMAT = "till-queue/1"
_FORM = "till-queue/"


@dataclass(frozen=True, slots=True)
class QueueFile:
    """A tablet's queue: what it recorded, as it would have sent it, sittings that it closed, what was said.

    A close comes with the number of the tablet that made it, empty for the file's own.
    """

    tablet_no: str
    site_code: str
    exported_at: datetime
    records: tuple[Mapping[str, object], ...]
    closes: tuple[tuple[str, Mapping[str, object]], ...]
    complaints: tuple[Mapping[str, object], ...] = ()


def read_queue_file(content: Mapping[str, object]) -> QueueFile:
    """Read an exported queue.

    Raises: BadFile, saying what of it is not of the form; what a record says is not looked at here.
    """
    _ensure_form(content.get("format"))
    tablet_no, site_code = content.get("tablet"), content.get("site_code")
    if not isinstance(tablet_no, str) or not isinstance(site_code, str) or not tablet_no:
        raise BadFile(text("The file does not say from which tablet it is."))
    try:
        exported_at = instant_in(content.get("exported_at"))
    except Unfit:
        raise BadFile(text("The file does not say when it was exported.")) from None
    records = _listed(content, "records", "body")
    closes = _listed(content, "closes", "close")
    return QueueFile(
        tablet_no,
        site_code,
        exported_at,
        tuple(_as_sent(body, origin, tablet_no) for origin, body in records),
        tuple(("" if origin == tablet_no else origin, close) for origin, close in closes),
        tuple(said for _, said in _listed(content, "complaints", "complaint")),
    )


def _ensure_form(given: object) -> None:
    if isinstance(given, str) and given.startswith(_FORM) and given != FORMAT:
        raise BadFile(
            text("The file is of another version of the till. Update the till and export it again.")
        )
    if given != FORMAT:
        raise BadFile(text("This is not a file that a tablet's queue was exported to."))


def _listed(content: Mapping[str, object], name: str, member: str) -> list[tuple[str, Mapping[str, object]]]:
    """Give each entry of a list: the tablet that it came from first, and what it holds."""
    listed = content.get(name, [])
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise BadFile(_broken(name))
    found = []
    for entry in listed:
        held = entry.get(member) if isinstance(entry, Mapping) else None
        if not isinstance(held, Mapping):
            raise BadFile(_broken(name))
        origin = entry.get("origin")
        found.append((origin if isinstance(origin, str) else "", held))
    return found


def _as_sent(body: Mapping[str, object], origin: str, tablet_no: str) -> Mapping[str, object]:
    """Give a record as the tablet sends it: what came from another one names that."""
    return {**body, "tablet": origin} if origin and origin != tablet_no else body


def _broken(name: str) -> Text:
    return text("The file is damaged: its list “{name}” cannot be read. Export it again.", name=name)
