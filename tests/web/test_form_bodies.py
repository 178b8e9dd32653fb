"""What a posted form reads: what a page's form sends, and neither JSON nor days that nothing can be about."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.canteens.models import Site
from app.extensions import db
from app.roles import Role
from app.transaction import transaction
from tests.factories import district
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
DEEP = b"[" * 50_000


@pytest.mark.parametrize(
    "body", [DEEP, b'{"name": "\\ud800"}', b"{", b"[1]"], ids=["deep", "half a character", "broken", "a list"]
)
def test_json_is_no_form(signed_in: SignedIn, body: bytes) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    headers = {"X-CSRFToken": client.token()}
    answer = client.post("/delivery/riders/new", data=body, content_type="application/json", headers=headers)
    assert answer.status_code == 422


def test_well_formed_json_fills_in_nothing(signed_in: SignedIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    with transaction():
        district.canteen("C01")
    headers = {"X-CSRFToken": client.token()}
    answer = client.post("/language", json={"language": "en"}, headers=headers)
    assert answer.status_code == 302
    assert db.session.get(Site, "C01") is not None
    assert "老年助餐" in client.get("/").get_data(as_text=True)


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1899-12-31", "2200-01-01"])
@pytest.mark.parametrize(
    "address",
    [
        "/delivery?on={day}",
        "/delivery/morning?on={day}",
        "/delivery/changes?on={day}",
        "/meals/?day={day}",
        "/delivery/hours?month={month}",
        "/meals/?month={month}",
    ],
)
def test_a_day_that_nothing_can_be_about_is_refused_in_a_sentence(
    signed_in: SignedIn, address: str, day: str
) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    answer = client.get(address.format(day=day, month=day[:7]))
    assert answer.status_code == 422
    assert "<main" in answer.get_data(as_text=True)


@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31"])
def test_the_first_and_the_last_day_are_shown(signed_in: SignedIn, day: str) -> None:
    assert signed_in(Role.DISTRICT_OFFICER).get(f"/delivery/morning?on={day}").status_code == 200
