"""What everybody reads: every page and file that can be reached, without a cookie, and with nobody in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from app.canteens.rules import ClosureReason, Dish, DishMark, NewClosure, OpenSpan, Sitting
from app.canteens.service.menus import write_menu
from app.canteens.service.opening import close_for, set_door, set_hours
from app.disclosure.service.book import Office, book_on
from app.disclosure.service.export import export_folder, files_of
from app.disclosure.service.publish import publish_month
from app.errors import Conflict, DomainError, NotAllowed
from app.roles import COMMAND, Actor, Permission, Role, Scope
from app.settlement import service as settlement
from app.settlement.rules.steps import Act
from app.transaction import transaction
from tests.factories.district import elder
from tests.factories.settlement import AFTERWARDS, OCTOBER, a_meal, a_month, draft_october, take
from tests.support.crawl import crawled, crawled_folder, people_in, personal_words
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
OFFICE = Office("示例区民政局", "0731-00001234", "", "430103")
DISTRICT = Actor("U-1", frozenset(Permission), Scope("430103"))


@pytest.fixture(autouse=True)
def _october(app: Flask) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(NOON, tick=False):
        a_month()
        with transaction():
            for number in range(11, 17):
                elder(f"R-0000{number}", name=f"测试老人{number}")
        take(*(a_meal(100 + number, resident_no=f"R-0000{number}") for number in range(11, 17)))
        draft_october()
        with transaction():
            set_door("C01", "示例路12号院内", "0731-00000012", by=COMMAND, at=AFTERWARDS)
            lunch = OpenSpan(10 * 3600, 13 * 3600)
            set_hours("C01", Sitting.LUNCH, range(7), lunch, by=COMMAND, at=AFTERWARDS)
            menu = [Dish("红烧肉", 12_00), Dish("冬瓜汤", None, (DishMark.SOFT,))]
            write_menu("C01", TODAY, {Sitting.LUNCH: menu}, by=COMMAND, at=AFTERWARDS)
            repairs = NewClosure(TODAY, TODAY + timedelta(days=1), ClosureReason.REPAIRS, "换灶")
            close_for(repairs, ["C02"], by=COMMAND, at=AFTERWARDS)
        yield


def approve() -> None:
    for number in ("202610-C01-01", "202610-C02-01"):
        for by, act in enumerate((Act.SUBMIT, Act.REVIEW, Act.APPROVE)):
            with transaction():
                taker = Actor(f"U-9{by}", frozenset(Permission))
                settlement.take_step(number, act, by=taker, at=AFTERWARDS)


def published() -> None:
    approve()
    with transaction():
        publish_month(OCTOBER, "430103", by=DISTRICT, at=AFTERWARDS)


def anonymous(client: PageClient) -> Callable[[str], bytes | None]:
    def opened(address: str) -> bytes | None:
        answer = client.get(address)
        assert "Set-Cookie" not in answer.headers, address
        if answer.status_code != 200:
            return None
        assert answer.headers["Cache-Control"].startswith("public"), address
        content: bytes = answer.data
        return content

    return opened


def everything(client: PageClient) -> dict[str, bytes]:
    return crawled("/public/", anonymous(client), lambda address: address.startswith("/public"))


def test_every_public_page_opens_without_a_cookie_and_names_nobody(client: PageClient) -> None:
    published()
    found = everything(client)
    assert {"/public/sites/C01.html", "/public/en/months/2026-10.html", "/public/posters/C02.html"} <= set(
        found
    )
    assert people_in(found, personal_words()) == []


def test_a_name_that_slips_into_a_public_word_is_found(client: PageClient) -> None:
    with transaction():
        slip = NewClosure(TODAY, TODAY, ClosureReason.OTHER, "测试老人11住院")
        close_for(slip, ["C01"], by=COMMAND, at=AFTERWARDS)
    assert people_in(everything(client), personal_words())


def test_the_overview_says_what_is_open_and_what_there_is_to_eat(client: PageClient) -> None:
    shown = client.page("/public/").one("main").text
    for told in ("示例路12号院内", "0731-00000012", "正在供餐", "10:00–13:00", "红烧肉", "检修停供", "换灶"):
        assert told in shown
    first, second = client.page("/public/").all("details", **{"class": "street"})
    assert ["1 个助餐点" in street.all("summary")[0].text for street in (first, second)] == [True, True]
    assert "1 个正在供餐" in first.all("summary")[0].text
    assert "正在供餐" not in second.all("summary")[0].text
    assert [street.one("h4").text.partition(".")[0] for street in (first, second)] == ["1", "2"]
    site = client.page("/public/sites/C01.html").one("main").text
    for told in ("冬瓜汤", "软食", "15.00", "直线距离"):
        assert told in site


def test_a_page_that_did_not_change_is_not_sent_again(client: PageClient) -> None:
    mark = client.get("/public/").headers["ETag"]
    assert client.get("/public/", headers={"If-None-Match": mark}).status_code == 304


@pytest.mark.parametrize("address", ["sites/C99.html", "months/2026-09.html", "x", "en/sites/..%2f.html"])
def test_there_is_no_page_of_what_is_not_there(client: PageClient, address: str) -> None:
    page = client.page(f"/public/{address}", status=404)
    assert page.one("a", href="/public/").text == "去哪里吃"


def test_the_folder_holds_the_same_and_is_whole_and_the_same_again(tmp_path: Path) -> None:
    published()
    folder = tmp_path / "out" / "public"
    book = book_on(TODAY, OFFICE)
    count = export_folder(book, folder)
    found = crawled_folder(folder)
    there = {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}
    assert (set(found), len(found)) == (there, count)
    assert people_in(found, personal_words()) == []
    pages = [content for content in found.values() if b"<html" in content]
    assert not any(b"<script" in page or b"<style" in page for page in pages)
    assert dict(files_of(book_on(TODAY, OFFICE))) == found
    export_folder(book, folder)
    assert [each.name for each in folder.parent.iterdir()] == ["public"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("mine")
    with pytest.raises(DomainError, match="other files"):
        export_folder(book, tmp_path / "other")


def test_a_month_is_published_once_all_its_statements_are_approved(signed_in: SignedIn) -> None:
    client = signed_in(Role.DISTRICT_OFFICER)
    client.send("/disclosure/months/2026-10")
    assert "2026-10" not in client.page("/public/months.html").one("main").text
    with pytest.raises(Conflict, match="not approved"), transaction():
        publish_month(OCTOBER, "430103", by=DISTRICT, at=AFTERWARDS)
    approve()
    page = client.send("/disclosure/months/2026-10")
    assert "已公示" in page.text
    month = client.page("/public/months/2026-10.html")
    rows = month.one("tbody").all("tr")
    assert [row.one("th").text for row in rows] == ["C01老年食堂 、 C02老年食堂"]


def test_a_part_of_a_published_area_is_not_published_beside_it() -> None:
    published()
    with pytest.raises(Conflict, match="already"), transaction():
        publish_month(OCTOBER, "430103005", by=DISTRICT, at=AFTERWARDS)
    with pytest.raises(NotAllowed), transaction():
        publish_month(OCTOBER, "430104", by=DISTRICT, at=AFTERWARDS)
    with transaction():
        publish_month(OCTOBER, "430103", by=DISTRICT, at=AFTERWARDS)
