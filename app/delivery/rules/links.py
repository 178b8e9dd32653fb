"""Home of riders' links: what one is signed over, how long it opens, and what a phone sends back. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from app.clock import SHANGHAI
from app.delivery.rules.proof import LONGEST_NOTE, Outcome, StopReport, Via
from app.text import Text, text
from app.till.rules.quarantine import Problem as RecordProblem
from app.till.rules.quarantine import Unfit
from app.till.rules.records import instant_in, uuid_in, words_in

AT_MOST = 200
"""How many reports one batch may hold."""

MOST_PHONES = 20
"""How many phones of one link are told apart; nobody reads more."""

CONTEXT = "rider_link"
"""What a link's signature is made for, so that no other signed number opens one."""

_READ_UNTIL = time(4, 0)
_SENT_FOR = timedelta(days=7)
_LARGEST = 2**31


def signed_words(link_id: UUID, rider_id: int, day: date) -> str:
    """Give what the signature of a link is made over."""
    return f"{link_id.hex}:{rider_id}:{day.isoformat()}"


def opens_until(day: date) -> datetime:
    """Give until when a link shows its day: four in the morning after it."""
    return datetime.combine(day + timedelta(days=1), _READ_UNTIL, tzinfo=SHANGHAI)


def takes_until(day: date) -> datetime:
    """Give until when a phone may still send what it kept: a week longer than it may look."""
    return opens_until(day) + _SENT_FOR


class Problem(StrEnum):
    """Why a report that a phone sent was not taken as it is: kept apart, for a person to look at."""

    UNREADABLE = "unreadable"
    UNKNOWN_STOP = "unknown_stop"
    CONFLICT = "conflict"

    @property
    def message(self) -> Text:
        """Give the reason for the phone and for the office."""
        return _MESSAGES[self]


_MESSAGES = {
    Problem.UNREADABLE: text("This report could not be read. Tell the kitchen what became of the stop."),
    Problem.UNKNOWN_STOP: text("This stop is on no run of yours. Tell the kitchen what became of it."),
    Problem.CONFLICT: text("Another report came before under the same number. Both are kept."),
}


def report_id_of(raw: object) -> str:
    """Give the id under which a report is answered, whatever it is; empty when there is none."""
    given = raw.get("id") if isinstance(raw, Mapping) else None
    return given[:64] if isinstance(given, str) and given.isprintable() else ""


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose phone sends: the rider's number, and by how much its clock is ahead."""

    rider_no: str
    skew_seconds: int | None


def read_report(raw: object, sender: Sender) -> StopReport | None:
    """Read one report of a phone; None for what is none."""
    if not isinstance(raw, Mapping):
        return None
    try:
        happened_at = instant_in(raw.get("happened_at"))
        report_id = uuid_in(raw.get("id"), RecordProblem.NO_ID)
        note = words_in(raw.get("note"), LONGEST_NOTE)
    except Unfit:
        return None
    run_id, position, outcome = number_in(raw.get("run")), number_in(raw.get("position")), raw.get("outcome")
    if run_id is None or position is None or not isinstance(outcome, str) or outcome not in set(Outcome):
        return None
    return StopReport(
        id=report_id,
        run_id=run_id,
        position=position,
        outcome=Outcome(outcome),
        happened_at=happened_at,
        via=Via.LINK,
        reported_by=sender.rider_no,
        note=note,
        skew_seconds=sender.skew_seconds,
    )


def number_in(given: object) -> int | None:
    """Give a number of a run or a stop as a phone sends it; None for what is none."""
    if isinstance(given, int) and not isinstance(given, bool) and 0 < given < _LARGEST:
        return given
    return None


_BUILDING = re.compile(r"^(.*(?:栋|幢|座|号楼))")


def building_of(address: str, place: tuple[float, float] | None) -> str:
    """Give what doors of one building share: the address up to the building, or else the place.

    >>> building_of("和睦巷54号3栋4单元402室", None), building_of("和睦巷54号", (28.1, 112.97))
    ('和睦巷54号3栋', '28.10000,112.97000')
    """
    match = _BUILDING.match(address)
    if match is not None:
        return match[1]
    return address if place is None else f"{place[0]:.5f},{place[1]:.5f}"
