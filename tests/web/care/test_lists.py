"""The pages of lists: a look, applying, a question, meals since, a wrong match, and bad rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask import Flask

from app import clock
from app.residents.rules.facts import Status, StatusChange
from app.residents.service import change_status, register
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.care import FRIDAY, LOOKED_AT, lunch
from tests.factories.delivery import kitchen
from tests.factories.residents import csv_file, id_number, identity_of, person
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
LISTS = "/care/lists"
DIED = (FRIDAY - timedelta(days=4)).isoformat()


@pytest.fixture(autouse=True)
def _two_people(app: Flask) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(LOOKED_AT, tick=False):
        with transaction():
            kitchen()
            for sequence, name in ((1, "曾国强"), (2, "李秀英")):
                register(identity_of(sequence), person(name), by=COMMAND, at=LOOKED_AT)
            lunch("R-000001", FRIDAY - timedelta(days=1))
        yield


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def form_of(page: Element, action: str) -> Element:
    return next(form for form in page.one("main").all("form") if action in form.get("action"))


def sent(client: PageClient, *rows: dict[str, str], status: int = 302) -> str:
    data = {
        "csrf_token": client.token(),
        "kind": "deceased",
        "source": "区殡仪馆",
        "file": (csv_file(*rows), "list.csv"),
    }
    answer = client.post(f"{LISTS}/new", data=data, content_type="multipart/form-data")
    assert answer.status_code == status
    return answer.location if status == 302 else answer.text


def row(sequence: int, name: str, on: str = DIED) -> dict[str, str]:
    return {"姓名": name, "身份证号": id_number(sequence), "死亡日期": on}


def test_a_list_is_looked_at_applied_questioned_and_taken_back(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page(sent(officer, row(1, "曾国强"), row(2, "李秀兰"), row(9, "陌生人")))
    assert "预览，尚未写入" in words(page)
    assert "陌生人" not in words(page)
    assert "应用名单后再裁定" in words(page)
    assert "已故" not in words(officer.page("/residents/R-000001"))
    applied = officer.submit(form_of(page, "/apply"))
    assert "已设置 1 人的状态" in " ".join(applied.texts())
    assert "已故" in words(officer.page("/residents/R-000001"))
    twice = officer.submit(form_of(page, "/apply"), status=422)
    assert "现在已是“已应用”" in words(twice)
    assert "李秀兰" in words(applied)
    decided = officer.submit(form_of(applied, "/other"))
    assert "李秀兰" not in words(decided)
    assert "此后的就餐记录" in words(decided)
    assert "尚未结算" in words(decided)
    unsaid = officer.submit(form_of(decided, "/answer"), status=422)
    assert "请选择" in words(unsaid)
    answered = officer.submit(form_of(decided, "/answer"), answer="card_of_others", words="儿子用卡")
    assert "儿子用卡" in words(answered)
    silent = officer.submit(form_of(answered, "/take-back"), reason="", status=422)
    assert "请写明撤回原因" in words(silent)
    back = officer.submit(form_of(answered, "/take-back"), reason="同号录错")
    assert "已撤销" in words(back)
    assert "已故" not in words(officer.page("/residents/R-000001"))


def test_questions_are_decided_together_and_each_says_what_became_of_it(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page(sent(officer, row(1, "曾国祥"), row(2, "李秀兰")))
    applied = officer.submit(form_of(page, "/apply"))
    form = form_of(applied, "/rows")
    none = officer.submit(form, status=422, is_same="yes")
    assert "请勾选" in words(none)
    ticked = [box.get("value") for box in applied.all("input", name="rows")]
    # Somebody else decides the first meanwhile.
    officer.submit(form_of(applied, "/other"))
    told = officer.submit(form, is_same="yes", rows=ticked)
    said = told.one("section", role="status")
    assert "仍待核实" in said.text
    assert "已设置状态" in said.text
    assert "已故" not in words(officer.page("/residents/R-000001"))
    assert "已故" in words(officer.page("/residents/R-000002"))


def test_applying_tells_of_each_that_was_not_set_after_all(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page(sent(officer, row(1, "曾国强"), row(2, "李秀英")))
    with transaction():
        change_status(
            "R-000001",
            StatusChange(Status.MOVED_AWAY, FRIDAY - timedelta(days=4)),
            by=COMMAND,
            at=clock.now(),
        )
    told = officer.submit(form_of(page, "/apply")).one("section", role="status")
    assert "已设置 1 人；此前已登记 0 人；没有设置、列在下面待裁定 1 人" in told.text
    assert "曾国强" in told.text
    assert "李秀英" not in told.text


def test_bad_rows_are_explained_and_only_who_may_brings_lists(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    ahead = (FRIDAY + timedelta(days=2)).isoformat()
    told = sent(officer, row(1, "曾国强", ahead), {**row(2, "李秀英"), "身份证号": "12"}, status=422)
    assert "2026年11月29日还没到" in told
    assert id_number(1) not in told
    assert "还没有导入过名单" in words(officer.page(LISTS))
    signed_in(Role.STREET_REVIEWER).page(LISTS, status=403)


def test_a_list_of_another_area_is_not_to_be_seen(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    address = sent(officer, row(1, "曾国强"))
    signed_in(Role.COMMUNITY_WORKER, area="430103006001").page(address, status=404)
    thrown = officer.submit(form_of(officer.page(address), "/discard"))
    assert "已作废" in words(thrown)
