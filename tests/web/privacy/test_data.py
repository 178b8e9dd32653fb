"""A resident's own data: handed out, erased where the law lets it go, kept as long as the settings say."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import time_machine
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.areas.service import seed_areas
from app.audit.models import AuditEntry
from app.delivery.queries.family import contacts_of
from app.delivery.rules.family import NewContact, Relation
from app.delivery.service.family import add_contact
from app.extensions import db
from app.residents import service
from app.residents.models import Resident
from app.residents.rules.facts import Category, CategoryPeriod, Status, StatusChange
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories import district
from tests.factories.meals import entry, taken
from tests.factories.residents import COMMUNITY, id_number, identity_of, person
from tests.support.pages import PageClient

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SignedIn = Callable[..., PageClient]


@pytest.fixture(autouse=True)
def zeng(app: object) -> str:  # noqa: ARG001 - asked for its context
    """Register somebody with a phone, an address and a category."""
    with transaction():
        seed_areas(by=COMMAND, at=NOW)
        made = service.register(identity_of(1), person("曾国强"), by=COMMAND, at=NOW)
        held = CategoryPeriod(Category.DISABLED, "2", date(2024, 1, 1), None)
        service.begin_category(made.resident_no, held, evidence="残疾证 1234", by=COMMAND, at=NOW)
        return made.resident_no


def has_a_daughter(resident_no: str) -> None:
    daughter = NewContact("曾小梅", Relation.CHILD, "13700002222", date(2026, 1, 1))
    with transaction():
        add_contact(resident_no, daughter, by=COMMAND, at=NOW)


def gone(resident_no: str, status: Status = Status.DECEASED, on: date = date(2026, 2, 1)) -> None:
    with transaction():
        service.change_status(resident_no, StatusChange(status, on), note="女儿来电", by=COMMAND, at=NOW)


def eats(resident_no: str) -> None:
    with transaction():
        district.canteen("C01")
    taken(entry(1, resident_no=resident_no))


def kept() -> Resident:
    db.session.rollback()
    return db.session.execute(select(Resident)).scalar_one()


def last_act() -> str:
    return db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq.desc()).limit(1)).scalar_one()


def test_a_report_holds_what_is_kept_and_who_took_it_is_recorded(signed_in: SignedIn, zeng: str) -> None:
    eats(zeng)
    has_a_daughter(zeng)
    worker = signed_in(Role.COMMUNITY_WORKER, area=COMMUNITY)
    assert id_number(1) not in worker.page(f"/residents/{zeng}/data").text
    answer = worker.post(f"/residents/{zeng}/data/report", data={"csrf_token": worker.token()})
    assert answer.status_code == 200
    assert last_act() == "resident.reported"
    book = CalamineWorkbook.from_filelike(BytesIO(answer.data))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    cells = {str(cell) for row in rows for cell in row}
    assert {"曾国强", id_number(1), "13812345678", "劳动西路 1 号", "残疾证 1234", "C01"} <= cells
    assert "曾小梅 13700002222" in cells
    assert "resident.reported" not in cells, "acts are named for a reader"
    assert any("个人信息报告" in cell for cell in cells)


def test_every_printed_sheet_says_who_asked_for_it_and_when(signed_in: SignedIn, zeng: str) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER, area=COMMUNITY)
    answer = worker.post(f"/residents/{zeng}/data/report", data={"csrf_token": worker.token()})
    with zipfile.ZipFile(BytesIO(answer.data)) as archive:
        sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets/sheet" in name]
    newest = select(AuditEntry.actor).order_by(AuditEntry.seq.desc()).limit(1)
    number = db.session.execute(newest).scalar_one()
    assert len(sheets) == 6
    assert all(f"<oddFooter>&amp;L{number} 20" in sheet for sheet in sheets)


@pytest.mark.parametrize(
    ("role", "area", "report", "erase"),
    [
        (Role.STREET_REVIEWER, "430103", 403, 403),
        (Role.COMMUNITY_WORKER, "430103006001", 404, 403),
        (Role.COMMUNITY_WORKER, COMMUNITY, 200, 403),
        (Role.DISTRICT_OFFICER, "430102", 404, 404),
    ],
)
def test_only_who_may_and_only_in_their_area(
    signed_in: SignedIn, zeng: str, role: Role, area: str, report: int, erase: int
) -> None:
    gone(zeng)
    client = signed_in(role, area=area)
    for act, status in (("report", report), ("erase", erase)):
        answer = client.post(f"/residents/{zeng}/data/{act}", data={"csrf_token": client.token()})
        assert answer.status_code == status, act
    assert kept().phone == "13812345678"


def test_whoever_is_still_served_is_not_erased(signed_in: SignedIn, zeng: str) -> None:
    page = signed_in(Role.DISTRICT_OFFICER).send(f"/residents/{zeng}/data/erase", status=409)
    assert "仍在服务" in page.text
    assert kept().phone == "13812345678"


def test_whoever_ate_keeps_name_and_meals_and_loses_the_way_to_them(signed_in: SignedIn, zeng: str) -> None:
    eats(zeng)
    has_a_daughter(zeng)
    gone(zeng)
    signed_in(Role.DISTRICT_OFFICER).send(f"/residents/{zeng}/data/erase")
    left = kept()
    assert (left.name, left.identity_number) == ("曾国强", id_number(1))
    assert (left.phone, left.phone_tail, left.address, left.latitude) == (None, None, "", None)
    assert contacts_of(left.id) == []
    assert [each.evidence for each in left.categories] == [""]
    assert [each.note for each in left.statuses] == [""]
    assert "resident.erased" in set(db.session.execute(select(AuditEntry.action)).scalars())


def test_whoever_never_ate_goes_altogether(signed_in: SignedIn, zeng: str) -> None:
    gone(zeng, Status.MOVED_AWAY)
    officer = signed_in(Role.DISTRICT_OFFICER)
    officer.send(f"/residents/{zeng}/data/erase")
    left = kept()
    assert (left.name, left.identity_number, left.identity_index, left.sex) == ("—", None, None, None)
    assert left.birth_on == date(1950, 1, 1)
    assert "没有找到" in officer.send("/residents", q="曾国强").one("main").text


def test_retention_tells_first_and_erases_when_told_to(app: Flask, zeng: str) -> None:
    gone(zeng, on=date(2026, 2, 1))
    run = app.test_cli_runner().invoke
    with time_machine.travel(datetime(2028, 1, 31, 4, 0, tzinfo=UTC), tick=False):
        assert "contacts of 0 residents" in run(args=["privacy", "retain", "--apply"]).output
    with time_machine.travel(datetime(2028, 2, 2, 4, 0, tzinfo=UTC), tick=False):
        told = run(args=["privacy", "retain"])
        assert zeng in told.output
        assert "曾" not in told.output
        assert kept().phone == "13812345678"
        db.session.rollback()
        assert run(args=["privacy", "retain", "--apply"]).exit_code == 0
        assert (kept().phone, kept().name) == (None, "曾国强")
        db.session.rollback()
        assert "contacts of 0 residents" in run(args=["privacy", "retain"]).output


def test_whoever_came_back_is_kept(app: Flask, zeng: str) -> None:
    gone(zeng, Status.MOVED_AWAY)
    with transaction():
        back = StatusChange(Status.ACTIVE, date(2026, 3, 1))
        service.change_status(zeng, back, by=COMMAND, at=NOW)
    with time_machine.travel(datetime(2029, 2, 2, 4, 0, tzinfo=UTC), tick=False):
        assert "contacts of 0 residents" in app.test_cli_runner().invoke(args=["privacy", "retain"]).output
