"""Home of the verbs on riders' hours: correct them with a second look, certify and export them."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from io import TextIOWrapper
from typing import IO

from flask_babel import force_locale

from app.audit import service as audit
from app.clock import on
from app.delivery import queries
from app.delivery.models import Rider
from app.delivery.models.hours import HoursAdjustment, HoursVerdict, RiderCertificate
from app.delivery.queries import hours as hours_queries
from app.delivery.rules.food import read_month
from app.delivery.rules.hours import (
    Hours,
    by_rider,
    certificate_number,
    ensure_adjustment,
    ensure_span_of_months,
    hundredths,
    written,
)
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.locks import lock_names
from app.paper import printed
from app.roles import Actor, Scope
from app.sheet.bad_rows import escaped
from app.text import text
from app.workbook import Column, Kind, Sheet, write_workbook

FORM = "delivery/certificate.typ"
HEAD = ("rider_no", "name", "kitchen", "runs", "meals", "ridden_minutes", "adjusted_minutes", "minutes")


@dataclass(frozen=True, slots=True)
class RiderHours:
    """A rider's hours of a span."""

    rider: Rider
    hours: Hours


def hours_within(scope: Scope, first: date, end: date) -> list[RiderHours]:
    """Give the hours of every rider within a scope who rode in a span, or whose hours were corrected."""
    riders = hours_queries.all_riders(scope)
    rides = hours_queries.rides(list(riders), first, end)
    adjusted = hours_queries.minutes_adjusted(list(riders), first, end)
    found = by_rider(rides, adjusted)
    return [RiderHours(rider, found[rider.id]) for rider in riders.values() if rider.id in found]


def adjust_hours(
    rider_no: str, month: str, minutes: int, reason: str, *, by: Actor, at: datetime
) -> HoursAdjustment:
    """Write a correction of a rider's month; it counts once somebody else has confirmed it.

    Raises: NotFound; DomainError without a reason, or for minutes or a month that cannot be.
    """
    rider, (first, _) = _rider(rider_no, by.scope), read_month(month)
    ensure_adjustment(minutes, reason, month=first, today=on(at))
    adjustment = HoursAdjustment(
        rider_id=rider.id, month=first, minutes=minutes, reason=reason, written_at=at, written_by=by.user_no
    )
    db.session.add(adjustment)
    db.session.flush()
    detail = {"month": month, "minutes": minutes, "adjustment": adjustment.id}
    audit.record("rider.hours_adjusted", f"rider:{rider_no}", by=by, at=at, detail=detail)
    return adjustment


def judge_adjustment(adjustment_id: int, *, is_confirmed: bool, by: Actor, at: datetime) -> HoursAdjustment:
    """Confirm a correction that somebody else wrote, or refuse it; whoever wrote it may take it back so.

    Raises: NotFound; Conflict when it was judged already; DomainError for one's own.
    """
    adjustment = hours_queries.adjustment(adjustment_id, by.scope)
    if adjustment is None:
        raise NotFound(text("There is no such correction."))
    lock_names(db.session, "rider", [adjustment.rider.rider_no])
    if hours_queries.verdict_on(adjustment_id) is not None:
        raise Conflict(text("Somebody has looked at this correction already. Nothing was changed."))
    if is_confirmed and adjustment.written_by == by.user_no:
        raise DomainError(text("You wrote this correction. Somebody else must confirm it."))
    db.session.add(
        HoursVerdict(
            adjustment_id=adjustment_id,
            written_by=adjustment.written_by,
            is_confirmed=is_confirmed,
            given_at=at,
            given_by=by.user_no,
        )
    )
    db.session.flush()
    act = "rider.hours_confirmed" if is_confirmed else "rider.hours_refused"
    detail = {"adjustment": adjustment_id, "minutes": adjustment.minutes}
    audit.record(act, f"rider:{adjustment.rider.rider_no}", by=by, at=at, detail=detail)
    return adjustment


def issue_certificate(
    rider_no: str, first_month: str, last_month: str, *, by: Actor, at: datetime
) -> RiderCertificate:
    """Certify what a rider did from a month to another, as it is counted now, under the next number.

    Raises: NotFound; DomainError for months that cannot be, or when nothing is proven in them.
    """
    rider = _rider(rider_no, by.scope)
    (first, _), (last, end) = read_month(first_month), read_month(last_month)
    ensure_span_of_months(first, last, today=on(at))
    rides = hours_queries.rides([rider.id], first, end)
    found = by_rider(rides, hours_queries.minutes_adjusted([rider.id], first, end)).get(rider.id)
    if found is None or not found.minutes:
        raise DomainError(text("No hours are proven in these months."), field="last")
    lock_names(db.session, "certificate", ["number"])
    year = on(at).year
    issued = RiderCertificate(
        certificate_no=certificate_number(year, hours_queries.certificates_in(year)),
        rider_id=rider.id,
        name=rider.name,
        first_month=first,
        last_month=last,
        runs=found.runs,
        meals=found.meals,
        minutes=found.minutes,
        issued_at=at,
        issued_by=by.user_no,
    )
    db.session.add(issued)
    db.session.flush()
    detail = {"certificate": issued.certificate_no, "minutes": found.minutes}
    audit.record("rider.certified", f"rider:{rider_no}", by=by, at=at, detail=detail)
    return issued


def _rider(rider_no: str, scope: Scope) -> Rider:
    rider = queries.rider(rider_no, scope)
    if rider is None:
        raise NotFound(text("There is no rider {rider_no}.", rider_no=rider_no))
    return rider


def certificate_pdf(certificate_no: str, *, scope: Scope) -> bytes:
    """Print a certificate as it was issued: the same bytes every time.

    Raises: NotFound.
    """
    issued = hours_queries.certificate(certificate_no, scope)
    if issued is None:
        raise NotFound(text("There is no certificate {number}.", number=certificate_no))
    day, last = on(issued.issued_at), _last_day(issued.last_month)
    data: dict[str, object] = {
        "number": issued.certificate_no,
        "name": issued.name,
        "rider_no": issued.rider.rider_no,
        "period": f"{_chinese(issued.first_month)}至{_chinese(last)}",
        "runs": issued.runs,
        "meals": issued.meals,
        "hours": f"{issued.minutes // 60} 小时 {issued.minutes % 60} 分",
        "issued_on": _chinese(day),
    }
    content = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    data["check_code"] = hashlib.sha256(content.encode()).hexdigest()[:8].upper()
    return printed(FORM, data, at=issued.issued_at.replace(microsecond=0))


def _last_day(month: date) -> date:
    _, end = read_month(month.strftime("%Y-%m"))
    return end - timedelta(days=1)


def _chinese(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def hours_csv(found: list[RiderHours], target: IO[bytes]) -> None:
    """Write a month's hours as CSV that Chinese Excel reads; names are no formulas."""
    wrapper = TextIOWrapper(target, encoding="utf-8-sig", newline="")
    writer = csv.writer(wrapper, lineterminator="\r\n")
    writer.writerow(HEAD)
    writer.writerows(_row(each) for each in found)
    wrapper.flush()
    wrapper.detach()


def _row(each: RiderHours) -> tuple[str | int, ...]:
    hours, rider = each.hours, each.rider
    named = (rider.rider_no, rider.name, rider.kitchen.name)
    counted = (hours.runs, hours.meals, hours.ridden, hours.adjusted, hours.minutes)
    return (*map(escaped, named), *counted)


def hours_workbook(found: list[RiderHours], month: str, target: IO[bytes]) -> None:
    """Write a month's hours as a workbook in Chinese."""
    with force_locale("zh_Hans_CN"):
        write_workbook(target, _sheets(found, month))


_COLUMNS = (
    Column("骑手编号", width=12),
    Column("姓名", width=16),
    Column("供餐厨房", width=26),
    Column("趟次", Kind.COUNT, summed=True),
    Column("份数", Kind.COUNT, summed=True),
    Column("送餐分钟", Kind.COUNT, summed=True),
    Column("更正分钟", Kind.COUNT, summed=True),
    Column("服务时长（小时）", Kind.DECIMAL, width=16),
    Column("时:分", width=10),
)


def _sheets(found: list[RiderHours], month: str) -> Iterator[Sheet]:
    all_hours = [each.hours for each in found]
    yield Sheet(
        "服务时长",
        f"{month} 志愿骑手服务时长",
        _COLUMNS,
        [
            (
                *(each.rider.rider_no, each.rider.name, each.rider.kitchen.name),
                *(each.hours.runs, each.hours.meals, each.hours.ridden, each.hours.adjusted),
                *(hundredths(each.hours.minutes), written(each.hours.minutes)),
            )
            for each in found
        ],
        sums=(
            *[None] * 3,
            sum(each.runs for each in all_hours),
            sum(each.meals for each in all_hours),
            sum(each.ridden for each in all_hours),
            sum(each.adjusted for each in all_hours),
            None,
            None,
        ),
        sums_label="合计",
    )
