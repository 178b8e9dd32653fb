"""Queues that ask too often in a real browser: they wait as they are told, and everything arrives once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, expect
from sqlalchemy import select

from app.delivery.models import StopReport
from app.extensions import db
from app.subsidy.rules import Caps, MealCaps
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.journeys.test_ride import DOORS, PHONE, released
from tests.support.databases import application
from tests.support.till_queue import enrolled, ledger


@pytest.fixture
def app(database: str, tmp_path: Path) -> Iterator[Flask]:
    """Give the application that takes two requests in three seconds of one holder, inside its context."""
    app = application(tmp_path, database, holder_limit="2 per 3 seconds")
    app.testing = True
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()


def refusals(context: BrowserContext) -> list[int]:
    """Give a list that fills with the refusals for haste which the browser gets."""
    heard: list[int] = []
    context.on("response", lambda answer: heard.append(429) if answer.status == 429 else None)
    return heard


@pytest.mark.usefixtures("app")
def test_a_till_that_is_told_to_wait_waits_and_every_meal_arrives_once(context: BrowserContext) -> None:
    with transaction():
        canteen("C01")
        for number in range(1, 5):
            elder(f"R-{number:06d}", name="王秀英")
        policy_row(policy(caps=Caps(MealCaps(sitting=1))))
    heard = refusals(context)
    engine = enrolled(context)
    engine.start()
    for number in range(1, 5):
        engine.save(number)
        engine.page.wait_for_timeout(400)
    engine.until_all_sent()
    assert heard
    assert sorted(ledger()) == sorted(entry["id"] for entry in engine.entries())


@pytest.mark.usefixtures("app")
def test_a_riders_phone_that_is_told_to_wait_waits_and_every_report_arrives_once(
    context: BrowserContext,
) -> None:
    link = released(DOORS)
    heard = refusals(context)
    page = context.new_page()
    page.set_viewport_size(PHONE)
    page.goto(link)
    page.get_by_role("button", name="本楼 2 户全部送达").click()
    page.get_by_role("button", name="没人应").first.click()
    page.get_by_label("备注").fill("等了五分钟")
    page.get_by_role("button", name="记下").click()
    expect(page.locator("#sending")).to_have_text("全部已上传")
    assert heard
    assert len(db.session.execute(select(StopReport)).scalars().all()) == len(DOORS)
