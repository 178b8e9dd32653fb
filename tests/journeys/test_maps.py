"""The map in a browser: stops on it, a pin put by a tap, and the page whole without either."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.canteens.rules import Sitting
from app.clock import today
from app.delivery.routing.solver import Effort
from app.delivery.service import draft_plan, keep_plan, keep_roads, read_extract
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.auth import LONG_AGO
from tests.factories.delivery import kitchen, neighbour, rider, subscribed
from tests.factories.streets import Streets
from tests.support.visits import signed_in


@pytest.fixture(autouse=True)
def _a_plan_over_streets(app: Flask, tmp_path: Path) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()
        for number in range(1, 6):
            subscribed(neighbour(f"R-{number}", north=0.002 * number, east=0.001 * (number - 3)))
        subscribed(neighbour("R-9", name="周玉珍", has_place=False))
    extract = read_extract(Streets().grid(15, 15, west=-700, south=-300).written(tmp_path), at=LONG_AGO)
    with transaction():
        keep_roads(extract, by=COMMAND, at=LONG_AGO)
    draft = draft_plan(today(), Sitting.LUNCH, "C01", effort=Effort(seconds=0.5), by=COMMAND, at=LONG_AGO)
    with transaction():
        keep_plan(draft, by=COMMAND, at=LONG_AGO)


@pytest.fixture
def officer(page: Page) -> Page:
    """Sign an officer in."""
    return signed_in(page, Role.DISTRICT_OFFICER)


def test_a_plan_stands_on_the_map_stop_by_stop_over_the_streets(officer: Page) -> None:
    with officer.expect_response("**/ground/**") as streets:
        officer.goto("/delivery/kitchens/C01")
        officer.locator(".map-box").scroll_into_view_if_needed()
    assert streets.value.ok
    expect(officer.locator(".pin.kitchen-pin")).to_be_visible()
    assert officer.locator(".pin[class*=run-]").count() == 5
    officer.locator(".pin.run-1").first.press("Enter")
    expect(officer.locator(".leaflet-popup")).to_contain_text("站：")


def test_a_tap_puts_the_pin_and_its_numbers_and_numbers_put_the_pin(officer: Page) -> None:
    officer.goto("/delivery/places")
    officer.get_by_role("link", name="标位置").click()
    officer.locator("#pick").click(position={"x": 200, "y": 150})
    expect(officer.locator(".chosen-pin")).to_be_visible()
    expect(officer.get_by_label("坐标来源")).to_have_value("wgs84")
    officer.get_by_label("纬度").fill("28.115500")
    officer.get_by_label("纬度").press("Tab")
    officer.get_by_role("button", name="保存").click()
    expect(officer.get_by_text("从C01老年食堂约")).to_be_visible()
