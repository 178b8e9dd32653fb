"""The pages on monthly visits: who waits, one tap, other visits, mistakes, and the files."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask

from app.residents.rules.absence import Absence, AbsenceReason
from app.residents.rules.facts import Category, CategoryPeriod
from app.residents.service import begin_absence
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.care import FRIDAY, LOOKED_AT
from tests.factories.delivery import LONG_AGO, neighbour
from tests.factories.district import area
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
VISITS = "/care/visits"
HERE = {"area": "430103005001"}


@pytest.fixture(autouse=True)
def _five_neighbours(app: Flask) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(LOOKED_AT, tick=False):
        with transaction():
            area("430103005001")
            area("430103006001")
            neighbour("R-1", name="王独居")
            both = (
                CategoryPeriod(Category.EMPTY_NEST, None, LONG_AGO),
                CategoryPeriod(Category.DISABLED, "1", LONG_AGO),
            )
            neighbour("R-2", name="李两类", categories=both)
            neighbour("R-3", name="陈无类", categories=())
            neighbour("R-4", name="周外出")
            neighbour("R-5", name="吴别处", area_code="430103006001")
            begin_absence("R-4", Absence(AbsenceReason.AWAY, FRIDAY), by=COMMAND, at=LOOKED_AT)
        yield


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def figures(page: Element) -> list[str]:
    listed = page.one("ul", **{"class": "figures"}).all("li")
    return [next(iter(each.one("strong").texts())) for each in listed]


def form_of(page: Element, action: str) -> Element:
    return next(form for form in page.one("main").all("form") if action in form.get("action"))


def test_who_waits_is_listed_and_one_tap_writes_a_visit_down(signed_in: SignedIn) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER, **HERE)
    page = worker.page(VISITS)
    assert figures(page) == ["3", "0", "1", "2"]
    assert "王独居" in words(page)
    assert "陈无类" not in words(page)
    assert "周外出" not in words(page)
    assert "吴别处" not in words(page)
    after = worker.submit(form_of(page, "R-1/today"))
    assert figures(after) == ["3", "1", "1", "1"]
    again = worker.submit(form_of(page, "R-1/today"))
    assert "已登记过" in " ".join(again.texts())
    assert figures(again) == ["3", "1", "1", "1"]


def test_communities_are_folded_by_street_and_those_where_most_wait_stand_first(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    first, second = officer.page(VISITS).all("details", **{"class": "fold"})
    assert "尚未探访 2 人" in first.one("summary").text
    assert "尚未探访 1 人" in second.one("summary").text
    assert "open" not in first.attributes
    chosen = officer.page(f"{VISITS}?area=430103006001").all("details", **{"class": "fold"})
    assert ["open" in each.attributes for each in chosen] == [False, True]


def test_a_visit_that_met_nobody_counts_as_none_and_a_mistake_is_taken_back(signed_in: SignedIn) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER, **HERE)
    page = worker.page(f"{VISITS}/R-2")
    assert "空巢" in words(page)
    assert "重残" in words(page)
    unmet = worker.submit(form_of(page, "/R-2"), finding="not_met")
    assert figures(worker.page(VISITS))[1] == "0"
    met = worker.submit(form_of(unmet, "/R-2"), way="phone", finding="well")
    assert figures(worker.page(VISITS))[1] == "1"
    newest = met.one("main").all("form")
    worker.submit(next(form for form in newest if "taken-back" in form.get("action")))
    assert figures(worker.page(VISITS))[1] == "0"
    assert "已撤销" in words(worker.page(f"{VISITS}/R-2"))
    need = worker.submit(form_of(met, "/R-2"), way="home", finding="needs_help", note="", status=422)
    assert "请写明需要什么" in words(need)


def test_other_areas_are_not_to_be_seen_and_an_office_chooses_a_community(signed_in: SignedIn) -> None:
    signed_in(Role.COMMUNITY_WORKER, area="430103006001").page(f"{VISITS}/R-1", status=404)
    officer = signed_in(Role.DISTRICT_OFFICER).page(f"{VISITS}?area=430103006001")
    assert figures(officer) == ["4", "0", "1", "3"]
    assert "吴别处" in words(officer)
    assert "王独居" not in words(officer)


def test_a_month_that_is_over_keeps_its_visits_and_its_files_name_who_was_left_out(
    signed_in: SignedIn,
) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER, **HERE)
    worker.submit(form_of(worker.page(VISITS), "R-1/today"))
    assert figures(worker.page(f"{VISITS}?month=2026-10")) == ["3", "0", "0", "3"]
    rows = worker.get(f"{VISITS}.csv?month=2026-11").get_data().decode("utf-8-sig").splitlines()
    assert [row.split(",")[1] for row in rows[:-1]] == ["姓名", "李两类"]
    assert worker.get(f"{VISITS}.xlsx?month=2026-11").get_data().startswith(b"PK")
