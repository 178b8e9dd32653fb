"""Printing cards for an area, for those who eat or for all; and what the till says of a card that ended."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.extensions import db
from app.residents.models import Resident, ResidentCard
from app.residents.rules.cards import EndReason
from app.residents.rules.facts import ResidentFacts, Status, StatusChange
from app.residents.service import cards
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.district import canteen, policy_row, resident_row
from tests.factories.facts import policy
from tests.factories.meals import NOON, entry, taken
from tests.support.html import Element, filled_in
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
PAGE = "/meals/cards"
HERE, THERE = "430103005001", "430103006001"


@pytest.fixture(autouse=True)
def noon() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON + timedelta(minutes=5), tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def _people(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01", HERE)
        resident(1, "王秀英")
        resident(2, "李建国")
        resident(3, "单雄", area=THERE)
        resident(4, "已故者", status=Status.DECEASED)
    taken(entry(1, resident_no="R-000001"), entry(2, resident_no="R-000003"))


@pytest.fixture
def worker(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.COMMUNITY_WORKER, area=HERE)


def resident(number: int, name: str, *, area: str = HERE, status: Status | None = None) -> None:
    statuses = (StatusChange(status, date(2026, 1, 1)),) if status else ()
    facts = ResidentFacts(f"R-{number:06}", date(1950, 5, 1), area, area, statuses=statuses)
    resident_row(facts, name=name, name_key=f"{number:06}")


def holders() -> dict[str, str]:
    rows = db.session.execute(
        select(Resident.resident_no, ResidentCard.code)
        .join(Resident, Resident.id == ResidentCard.resident_id)
        .where(ResidentCard.ended_at.is_(None))
    )
    return {row.resident_no: row.code for row in rows}


def part(page: Element, heading: str) -> Element:
    return next(each for each in page.one("main").all("section") if heading in each.one("h2").text)


def pressed(client: PageClient, place: Element, label: str) -> TestResponse:
    form = next(each for each in place.all("form") if each.one("button").text == label)
    return client.post(form.get("action"), data=filled_in(form))


def printed(answer: TestResponse) -> list[str]:
    """Give the words of each sheet."""
    assert answer.mimetype == "application/pdf", answer.text
    sheets = PdfReader(io.BytesIO(answer.data)).pages
    return ["".join(sheet.extract_text().split()) for sheet in sheets]


def test_who_eats_and_has_no_card_gets_one_on_paper(worker: PageClient) -> None:
    eaters = part(worker.page(PAGE), "近四周来就过餐")
    assert "共 1 位老人，其中 1 位还没有卡" in eaters.text
    answer = pressed(worker, eaters, "发卡并打印 1 张")
    assert "cards-2026-03-02-eaters-1.pdf" in answer.headers["Content-Disposition"]
    (sheet,) = printed(answer)
    assert set(holders()) == {"R-000001"}
    assert holders()["R-000001"] in sheet
    assert "王秀英" in sheet


def test_everyone_who_lives_here_gets_one_but_the_deceased_and_who_lives_elsewhere(
    worker: PageClient,
) -> None:
    with transaction():
        kept = cards.issue("R-000001", by=COMMAND, at=NOON).code
    everyone = part(worker.page(PAGE), "住在这里的所有老人")
    assert "共 2 位老人，其中 1 位还没有卡" in everyone.text
    (sheet,) = printed(pressed(worker, everyone, "第 1–2 位"))
    assert "王秀英" in sheet
    assert "李建国" in sheet
    assert set(holders()) == {"R-000001", "R-000002"}
    assert holders()["R-000001"] == kept


def test_only_new_cards_are_printed_when_that_is_asked(worker: PageClient) -> None:
    with transaction():
        cards.issue("R-000001", by=COMMAND, at=NOON)
    (sheet,) = printed(pressed(worker, part(worker.page(PAGE), "住在这里的所有老人"), "发卡并打印 1 张"))
    assert "李建国" in sheet
    assert "王秀英" not in sheet


def test_what_was_issued_today_is_printed_again_and_nothing_is_issued(worker: PageClient) -> None:
    with transaction():
        cards.issue("R-000001", by=COMMAND, at=NOON - timedelta(days=1))
        cards.issue("R-000002", by=COMMAND, at=NOON)
    before = holders()
    (sheet,) = printed(pressed(worker, part(worker.page(PAGE), "今天发的卡"), "第 1–1 位"))
    assert "李建国" in sheet
    assert "王秀英" not in sheet
    assert holders() == before


def test_a_button_pressed_again_says_that_nobody_is_left(worker: PageClient) -> None:
    eaters = part(worker.page(PAGE), "近四周来就过餐")
    pressed(worker, eaters, "发卡并打印 1 张")
    answer = pressed(worker, eaters, "发卡并打印 1 张")
    assert answer.status_code == 302
    assert "没有需要打印的卡了" in worker.page(answer.location).text


def test_a_district_chooses_an_area(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    assert "共 3 位老人" in part(officer.page(PAGE), "住在这里的所有老人").text
    there = officer.page(f"{PAGE}?area={THERE}")
    assert "共 1 位老人" in part(there, "住在这里的所有老人").text
    (sheet,) = printed(pressed(officer, part(there, "近四周来就过餐"), "发卡并打印 1 张"))
    assert "单雄" in sheet
    assert set(holders()) == {"R-000003"}


def test_nobody_prints_for_an_area_that_is_not_theirs(worker: PageClient) -> None:
    assert "没有人" in part(worker.page(f"{PAGE}?area={THERE}"), "住在这里的所有老人").text
    worker.send(PAGE, area=THERE, group="everyone", part="1")
    assert holders() == {}


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"group": "moon"},
        {"group": "everyone", "part": "0"},
        {"group": "everyone", "part": "x"},
        {"group": "everyone", "part": "1", "area": "43\r\nX: y"},
    ],
)
def test_what_was_not_asked_by_the_page_is_refused(worker: PageClient, said: dict[str, str]) -> None:
    worker.send(PAGE, status=400, **said)
    assert holders() == {}


def test_a_file_holds_four_hundred_cards_and_the_rest_comes_with_the_next(worker: PageClient) -> None:
    with transaction():
        for number in range(10, 413):
            resident(number, "多人")
    everyone = part(worker.page(PAGE), "住在这里的所有老人")
    assert "共 405 位老人" in everyone.text
    assert [each.text for each in everyone.all("button")] == [
        "发卡并打印 400 张",
        "第 1–400 位",
        "第 401–405 位",
    ]
    assert len(printed(pressed(worker, everyone, "发卡并打印 400 张"))) == 50
    assert len(holders()) == 400
    rest = part(worker.page(PAGE), "住在这里的所有老人")
    assert len(printed(pressed(worker, rest, "发卡并打印 5 张"))) == 1
    assert len(holders()) == 405
    (last,) = printed(pressed(worker, rest, "第 401–405 位"))
    assert last.count("老年助餐就餐卡") == 5


@pytest.fixture
def staff(signed_in: SignedIn) -> PageClient:
    with transaction():
        policy_row(policy())
    return signed_in(Role.SITE_STAFF, site_code="C01")


@pytest.mark.parametrize(
    ("reason", "said"), [(EndReason.LOST, "这张卡已挂失"), (EndReason.REPLACED, "这张卡已换新卡")]
)
def test_a_till_still_knows_whose_an_ended_card_is_and_says_that_it_ended(
    staff: PageClient, reason: EndReason, said: str
) -> None:
    with transaction():
        old = cards.issue("R-000002", by=COMMAND, at=NOON).code
        new = cards.reissue("R-000002", old, reason, by=COMMAND, at=NOON).code
    assert said in staff.send("/meals/till/search", words=old).text
    panel = staff.send("/meals/till/search", words=f"{old}\n", go="1")
    assert "李建国" in panel.text
    assert panel.text.count(said) == 1
    good = staff.send("/meals/till/search", words=new, go="1")
    assert "李建国" in good.text
    assert "这张卡" not in good.text
