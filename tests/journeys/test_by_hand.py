"""Dragging a stop to another run: what it costs and breaks is seen first, and a button keeps it."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from app.canteens.rules import Sitting
from app.clock import today
from app.delivery import queries
from app.delivery.routing.solver import Effort
from app.delivery.service import draft_plan, keep_plan
from app.extensions import db
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.auth import LONG_AGO
from tests.factories.delivery import kitchen, neighbour, rider, subscribed
from tests.support.visits import signed_in


@pytest.fixture
def planner(app: Flask, page: Page) -> Page:  # noqa: ARG001 - asked for its context
    """Plan two runs, and open the page of changes by hand."""
    with transaction():
        kitchen()
        rider("Q-001", capacity=3)
        rider("Q-002", capacity=3)
        for number in range(1, 5):
            subscribed(neighbour(f"R-{number}", north=0.002 * number, name=f"王秀{'一二三四'[number - 1]}"))
    draft = draft_plan(today(), Sitting.LUNCH, "C01", effort=Effort(seconds=0.5), by=COMMAND, at=LONG_AGO)
    with transaction():
        keep_plan(draft, by=COMMAND, at=LONG_AGO)
    signed_in(page, Role.DISTRICT_OFFICER)
    page.goto("/delivery/kitchens/C01/by-hand")
    return page


def runs() -> list[list[int]]:
    db.session.rollback()
    plan = queries.plan_of(today(), Sitting.LUNCH, "C01")
    assert plan is not None
    return [[stop.subscription_id for stop in run.stops] for run in plan.runs]


def middle(place: Locator) -> tuple[float, float]:
    box = place.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + 40


def grip(handle: Locator) -> tuple[float, float]:
    box = handle.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_stop_is_dragged_seen_and_kept(planner: Page) -> None:
    before = runs()
    small = min(range(len(before)), key=lambda number: len(before[number]))
    cards = planner.locator("[data-runs] .run")
    handle = cards.nth(1 - small).locator(".handle").first
    planner.mouse.move(*grip(handle))
    planner.mouse.down()
    expect(cards.nth(small).locator(".offer")).to_contain_text("分钟")
    planner.mouse.move(*middle(cards.nth(small)))
    planner.mouse.up()
    assert runs() == before
    expect(cards.nth(small).locator(".offer.chosen")).to_contain_text("送达")
    planner.keyboard.press("Enter")
    expect(planner.get_by_text("草稿已调整")).to_be_visible()
    after = runs()
    assert after != before
    assert sorted(door for run in after for door in run) == [1, 2, 3, 4]


def test_a_stop_that_is_let_go_stays(planner: Page) -> None:
    before = runs()
    cards = planner.locator("[data-runs] .run")
    planner.mouse.move(*grip(cards.nth(0).locator(".handle").first))
    planner.mouse.down()
    expect(cards.nth(1).locator(".offer")).to_be_visible()
    planner.keyboard.press("Escape")
    planner.mouse.up()
    expect(planner.locator(".offer")).to_have_count(0)
    assert runs() == before


def test_a_finger_drags_as_a_mouse_does(planner: Page) -> None:
    handle = planner.locator("[data-runs] .run").nth(0).locator(".handle").first
    target = planner.locator("[data-runs] .run").nth(1)
    start, end = grip(handle), middle(target)
    touch = planner.context.new_cdp_session(planner)

    def at(kind: str, x: float, y: float) -> None:
        points = [] if kind == "touchEnd" else [{"x": x, "y": y}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    at("touchStart", *start)
    expect(target.locator(".offer")).to_be_visible()
    at("touchMove", *end)
    at("touchEnd", *end)
    expect(planner.locator(".offer.chosen")).to_be_visible()
