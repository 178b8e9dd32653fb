"""A site's people say when it is open and what it cooks, on pages of few fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from app.canteens.rules import SiteFacts, SiteKind
from app.roles import Role
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen
from tests.factories.district import LONG_AGO, canteen, site_row
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
Fields = Mapping[str, str]
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _sites(app: Flask) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(NOON, tick=False):
        with transaction():
            kitchen()
            canteen("C02", "430103006001")
        yield


def sent(client: PageClient, form: Element, fields: Fields, *, status: int = 200) -> Element:
    """Send a form whose fields have a prefix in their names."""
    return client.submit(form, status=status, **fields)


def form_to(page: Element, ending: str) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("action").endswith(ending))


def test_a_manager_writes_door_hours_and_closure_and_the_sites_page_shows_them(signed_in: SignedIn) -> None:
    client = signed_in(Role.SITE_MANAGER, area="430103005", site_code="C01")
    page = client.page("/sites/C01/opening")
    page = sent(
        client, form_to(page, "/door"), {"door-address": "示例路12号", "door-telephone": "0731-00000012"}
    )
    page = sent(
        client,
        form_to(page, "/hours"),
        {"hours-sitting": "lunch", "hours-opens": "10:30", "hours-closes": "13:00"},
    )
    page = sent(
        client,
        form_to(page, "/closures"),
        {"closure-first_on": "2026-11-26", "closure-last_on": "2026-11-27", "closure-reason": "repairs"},
    )
    assert "10:30–13:00" in page.one("main").text
    shown = client.page("/sites/C01").one("main").text
    for written in ("示例路12号", "0731-00000012", "10:30–13:00", "2026年11月26日"):
        assert written in shown
    page = client.submit(form_to(client.page("/sites/C01/opening"), "/back"))
    assert "2026年11月26日" not in page.one("main").text


@pytest.mark.parametrize(
    ("ending", "fields"),
    [
        ("/door", {"door-telephone": "打给王姐"}),
        ("/hours", {"hours-opens": "13:00", "hours-closes": "10:00"}),
        ("/hours", {"hours-opens": "13:00", "hours-closes": ""}),
        ("/closures", {"closure-first_on": "2026-11-26", "closure-last_on": "2026-11-25"}),
        ("/closures", {"closure-first_on": "", "closure-last_on": ""}),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(
    signed_in: SignedIn, ending: str, fields: dict[str, str]
) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    page = sent(client, form_to(client.page("/sites/C01/opening"), ending), fields, status=422)
    assert [each for each in page.walk() if each.get("role") == "alert"]


def test_the_district_closes_all_its_sites_with_one_form(signed_in: SignedIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    sent(
        client,
        form_to(client.page("/sites/C01/opening"), "/closures"),
        {
            "closure-which": "all",
            "closure-first_on": "2027-02-05",
            "closure-last_on": "2027-02-12",
            "closure-reason": "festival",
        },
    )
    for code in ("C01", "C02"):
        assert "2027年2月5日" in client.page(f"/sites/{code}").one("main").text
    assert "2027年2月5日" in client.page("/oversight/forecast/days").one("main").text


def test_nobody_looks_into_another_sites_forms(signed_in: SignedIn) -> None:
    client = signed_in(Role.SITE_MANAGER, area="430103005", site_code="C01")
    for path in ("/sites/C02/opening", "/sites/C02/menu", f"/sites/C02/menu/{MONDAY}"):
        client.page(path, status=404)


def test_staff_write_a_days_menu_and_take_the_week_over_with_one_button(signed_in: SignedIn) -> None:
    client = signed_in(Role.SITE_STAFF, area="430103005", site_code="C01")
    address = f"/sites/C01/menu/{MONDAY - timedelta(days=7)}"
    (form,) = [f for f in client.page(address).one("main").all("form") if f.get("method") == "post"]
    refused = client.submit(form, at=address, status=422, lunch="红烧肉\n" + "菜" * 50)
    assert "2" in next(each.text for each in refused.walk() if each.get("role") == "alert")
    page = client.submit(form, at=address, lunch="红烧肉 12 软食\n米饭")
    assert "红烧肉" in page.one("main").text
    page = client.page("/sites/C01/menu")
    assert "红烧肉" not in page.one("main").text
    page = client.submit(form_to(page, "/copy"))
    assert "红烧肉" in page.one("main").text
    assert "软食" in page.one("main").text


@pytest.mark.parametrize("day", ["nonsense", "0001-01-01", "2026-02-30"])
def test_there_is_no_menu_of_no_day(signed_in: SignedIn, day: str) -> None:
    signed_in(Role.DISTRICT_OFFICER).page(f"/sites/C01/menu/{day}", status=404)
    signed_in(Role.DISTRICT_OFFICER).page(f"/sites/C01/menu?week={day}")


def test_a_point_shows_what_its_kitchen_cooks(signed_in: SignedIn) -> None:
    with transaction():
        site_row(SiteFacts("P01", SiteKind.SERVICE_POINT, "430103005001", LONG_AGO), kitchen_code="C01")
    client = signed_in(Role.DISTRICT_OFFICER)
    address = f"/sites/C01/menu/{MONDAY}"
    (form,) = [f for f in client.page(address).one("main").all("form") if f.get("method") == "post"]
    client.submit(form, at=address, dinner="阳春面 软食")
    assert "阳春面" in client.page("/sites/P01/menu").one("main").text
