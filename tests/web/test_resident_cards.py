"""Cards on a resident's page: issued, printed, lost and given anew with one tap each; found by a scan."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import func, select

from app.areas.service import seed_areas
from app.extensions import db
from app.residents import service
from app.residents.models import ResidentCard
from app.residents.rules.cards import EndReason, grouped
from app.residents.rules.facts import Status, StatusChange
from app.residents.service import cards
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.residents import COMMUNITY, identity_of, person
from tests.support.html import Element, filled_in, read
from tests.support.pages import PageClient

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
SignedIn = Callable[..., PageClient]


@pytest.fixture(autouse=True)
def zeng(app: Flask) -> str:  # noqa: ARG001 - asked for its context
    with transaction():
        seed_areas(by=COMMAND, at=NOW)
        return service.register(identity_of(1), person("曾国强"), by=COMMAND, at=NOW).resident_no


@pytest.fixture
def worker(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.COMMUNITY_WORKER, area=COMMUNITY)


@pytest.fixture
def card(zeng: str) -> str:
    with transaction():
        return cards.issue(zeng, by=COMMAND, at=NOW).code


def section(page: Element) -> Element:
    return next(each for each in page.all("section") if each.get("id") == "card")


def button(page: Element, label: str) -> Element:
    return next(form for form in section(page).all("form") if form.one("button").text == label)


def codes() -> dict[str, EndReason | None]:
    rows = db.session.execute(select(ResidentCard.code, ResidentCard.end_reason))
    return {row.code: row.end_reason for row in rows}


def pressed(worker: PageClient, page: Element, label: str) -> Element:
    """Press a button: what it says itself goes with its form."""
    form = button(page, label)
    chosen = form.one("button")
    answer = worker.post(
        form.get("action"),
        data={**filled_in(form), chosen.get("name"): chosen.get("value")},
        follow_redirects=True,
    )
    assert answer.status_code == 200
    return read(answer.text)


def test_a_card_is_issued_with_one_tap_and_a_second_one_changes_nothing(
    worker: PageClient, zeng: str
) -> None:
    before = worker.page(f"/residents/{zeng}")
    assert "还没有卡" in section(before).text
    page = pressed(worker, before, "发卡")
    (code,) = codes()
    assert grouped(code) in section(page).text
    pressed(worker, before, "发卡")
    assert list(codes()) == [code]


def test_the_card_prints(worker: PageClient, zeng: str, card: str) -> None:
    link = next(each for each in section(worker.page(f"/residents/{zeng}")).all("a"))
    answer = worker.get(link.get("href"))
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    (sheet,) = PdfReader(io.BytesIO(answer.data)).pages
    assert grouped(card) in sheet.extract_text()
    assert "曾国强" in sheet.extract_text()


def test_without_a_card_there_is_nothing_to_print(worker: PageClient, zeng: str) -> None:
    assert "请先发卡" in worker.page(f"/residents/{zeng}/card.pdf", status=404).text


def test_a_lost_card_is_reported_and_another_issued_later(worker: PageClient, zeng: str, card: str) -> None:
    page = pressed(worker, worker.page(f"/residents/{zeng}"), "只挂失")
    assert "已挂失" in section(page).text
    assert codes() == {card: EndReason.LOST}
    page = pressed(worker, page, "发卡")
    assert grouped(card) in section(page).text
    assert len(codes()) == 2


@pytest.mark.parametrize(
    ("label", "reason", "said"),
    [
        ("卡丢了，马上补新卡", EndReason.LOST, "已挂失"),
        ("卡坏了，换新卡", EndReason.REPLACED, "已换新卡"),
    ],
)
def test_a_new_card_is_given_at_once_and_a_second_tap_keeps_it(
    worker: PageClient, zeng: str, card: str, label: str, reason: EndReason, said: str
) -> None:
    before = worker.page(f"/residents/{zeng}")
    for _ in range(2):
        page = pressed(worker, before, label)
        (new,) = [code for code, ended in codes().items() if ended is None]
        assert codes() == {card: reason, new: None}
        assert said in section(page).text
        assert grouped(new) in section(page).text


def test_a_form_that_names_no_card_changes_nothing(worker: PageClient, zeng: str, card: str) -> None:
    worker.send(f"/residents/{zeng}/card/lost", status=400)
    worker.send(f"/residents/{zeng}/card/new", status=400, code=card, reason="eaten")
    worker.send(f"/residents/{zeng}/card/lost", status=404, code="C00000000000")
    assert codes() == {card: None}


def test_the_deceased_get_none_with_a_sentence(worker: PageClient, zeng: str) -> None:
    with transaction():
        service.change_status(zeng, StatusChange(Status.DECEASED, NOW.date()), note="", by=COMMAND, at=NOW)
    assert "登记为已故" in worker.send(f"/residents/{zeng}/card", status=422).text
    assert codes() == {}


def test_who_may_only_look_sees_the_end_of_the_code_and_no_button(
    signed_in: SignedIn, zeng: str, card: str
) -> None:
    page = signed_in(Role.STREET_REVIEWER).page(f"/residents/{zeng}")
    assert f"… {card[-4:]}" in section(page).text
    assert card not in page.text
    assert grouped(card) not in page.text
    assert section(page).all("form") + section(page).all("a") == []


def test_another_community_neither_issues_nor_prints(signed_in: SignedIn, zeng: str, card: str) -> None:
    stranger = signed_in(Role.COMMUNITY_WORKER, area="430103006001")
    stranger.page(f"/residents/{zeng}/card.pdf", status=404)
    stranger.send(f"/residents/{zeng}/card", status=404)
    stranger.send(f"/residents/{zeng}/card/new", status=404, code=card, reason="lost")
    assert codes() == {card: None}
    assert "没有找到" in stranger.send("/residents", q=card).one("main").text


def test_a_scan_finds_the_holder_and_says_when_the_card_no_longer_holds(
    worker: PageClient, zeng: str, card: str
) -> None:
    page = worker.send("/residents", q=card)
    assert "曾国强" in page.one("tbody").text
    assert "不能再用" not in page.text
    with transaction():
        cards.report_lost(zeng, card, by=COMMAND, at=NOW)
    page = worker.send("/residents", q=grouped(card).lower())
    assert "曾国强" in page.one("tbody").text
    assert "这张卡不能再用：2026-11-23 12:00 已挂失" in page.text
    assert db.session.execute(select(func.count()).select_from(ResidentCard)).scalar_one() == 1
