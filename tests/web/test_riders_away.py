"""The page of riders who are away: noted with an end, shown, and ended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.clock import today
from app.roles import Role
from app.transaction import transaction
from tests.factories.delivery import kitchen, rider
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
AWAY = "/delivery/riders/Q-001/away"


@pytest.fixture(autouse=True)
def _a_rider(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()


def test_an_absence_is_noted_shown_and_ended(signed_in: SignedIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    page = client.page(AWAY)
    assert page.one("input", name="from_on").attributes["value"] == today().isoformat()
    until = today() + timedelta(days=3)
    shown = client.send(AWAY, from_on=today().isoformat(), until_on=until.isoformat())
    assert f"{until.month}月{until.day}日" in " ".join(shown.one("main").texts())
    shown = client.send("/delivery/riders/Q-001/back")
    assert "在岗" in " ".join(shown.one("main").texts())


@pytest.mark.parametrize("until", ["", "soon", "2020-01-01"])
def test_an_absence_without_a_real_end_is_refused_with_a_sentence(signed_in: SignedIn, until: str) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    client.send(AWAY, status=422, from_on=today().isoformat(), until_on=until)


def test_a_rider_who_is_not_there_is_not_found(signed_in: SignedIn) -> None:
    assert signed_in(Role.DISTRICT_OFFICER).get("/delivery/riders/Q-999/away").status_code == 404
    assert signed_in(Role.DISTRICT_OFFICER, area="430102").get(AWAY).status_code == 404
