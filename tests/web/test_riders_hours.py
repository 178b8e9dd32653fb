"""The pages of riders' hours: a month with its files, a correction with a second look, a certificate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.routing.solver import Effort
from app.delivery.rules.proof import Outcome, StopReport, Via, instant_of
from app.delivery.rules.release import mark_of
from app.delivery.service import draft_plan, keep_plan, release_plan, take_reports
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
NOON = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
MONTH = "/delivery/hours?month=2026-11"
PAGE = "/delivery/riders/Q-001/hours/2026-11"


@pytest.fixture(autouse=True)
def _a_proven_run(app: Flask) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(NOON, tick=False):
        with transaction():
            kitchen()
            rider()
            subscribed(neighbour("R-1"))
        draft = draft_plan(MONDAY, Sitting.LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=NOON)
        with transaction():
            keep_plan(draft, by=COMMAND, at=NOON)
            release_plan(MONDAY, Sitting.LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=NOON)
        plan = queries.released_plan_of(MONDAY, Sitting.LUNCH, "C01")
        assert plan is not None
        (run,) = plan.runs
        happened_at = instant_of(MONDAY, run.stops[0].handover_seconds)
        report = StopReport(UUID(int=1), run.id, 1, Outcome.HANDED_OVER, happened_at, Via.PAPER, "U-1")
        with transaction():
            take_reports([report], by=COMMAND, at=NOON)
        yield


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def test_a_month_is_shown_and_handed_out(signed_in: SignedIn) -> None:
    auditor = signed_in(Role.AUDITOR)
    assert "陈志强" in words(auditor.page(MONTH))
    assert "计划返回" in words(auditor.page(PAGE))
    assert "还没有可证明的趟次" in words(auditor.page("/delivery/hours?month=2026-10"))
    auditor.page("/delivery/hours?month=2026-13", status=422)
    for kind, start in (("csv", b"\xef\xbb\xbfrider_no"), ("xlsx", b"PK")):
        assert auditor.get(f"/delivery/hours.{kind}?month=2026-11").data.startswith(start)
    assert [form for form in auditor.page(PAGE).one("main").all("form") if form.get("method") == "post"] == []


def test_a_correction_waits_for_somebody_else(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    officer.send(PAGE, status=422, minutes="0", reason="原因")
    shown = officer.send(PAGE, minutes="30", reason="漏记一趟")
    assert "待另一人确认" in words(shown)
    assert "要由另一个人确认" in " ".join(
        officer.send("/delivery/hours/adjustments/1", is_confirmed="1").texts()
    )
    worker = signed_in(Role.COMMUNITY_WORKER, area="430103005")
    confirmed = worker.send("/delivery/hours/adjustments/1", is_confirmed="1")
    assert "更正已计入" in " ".join(confirmed.texts())
    assert "0:30" in words(officer.page(MONTH))


def test_a_certificate_is_issued_and_printed(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    address = "/delivery/riders/Q-001/certificates"
    officer.send(address, status=422, first="2026-11", last="2026-10")
    shown = officer.send(address, first="2026-11", last="2026-11")
    assert "ZM-2026-0001" in words(shown)
    answer = officer.get("/delivery/certificates/ZM-2026-0001.pdf")
    assert answer.data.startswith(b"%PDF")
    assert officer.get("/delivery/certificates/ZM-2026-0009.pdf").status_code == 404


def test_another_district_s_riders_are_out_of_reach(signed_in: SignedIn) -> None:
    stranger = signed_in(Role.DISTRICT_OFFICER, area="430102")
    assert "陈志强" not in words(stranger.page(MONTH))
    stranger.page(PAGE, status=404)
    stranger.send(PAGE, status=404, minutes="5", reason="原因")
    stranger.send("/delivery/riders/Q-001/certificates", status=404, first="2026-11", last="2026-11")
    stranger.send("/delivery/hours/adjustments/1", status=404, is_confirmed="1")
