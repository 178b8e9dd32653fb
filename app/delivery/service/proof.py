"""Home of proof: what riders and papers report of stops is kept, and a hand-over becomes the meal, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.audit import service as audit
from app.database import insert_rows
from app.delivery import queries
from app.delivery.models import DayPlan, DeliveredMeal, Stop, StopReport
from app.delivery.rules import proof
from app.delivery.rules.proof import Outcome, delivered_meal_id, instant_of, served_at
from app.delivery.service.cases import open_cases
from app.errors import Conflict
from app.extensions import db
from app.meals import service as ledger
from app.meals.rules import Channel, LedgerEntry
from app.roles import Actor
from app.text import text


class Taken(StrEnum):
    """What became of one report that was sent."""

    ACCEPTED = "accepted"
    CONFLICT = "conflict"
    UNKNOWN_STOP = "unknown_stop"


@dataclass(frozen=True, slots=True)
class ReportReceipt:
    """The answer to one report: the same for the same report, however often it is sent."""

    id: UUID
    taken: Taken
    digest: str


def take_reports(reports: Sequence[proof.StopReport], *, by: Actor, at: datetime) -> list[ReportReceipt]:
    """Keep what was reported, and record the meals that were handed over; one receipt each, in their order.

    The same report again has no further effect. Two who hand over at one door make one meal: the key of
    `delivered_meal` is the judge. A resident who had the same sitting's meal at a site keeps both meals, and
    the ledger subsidises the earlier one. Where nobody answered, a case begins.
    """
    stops = queries.stops_reported({(each.run_id, each.position) for each in reports})
    known = [each for each in reports if (each.run_id, each.position) in stops]
    new = _kept(known, at)
    held = queries.digests_reported([each.id for each in known])
    entries = [
        entry
        # In one order everywhere, so that two who report the same doors never wait for each other.
        for report in sorted(new, key=lambda each: stops[each.run_id, each.position][2].subscription_id)
        if report.outcome is Outcome.HANDED_OVER
        for entry in _meals(report, *stops[report.run_id, report.position][::2], at=at)
    ]
    ledger.take(entries, by=by, at=at)
    open_cases(new, stops, by=by, at=at)
    for run_id in sorted({each.run_id for each in new}):
        of_run = [each for each in new if each.run_id == run_id]
        counted = Counter(each.outcome.value for each in of_run)
        detail = {**counted, "via": sorted({each.via.value for each in of_run})}
        audit.record("delivery.reported", f"run:{run_id}", by=by, at=at, detail=detail)
    return [_receipt(each, stops, held) for each in reports]


def _receipt(
    report: proof.StopReport,
    stops: Mapping[tuple[int, int], object],
    held: Mapping[UUID, str],
) -> ReportReceipt:
    if (report.run_id, report.position) not in stops:
        return ReportReceipt(report.id, Taken.UNKNOWN_STOP, report.digest)
    taken = Taken.ACCEPTED if held[report.id] == report.digest else Taken.CONFLICT
    return ReportReceipt(report.id, taken, report.digest)


def _kept(reports: Sequence[proof.StopReport], at: datetime) -> list[proof.StopReport]:
    """Write down what was not known; give those reports."""
    return [
        each
        for each in sorted(reports, key=lambda report: report.id)
        if insert_rows(db.session, StopReport, [_row(each, at)], if_new=True)
    ]


def _row(report: proof.StopReport, at: datetime) -> dict[str, object]:
    return {
        "id": report.id,
        "digest": report.digest,
        "run_id": report.run_id,
        "position": report.position,
        "outcome": report.outcome,
        "happened_at": report.happened_at,
        "note": report.note,
        "via": report.via,
        "reported_by": report.reported_by,
        "received_at": at,
        "skew_seconds": report.skew_seconds,
    }


def _meals(report: proof.StopReport, plan: DayPlan, stop: Stop, *, at: datetime) -> list[LedgerEntry]:
    """Give the meals of a door that was handed over for the first time that day; else none."""
    day, subscription = plan.served_on, stop.subscription
    own = {
        "subscription_id": subscription.id,
        "served_on": day,
        "meal_id": delivered_meal_id(subscription.id, day, 1),
        "report_id": report.id,
    }
    if not insert_rows(db.session, DeliveredMeal, [own], if_new=True) or plan.price_fen is None:
        return []
    when = served_at(
        report.happened_at,
        day=day,
        planned_at=instant_of(day, stop.handover_seconds),
        received_at=at,
    )
    return [
        LedgerEntry(
            id=delivered_meal_id(subscription.id, day, box),
            resident_no=subscription.resident.resident_no,
            site_code=plan.kitchen_code,
            served_on=day,
            sitting=plan.sitting,
            channel=Channel.DELIVERED,
            price_fen=plan.price_fen,
            # The first box is the one that may be subsidised.
            served_at=when + timedelta(seconds=box - 1),
            recorded_by=report.reported_by,
            skew_seconds=report.skew_seconds,
        )
        for box in range(1, subscription.meals + 1)
    ]


def key_back(reports: Sequence[proof.StopReport], *, by: Actor, at: datetime) -> int:
    """Take what was keyed back from a route sheet; give how many stops it told of.

    Raises: Conflict when the same form was sent before with other content.
    """
    receipts = take_reports(reports, by=by, at=at)
    if any(receipt.taken is not Taken.ACCEPTED for receipt in receipts):
        raise Conflict(
            text("These marks were sent before in another way. Compare with the list, then key the rest.")
        )
    return len(receipts)
