"""What is still missing of a site's days: tablets not heard of, records that wait, sittings not closed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from app.canteens.rules import Sitting
from app.extensions import db
from app.meals import service as ledger
from app.roles import COMMAND
from app.till import queries, service
from app.till.models import DayClose, Tablet
from app.till.rules.completeness import GapKind
from app.till.service import Report
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.factories.meals import NOON, TODAY, entry, taken
from tests.factories.till import record
from tests.factories.worklist import sent, tablet, the_tablet

NEXT_DAY = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
CLOSED_AT = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _district(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        canteen("C02", "430103005002")
        elder("R-000001")
        policy_row(policy())


def gaps(first: date = TODAY, last: date = TODAY, site_code: str = "C01") -> list[tuple[GapKind, str, int]]:
    db.session.rollback()
    return [(gap.kind, gap.tablet_no, gap.count) for gap in queries.incomplete(site_code, first, last)]


def closed(tablet_id: int | None = None, **changes: Any) -> None:  # noqa: ANN401 - any column
    given: dict[str, Any] = {
        "id": UUID(int=77),
        "site_code": "C01",
        "served_on": TODAY,
        "sitting": Sitting.LUNCH,
        "closed_at": CLOSED_AT,
        **changes,
    }
    nought = dict.fromkeys(("dine_in", "take_away", "delivered", "reversed", "unregistered", "subsidised"), 0)
    with transaction():
        db.session.add(
            DayClose(
                **given,
                **nought,
                digest="0",
                tablet_id=tablet_id,
                received_at=CLOSED_AT,
                closed_by="U-1",
                is_signed=True,
                cash_expected_fen=0,
                cash_counted_fen=0,
                reason="",
            )
        )


def heard(tablet_id: int, at: datetime = NEXT_DAY, **report: Any) -> None:  # noqa: ANN401 - any member
    sent(tablet_id, at=at, report=Report(**{"unsent": 0, **report}))


def test_a_site_without_anything_is_complete() -> None:
    assert gaps() == []


def test_a_day_that_is_closed_and_reported_is_complete() -> None:
    till = tablet()
    sent(till, record(1))
    closed(till)
    heard(till)
    assert gaps() == []


def test_each_thing_that_is_missing_is_named() -> None:
    till = tablet()
    sent(till, record(1), record(3, price_fen=-5))
    with transaction():
        row = queries.tablet_locked(till)
        row.unsent, row.oldest_unsent_at = 4, NOON
    assert gaps() == [
        (GapKind.NOT_HEARD, "T-1", 0),
        (GapKind.UNSENT, "T-1", 4),
        (GapKind.MISSING, "T-1", 1),
        (GapKind.KEPT_APART, "T-1", 1),
        (GapKind.NOT_CLOSED, "T-1", 1),
    ]
    assert gaps(site_code="C02") == []


def test_what_came_after_the_closing_opens_the_sitting_again() -> None:
    till = tablet()
    closed(till)
    sent(till, record(1), record(5000, served_at="2026-03-02T13:00:01+08:00"), at=NEXT_DAY)
    assert gaps() == [(GapKind.MISSING, "T-1", 4998), (GapKind.NOT_CLOSED, "T-1", 2)]
    closed(till, id=UUID(int=78), closed_at=CLOSED_AT + timedelta(seconds=1))
    assert gaps() == [(GapKind.MISSING, "T-1", 4998)]


def test_a_closing_counts_for_its_own_till_day_and_sitting_alone() -> None:
    till, other = tablet(), tablet(name="二号")
    sent(till, record(1), at=NEXT_DAY)
    heard(other)
    closed(other, id=UUID(int=101))
    closed(None, id=UUID(int=102))
    closed(till, id=UUID(int=103), sitting=Sitting.DINNER)
    closed(till, id=UUID(int=104), served_on=TODAY - timedelta(days=1))
    assert gaps() == [(GapKind.NOT_CLOSED, "T-1", 1)]
    closed(till)
    assert gaps() == []


def test_what_was_taken_back_needs_no_closing() -> None:
    till = tablet()
    sent(till, record(1), record(2), at=NEXT_DAY)
    assert gaps() == [(GapKind.NOT_CLOSED, "T-1", 2)]
    with transaction():
        ledger.reverse(UUID(str(record(2)["id"])), "记错了", by=COMMAND, at=NEXT_DAY)
    assert gaps() == [(GapKind.NOT_CLOSED, "T-1", 1)]
    with transaction():
        ledger.reverse(UUID(str(record(1)["id"])), "记错了", by=COMMAND, at=NEXT_DAY)
    assert gaps() == []


def test_open_sittings_come_in_the_order_of_the_day() -> None:
    taken(*(entry(number, sitting=sitting) for number, sitting in enumerate(Sitting, start=1)))
    found = queries.incomplete("C01", TODAY, TODAY)
    assert [gap.sitting for gap in found] == [Sitting.BREAKFAST, Sitting.LUNCH, Sitting.DINNER]


def test_the_desk_is_closed_by_itself() -> None:
    taken(entry(1), entry(2))
    assert gaps() == [(GapKind.NOT_CLOSED, "", 2)]
    closed()
    assert gaps() == []


def test_what_came_from_a_file_or_from_paper_has_no_till_to_close() -> None:
    taken(entry(1), at=NEXT_DAY)
    taken(entry(2, sheet_no="Z-17"), entry(3, tablet="another system's"))
    assert gaps() == []


def test_days_outside_the_span_do_not_matter() -> None:
    till = tablet()
    sent(till, record(1), record(2, price_fen=-5), at=NEXT_DAY)
    tomorrow = TODAY + timedelta(days=1)
    assert [gap for gap in gaps(tomorrow, tomorrow) if gap[0] is not GapKind.NOT_HEARD] == []
    assert (GapKind.KEPT_APART, "T-1", 1) in gaps(TODAY, tomorrow)


@pytest.mark.parametrize(
    ("changes", "first", "counts"),
    [
        ({"served_at": "noon"}, TODAY, True),
        ({"served_at": "noon"}, TODAY + timedelta(days=1), False),
        ({"served_at": "2026-06-02T12:00:00+08:00"}, TODAY, True),
        ({"served_at": "2026-02-02T12:00:00+08:00", "price_fen": -1}, TODAY, False),
        ({"served_at": "2026-02-02T12:00:00+08:00", "price_fen": -1}, date(2026, 2, 1), True),
    ],
)
def test_a_record_that_waits_counts_for_the_day_it_may_be_of(
    changes: dict[str, object], first: date, *, counts: bool
) -> None:
    sent(tablet(), record(1, **changes))
    kinds = [kind for kind, _, _ in gaps(first, date(2026, 3, 31))]
    assert (GapKind.KEPT_APART in kinds) is counts


def test_what_is_settled_no_longer_waits() -> None:
    till = tablet()
    sent(till, record(1, price_fen=-5), at=NEXT_DAY)
    (row,) = queries.waiting_at("C01")
    with transaction():
        service.set_aside(row.id, "试机", by=COMMAND, at=NEXT_DAY)
    assert gaps() == []


def test_a_revoked_tablet_is_asked_for_until_the_day_it_was_revoked() -> None:
    till = tablet()
    heard(till, NOON)
    with transaction():
        service.revoke("T-1", by=COMMAND, at=NOON + timedelta(hours=2))
    assert gaps() == []
    assert gaps(TODAY + timedelta(days=1), TODAY + timedelta(days=1)) == []
    with transaction():
        made = queries.tablet_locked(till)
        made.last_seen_at = NOON - timedelta(days=1)
    assert gaps() == [(GapKind.NOT_HEARD, "T-1", 0)]
    assert isinstance(the_tablet(till), Tablet)
