"""What a meal's page tells of where it came from: the tablet and its clock, companions, payment, paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import UUID

import pytest
import time_machine

from app.meals.rules import FoundBy, Payment
from app.roles import Role
from app.transaction import transaction
from tests.factories.district import canteen, elder
from tests.factories.meals import NOON, entry, taken
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]


@pytest.fixture(autouse=True)
def _afternoon(app: object) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(NOON + timedelta(hours=1), tick=False):
        with transaction():
            canteen("C01")
            elder("R-000001")
        yield


def facts(client: PageClient, **changes: object) -> dict[str, str]:
    """Record a meal; give the facts that its page tells."""
    taken(entry(1, **changes))
    listed = client.page(f"/meals/{UUID(int=1)}").all("dl")[0]
    return {name.text: value.text for name, value in zip(listed.all("dt"), listed.all("dd"), strict=True)}


def test_a_tablets_meal_tells_what_the_tablet_noted(signed_in: SignedIn) -> None:
    told = facts(
        signed_in(Role.AUDITOR),
        resident_no="",
        tablet="T-3",
        seq=17,
        skew_seconds=121,
        payment=Payment.PHONE,
        companion_of="R-000001",
        found_by=FoundBy.SCAN,
    )
    assert told["记录人"] == "U-1 · T-3 · 第 17 条"
    assert told["时钟偏差"] == "快 121 秒"
    assert told["收款方式"] == "手机支付"
    assert told["同行，随"] == "R-000001"
    assert told["识别方式"] == "扫码"


def test_a_clock_that_is_behind_is_told_too(signed_in: SignedIn) -> None:
    assert facts(signed_in(Role.AUDITOR), tablet="T-3", skew_seconds=-3600)["时钟偏差"] == "慢 3600 秒"


@pytest.mark.parametrize("skew_seconds", [None, 0, 120, -120])
def test_a_clock_that_goes_right_is_no_news(signed_in: SignedIn, skew_seconds: int | None) -> None:
    assert "时钟偏差" not in facts(signed_in(Role.AUDITOR), tablet="T-3", skew_seconds=skew_seconds)


def test_a_meal_of_the_desk_tells_nothing_of_tablets(signed_in: SignedIn) -> None:
    told = facts(signed_in(Role.AUDITOR))
    assert not told.keys() & {"时钟偏差", "收款方式", "同行，随", "识别方式", "来源"}


def test_who_may_not_open_sheets_reads_their_number_without_a_link(signed_in: SignedIn) -> None:
    client = signed_in(Role.AUDITOR)
    assert facts(client, sheet_no="P-000123-4")["来源"] == "纸质补录 P-000123-4"
    page = client.page(f"/meals/{UUID(int=1)}")
    assert not [link for link in page.all("a") if "/paper/" in link.get("href")]


@pytest.mark.parametrize("found_by", FoundBy)
def test_every_way_of_finding_somebody_has_its_name(found_by: FoundBy) -> None:
    assert str(found_by.label).startswith("by ")
