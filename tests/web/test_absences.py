"""The pages on absences: written down once on the resident's page, seen where deliveries are planned."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from app.roles import Role
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, subscribed
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
PAGE = "/residents/R-000001"
AWAY = f"{PAGE}/absences/new"
KITCHEN = f"/delivery/kitchens/C01?on={MONDAY.isoformat()}&sitting=lunch"


@pytest.fixture(autouse=True)
def _monday(app: Flask) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(datetime(2026, 11, 23, 1, 0, tzinfo=UTC), tick=False):
        with transaction():
            kitchen()
            subscribed(neighbour())
        yield


@pytest.fixture
def worker(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.COMMUNITY_WORKER, area="430103005001")


def form_of(page: Element) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("method") == "post")


def words(page: Element) -> str:
    return " ".join(page.one("main").text.split())


def test_who_is_in_hospital_is_not_delivered_to_until_they_are_back(worker: PageClient) -> None:
    form = form_of(worker.page(AWAY))
    assert form.one("input", name="from_on").get("value") == "2026-11-23"
    page = worker.submit(form, at=AWAY, reason="hospital", from_on="2026-11-23", back_on="")
    assert "住院中 2026年11月23日 起" in words(page)
    assert "住院中" in words(worker.page("/delivery/subscriptions"))
    day = words(worker.page(f"/delivery?on={MONDAY.isoformat()}&sitting=lunch"))
    assert "0 户，0 份" in day
    assert "1 户离家" in day

    back = next(link.get("href") for link in page.all("a") if link.get("href").endswith("/back"))
    form = form_of(worker.page(back))
    page = worker.submit(form, at=back, back_on="2026-11-23", status=422)
    assert "回家日必须晚于离家日" in words(page)
    page = worker.submit(form, at=back, back_on="2026-11-24")
    assert "2026年11月23日 起，至 2026年11月24日 前" in words(page)
    tuesday = words(worker.page("/delivery?on=2026-11-24&sitting=lunch"))
    assert "1 户，1 份" in tuesday


def test_a_mistake_is_taken_back(worker: PageClient) -> None:
    form = form_of(worker.page(AWAY))
    page = worker.submit(form, at=AWAY, reason="away", from_on="2026-11-23", back_on="2026-11-30")
    withdrawn = [each for each in page.all("form") if each.get("action").endswith("/withdraw")]
    (form,) = [each for each in withdrawn if "/absences/" in each.get("action")]
    page = worker.submit(form)
    assert "期间暂停送餐" in words(page)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"from_on": ""}, "请填写"),
        ({"from_on": "2026/11/23"}, "请写成"),
        ({"back_on": "2026-11-22"}, "回家日必须晚于离家日"),
    ],
)
def test_what_is_filled_in_wrongly_is_told(worker: PageClient, typed: dict[str, str], says: str) -> None:
    form = form_of(worker.page(AWAY))
    good = {"reason": "away", "from_on": "2026-11-23", "back_on": ""}
    assert says in words(worker.submit(form, at=AWAY, status=422, **{**good, **typed}))


def test_the_kitchens_page_says_who_is_away_and_until_when(worker: PageClient) -> None:
    form = form_of(worker.page(AWAY))
    worker.submit(form, at=AWAY, reason="away", from_on="2026-11-23", back_on="2026-11-30")
    said = words(worker.page(KITCHEN))
    assert "外出" in said
    assert "2026年11月30日 回家" in said


def test_another_community_sees_no_form(signed_in: SignedIn) -> None:
    signed_in(Role.COMMUNITY_WORKER, area="430103006001").page(AWAY, status=404)
