"""Home of the query on what is still missing of a site's days: what a month's settlement waits for."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date

from app import clock
from app.canteens.rules import Sitting
from app.roles import Scope
from app.till.models import QuarantinedRecord
from app.till.queries.balance import balances_at
from app.till.queries.closes import Standing, TillSitting, open_sittings
from app.till.queries.devices import tablets_in
from app.till.queries.paper import half_keyed
from app.till.queries.worklist import waiting_at
from app.till.rules.completeness import Gap, GapKind, portion_gaps, tablet_gaps, was_at_the_counter
from app.till.rules.drafts import read_draft
from app.till.rules.quarantine import Problem


def incomplete(site_code: str, first: date, last: date) -> list[Gap]:
    """Give what is missing of a site's days from `first` to `last`, tablets first; nothing when all is there.

    A tablet that was not heard of since, holds records, or gave numbers that never came; a record that waits
    on the worklist; a sheet of paper that was keyed but not taken in; portions that nobody counted or that do
    not balance; a sitting that was not closed at its tablet or at the desk. What came from a file or from
    paper has no till to be closed.
    """
    here = Scope(site_code=site_code)
    tablets = tablets_in(here)
    gaps = [
        gap
        for tablet in tablets
        for gap in tablet_gaps(site_code, tablet.tablet_no, tablet.facts, first=first, last=last)
    ]
    waiting = Counter(row.tablet.tablet_no for row in waiting_at(site_code) if _concerns(row, first, last))
    gaps += [
        Gap(GapKind.KEPT_APART, site_code, tablet_no, count=count)
        for tablet_no, count in sorted(waiting.items())
    ]
    gaps += [
        Gap(GapKind.HALF_KEYED, site_code, served_on=sheet.served_on, sheet_no=sheet.sheet_no)
        for sheet in half_keyed(here, first, last)
    ]
    gaps += portion_gaps(balances_at([site_code], first, last))
    own = {tablet.tablet_no for tablet in tablets}
    still_open = open_sittings(here, first, last)
    return gaps + [
        Gap(
            GapKind.NOT_CLOSED,
            site_code,
            till.tablet_no,
            count=standing.meals,
            served_on=till.served_on,
            sitting=till.sitting,
        )
        for till, standing in sorted(still_open.items(), key=lambda each: _in_order_of_the_day(each[0]))
        if till.tablet_no in own or _is_desk(till, standing)
    ]


def _in_order_of_the_day(till: TillSitting) -> tuple[date, int, str]:
    """Give a sitting's place as people count it: by their names, dinner would come before lunch."""
    return till.served_on, list(Sitting).index(till.sitting), till.tablet_no


def _is_desk(till: TillSitting, standing: Standing) -> bool:
    return not till.tablet_no and was_at_the_counter(till.served_on, standing.first_received_at)


def _concerns(row: QuarantinedRecord, first: date, last: date) -> bool:
    """Tell whether what waits may be of these days: by its own time, or by its arrival when that is none."""
    served_at = read_draft(json.loads(row.content)).served_at
    if served_at is None or row.problem is Problem.AHEAD:
        return clock.on(row.received_at) >= first
    return first <= clock.on(served_at) <= last
