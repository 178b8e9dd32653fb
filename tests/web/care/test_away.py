"""The page on who is away: the longest first, and whom somebody has to ask."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from app.residents.rules.absence import Absence, AbsenceReason
from app.residents.rules.facts import Status, StatusChange
from app.residents.service import begin_absence, change_status
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.care import FRIDAY, LOOKED_AT
from tests.factories.delivery import kitchen, neighbour
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
AWAY = "/care/away"
DASHBOARD = "/oversight/dashboard"
LONG_AGO = FRIDAY - timedelta(days=40)


@pytest.fixture(autouse=True)
def _neighbours(app: Flask) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(LOOKED_AT, tick=False), transaction():
        for number, name in enumerate(("王久离", "李刚走", "赵快回", "孙已故", "周在家"), start=1):
            neighbour(f"R-{number}", name=name)
        neighbour("R-9", name="钱别处", area_code="430103006001")
        leaves("R-1", LONG_AGO)
        leaves("R-2", FRIDAY - timedelta(days=29))
        leaves("R-3", LONG_AGO, FRIDAY + timedelta(days=30))
        leaves("R-4", LONG_AGO)
        change_status("R-4", StatusChange(Status.DECEASED, FRIDAY), by=COMMAND, at=LOOKED_AT)
        leaves("R-5", LONG_AGO, FRIDAY)
        leaves("R-9", LONG_AGO)
    with time_machine.travel(LOOKED_AT, tick=False):
        yield


def leaves(resident_no: str, from_on: date, back_on: date | None = None) -> None:
    absence = Absence(AbsenceReason.HOSPITAL, from_on, back_on)
    begin_absence(resident_no, absence, by=COMMAND, at=LOOKED_AT)


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def test_who_is_away_is_listed_the_longest_first_and_who_is_away_for_long_is_asked_about(
    signed_in: SignedIn,
) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER, area="430103005001")
    listed = worker.page(AWAY).one("main")
    assert [row.all("strong")[0].text for row in listed.one("tbody").all("tr")] == [
        "王久离",
        "赵快回",
        "李刚走",
    ]
    assert [row.text.count("该问一问") for row in listed.one("tbody").all("tr")] == [1, 0, 0]
    assert [each.text for each in listed.one("ul", **{"class": "figures"}).all("strong")] == ["3", "1"]


def test_a_return_that_is_near_ends_the_asking_and_one_in_years_does_not(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    told = "人外出、住院超过一个月，没有近期返回日期"
    assert told in words(officer.page(DASHBOARD))
    for resident_no, back_on, is_told in (
        ("R-9", FRIDAY + timedelta(days=2), True),
        ("R-1", date(2036, 1, 1), True),
        ("R-1", FRIDAY + timedelta(days=30), False),
    ):
        path = next(
            link.get("href")
            for link in officer.page(AWAY).one("main").all("a")
            if (link.get("href") or "").startswith(f"/residents/{resident_no}/absences/")
        )
        officer.submit(officer.page(path).one("main").one("form"), at=path, back_on=back_on.isoformat())
        assert (told in words(officer.page(DASHBOARD))) is is_told


def test_a_site_s_staff_do_not_see_who_is_away(signed_in: SignedIn) -> None:
    with transaction():
        kitchen()
    signed_in(Role.SITE_STAFF, site_code="C01").page(AWAY, status=403)
