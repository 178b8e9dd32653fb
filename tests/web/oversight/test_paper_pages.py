"""The pages on licences and certificates, and what the dashboard tells of people who wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
import time_machine
from flask import Flask

from app.oversight.rules.papers import Paper, PaperKind
from app.oversight.service.papers import enter_paper
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.complaints import received
from tests.factories.district import canteen
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _one_licence(app: Flask) -> Iterator[None]:
    assert app
    with time_machine.travel(NOW, tick=False):
        with transaction():
            canteen("C01")
            canteen("C02", "430103006001")
            enter_paper(
                "C01",
                Paper(PaperKind.FOOD_LICENCE, "", "JY-1", date(2026, 12, 1)),
                by=COMMAND,
                at=NOW,
            )
        yield


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def test_an_officer_sees_what_ends_and_renews_it(signed_in: SignedIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    assert "份证照已过期或一个月内到期" in words(client.page("/oversight/dashboard"))
    page = client.page("/oversight/papers")
    assert "即将到期" in words(page)
    assert "以下供餐厨房尚未登记食品经营许可证" in words(page)
    site = client.page("/oversight/papers/C01")
    renewed = client.submit(
        next(form for form in site.all("form") if form.all("select")),
        at="/oversight/papers/C01",
        kind="food_licence",
        number="JY-1",
        valid_until="2031-12-01",
    )
    assert "有效" in words(renewed)
    (holding,) = client.page("/oversight/papers").all("details", **{"class": "fold"})
    assert "JY-1" in holding.text
    assert "份证照" not in words(client.page("/oversight/dashboard"))


def test_a_certificate_without_a_name_is_refused_and_says_so(signed_in: SignedIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    site = client.page("/oversight/papers/C01")
    form = next(form for form in site.all("form") if form.all("select"))
    given = {"kind": "health_certificate", "number": "1", "valid_until": "2027-01-01"}
    refused = client.submit(form, status=422, at="/oversight/papers/C01", **given)
    assert "请写明是谁的健康证" in words(refused)


def test_a_street_hears_of_its_own_papers_and_complaints_alone(signed_in: SignedIn) -> None:
    with transaction():
        received(site_code="C02", area_code="430103006001")
    here = words(signed_in(Role.STREET_REVIEWER, area="430103005").page("/oversight/dashboard"))
    there = words(signed_in(Role.STREET_REVIEWER, area="430103006").page("/oversight/dashboard"))
    assert "份证照" in here
    assert "诉求" not in here
    assert "份证照" not in there
    assert "件其他诉求在办" in there
