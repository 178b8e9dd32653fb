"""A door that changed riders while one had no network: both prove it, one meal, and the office asks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Response, ViewportSize, expect
from sqlalchemy import select

from app.canteens.rules import Sitting
from app.clock import today
from app.delivery.models import Rider, RiderLink
from app.delivery.routing.solver import Effort
from app.delivery.rules.release import mark_of
from app.delivery.service import draft_plan, issue_links, keep_plan, link_token, release_plan
from app.extensions import db
from app.meals.models import Meal
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.delivery import kitchen, neighbour, rider, subscribed
from tests.support.visits import signed_in

AT = datetime(2026, 11, 23, 1, tzinfo=UTC)
PHONE: ViewportSize = {"width": 390, "height": 844}


def released_to(rider_no: str) -> str:
    """Plan and release the day with whoever rides, and give a rider's link."""
    draft = draft_plan(today(), Sitting.LUNCH, "C01", effort=Effort(seconds=0.5), by=COMMAND, at=AT)
    with transaction() as session:
        keep_plan(draft, by=COMMAND, at=AT)
        release_plan(today(), Sitting.LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=AT)
        issue_links(today(), "C01", by=COMMAND, at=AT)
        chosen = select(RiderLink).join(RiderLink.rider).where(Rider.rider_no == rider_no)
        link = session.execute(chosen).scalar_one()
        return f"/ride/#{link_token(link)}"


def opened(phone: BrowserContext, link: str) -> Page:
    page = phone.new_page()
    page.set_viewport_size(PHONE)
    page.goto(link)
    expect(page.get_by_role("button", name="已送达")).to_be_visible()
    return page


def handed_over(page: Page) -> None:
    page.get_by_role("button", name="已送达").click()


def is_taken(answer: Response) -> bool:
    """Tell whether the server gives a receipt for a report; a phone that opens the link sends none."""
    return answer.url.endswith("/rides/reports") and bool(answer.json()["receipts"])


def test_a_door_that_two_riders_prove_is_one_meal_and_both_are_asked(
    app: Flask,  # noqa: ARG001 - asked for its context
    browser: Browser,
    browser_context_args: dict[str, Any],
    page: Page,
) -> None:
    with transaction():
        kitchen()
        rider("Q-001").name, rider("Q-002", is_active=False).name = "陈志强", "李春生"
        subscribed(neighbour("R-1", name="王秀兰", north=0.002))
    phones = [browser.new_context(**browser_context_args) for _ in range(2)]
    before = opened(phones[0], released_to("Q-001"))
    before.evaluate("navigator.serviceWorker.ready.then(() => true)")
    phones[0].set_offline(True)

    with transaction():
        for each in db.session.execute(select(Rider)).scalars():
            each.is_active = each.rider_no == "Q-002"
    after = opened(phones[1], released_to("Q-002"))
    with after.expect_response(is_taken):
        handed_over(after)
    expect(after.locator("#sending")).to_have_text("全部已上传")
    handed_over(before)
    expect(before.locator("#sending")).to_contain_text("待发送")
    phones[0].set_offline(False)
    expect(before.locator("#sending")).to_have_text("全部已上传")

    db.session.rollback()
    assert len(db.session.execute(select(Meal)).scalars().all()) == 1
    signed_in(page, Role.DISTRICT_OFFICER)
    page.goto("/delivery/kitchens/C01")
    expect(page.locator("main")).to_contain_text("骑手手机, 李春生")
    expect(page.locator("main")).to_contain_text("陈志强 也报已送达")
    for phone in phones:
        phone.close()
