"""The pages of coverage: who is within reach, where to open, whom to visit; small groups are never shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app import clock
from app.audit.models import AuditEntry
from app.extensions import db
from app.jobs import service as jobs
from app.oversight.queries import coverage as queries
from app.oversight.rules.coverage import Reached, Way
from app.oversight.service.coverage import measure_coverage
from app.residents.models import Resident
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts, Status, StatusChange
from app.roles import COMMAND, Role, Scope
from app.transaction import transaction
from tests.factories.district import canteen, policy_row, resident_row
from tests.factories.facts import policy
from tests.factories.meals import entry, taken
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
NEAR, FAR = (28.1505, 112.9805), (28.2000, 112.9800)
HOME, AWAY = "430103005001", "430103006001"
LONG_AGO = date(2020, 1, 1)
AT = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)


def lives(number: int, where: tuple[float, float] | None, area: str = HOME, **changes: object) -> Resident:
    facts = ResidentFacts(
        f"R-{number:06d}",
        **{"birth_on": date(1955, 1, 1), "registered_area": area, "residence_area": area, **changes},  # type: ignore[arg-type]
    )
    made = resident_row(facts, name="王秀英")
    made.sex = "female"
    if where is not None:
        made.latitude, made.longitude = where
    return made


@pytest.fixture(autouse=True)
def _a_district(app: Flask) -> None:
    """Three near the canteen, six far away in one square, two far away in another, one of unknown door."""
    assert app
    with transaction():
        canteen("C01", HOME)
        canteen("C02", AWAY).latitude = None
        for number in range(1, 4):
            lives(number, NEAR)
        alone = (CategoryPeriod(Category.LIVING_ALONE, None, LONG_AGO),)
        for number in range(4, 10):
            lives(number, FAR, AWAY, categories=alone if number < 7 else ())
        for number in (10, 11):
            lives(number, (28.2300, 112.9500), AWAY)
        lives(12, None, HOME, birth_on=date(1940, 1, 1))
        lives(13, NEAR, statuses=(StatusChange(Status.MOVED_AWAY, LONG_AGO),))
        lives(14, NEAR, birth_on=date(1990, 1, 1))
        policy_row(policy())
        db.session.flush()


def measured() -> None:
    with transaction():
        assert measure_coverage(by=COMMAND, at=clock.now()) == 12


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def form_of(page: Element, part: str) -> Element:
    return next(form for form in page.one("main").all("form") if part in form.get("action"))


def test_who_is_within_reach_is_counted_by_community_people_and_way() -> None:
    measured()
    found = queries.reached(Scope("430103"))
    assert found[HOME, "all", Way.WALKING] == Reached(residents=4, placed=3, within=3)
    assert found[AWAY, "all", Way.WALKING] == Reached(residents=8, placed=8, within=0)
    assert found[AWAY, "living_alone", Way.RIDING] == Reached(residents=3, placed=3, within=0)
    assert found[HOME, "in_need", Way.WALKING] == Reached(residents=1, placed=0, within=0)
    assert queries.reached(Scope("430103006")).keys() == {key for key in found if key[0] == AWAY}
    measured()
    assert queries.reached(Scope("430103")) == found


def test_a_square_with_few_people_is_not_on_the_map() -> None:
    measured()
    assert [(cell.residents, cell.area) for cell in queries.cells(Scope(), Way.WALKING)] == [(6, AWAY[:9])]


def test_the_page_shows_shares_and_the_map_and_says_who_is_not_placed(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    empty = officer.page("/oversight/coverage")
    assert "尚未测算" in words(empty)
    page = officer.submit(form_of(empty, "measure"))
    assert "已测算 12 位老人" in words(page)
    assert "27 %" in words(page)
    assert len(page.all("rect", **{"class": "beyond"})) == 2
    street = signed_in(Role.STREET_REVIEWER, area="430103006").page("/oversight/coverage?people=living_alone")
    assert "0 %" in words(street)
    assert "地区430103005" not in words(street)


def test_the_map_names_where_most_are_too_far_away_and_never_a_place_with_few(signed_in: SignedIn) -> None:
    measured()
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page("/oversight/coverage")
    place = words(page).partition("够不着的人最多的社区")[2]
    (worst,) = [item.text for item in page.one("ol", **{"class": "worst"}).all("li")]
    assert "8 （共 8 人）" in worst
    assert worst.partition(" 8 ")[0] in place
    names = [text.text for text in page.all("text", **{"class": "far-name"})]
    assert len(names) == 1
    assert names[0] in worst
    assert queries.middles(Scope("430103005")) == {}
    assert set(queries.middles(Scope("430103"))) == {AWAY, AWAY[:9]}
    by_bike = officer.page("/oversight/coverage?way=riding&people=living_alone")
    assert "没有够不着的" in words(by_bike)
    assert by_bike.all("text", **{"class": "far-name"}) == []


def test_communities_are_folded_under_their_street_and_trouble_stands_first(signed_in: SignedIn) -> None:
    measured()
    page = signed_in(Role.DISTRICT_OFFICER).page("/oversight/coverage")
    first, second, categories = page.all("details", **{"class": "fold"})
    assert "8 人够不着" in first.one("summary").text
    assert "少于 5" in second.one("summary").text
    assert len(first.all("tr")) == 2
    assert "独居" in categories.text


def studied(officer: PageClient, page: Element, **asked: str) -> Element:
    """Ask for a study, let it be done, and give the page that shows it."""
    shown = officer.submit(form_of(page, "siting"), **asked)  # type: ignore[arg-type]  # fields alone
    assert "后台任务" in words(shown)
    jobs.work_off()
    return officer.page("/oversight/siting")


def test_a_study_says_where_to_open_with_proof(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page("/oversight/siting")
    assert "还没有测算过" in words(page)
    wrong = officer.submit(form_of(page, "siting"), status=422, places="某处, 三, 四")
    assert "第 1 行不是" in words(wrong)
    lines = "东边, 28.2001, 112.9801\n北边, 28.2301, 112.9501\n海里 28"
    assert "第 3 行不是" in words(officer.submit(form_of(page, "siting"), status=422, places=lines))
    given = studied(officer, page, places=lines.rpartition("\n")[0], datum="wgs84", way="walking")
    assert "已证明最优" in words(given)
    one = officer.page("/oversight/siting?k=1")
    assert [item.text for item in one.one("ol").all("li")] == ["东边"]
    assert "新增覆盖人数" in words(one)
    near = studied(officer, page, aim="nearest", people="in_need")
    assert "平均分钟" in words(near)
    assert "还没有测算过" in words(
        signed_in(Role.STREET_REVIEWER, area="430103006").page("/oversight/siting")
    )


def test_whom_to_visit_is_shown_by_community_and_every_look_is_written_down(signed_in: SignedIn) -> None:
    taken(entry(1, resident_no="R-000004"))
    reviewer = signed_in(Role.STREET_REVIEWER, area="430103006")
    page = reviewer.page("/oversight/outreach")
    assert "王" not in words(page)
    assert "1 个社区，共 2 位老人" in words(page)
    assert "open" in page.one("details").attributes
    names = reviewer.submit(form_of(page, AWAY))
    assert [row.text for row in names.all("td", **{"class": "code"})] == ["R-000005", "R-000006"]
    assert "王奶奶" in words(names)
    assert "王秀英" not in words(names)
    assert "独居" in words(names)
    token = {"csrf_token": reviewer.token()}
    answer = reviewer.post(f"/oversight/outreach/{AWAY}/list.xlsx", data=token)
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert any("R-000006" in row for row in rows)
    assert not any("王秀英" in row for row in rows)
    acts = db.session.execute(
        select(AuditEntry.action).where(AuditEntry.action.startswith("outreach")).order_by(AuditEntry.seq)
    ).scalars()
    assert list(acts) == ["outreach.looked_at", "outreach.taken_away"]
    other = signed_in(Role.STREET_REVIEWER, area="430103005")
    assert "R-000005" not in other.send(f"/oversight/outreach/{AWAY}").text
    auditor = signed_in(Role.FINANCE)
    assert "查看名单" not in words(auditor.page("/oversight/outreach"))
    auditor.send(f"/oversight/outreach/{AWAY}", status=403)
