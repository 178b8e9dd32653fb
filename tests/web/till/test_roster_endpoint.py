"""The roster: the least that a till needs offline, what changed since, and nothing of anybody else."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask

from app import clock
from app.auth import service as auth
from app.auth.rules import pin_check, pin_key
from app.donations.models import CharityFund
from app.meals.rules import Channel
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts, Status, StatusChange
from app.residents.rules.record import Person
from app.residents.service import edit, standing
from app.roles import COMMAND, Role
from app.subsidy import service as subsidy
from app.subsidy.rules import Caps, MealCaps
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.district import canteen, elder, policy_row, resident_row
from tests.factories.donations import a_fund
from tests.factories.facts import policy
from tests.factories.meals import NOON, entry, taken
from tests.factories.till import TabletClient, enrolled, record


@pytest.fixture(autouse=True)
def _district(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        canteen("C02", "430103005002")
        canteen("C09", "430103009001")
        elder("R-000001")
        far = ResidentFacts("R-000009", date(1950, 5, 1), "430103009001", "430103009001")
        resident_row(far, name="远方客", name_key="yuan fang ke")
        policy_row(policy(caps=Caps(meals=MealCaps(sitting=1))))


@pytest.fixture
def tablet(app: Flask) -> TabletClient:
    return enrolled(app)


@pytest.fixture(autouse=True)
def at_noon() -> object:
    with time_machine.travel(NOON + timedelta(hours=1), tick=True):
        yield


def numbers(roster: dict[str, object]) -> list[str]:
    return [each["no"] for each in roster["residents"]]  # type: ignore[attr-defined]  # a list of entries


def test_the_roster_holds_the_street_and_whoever_ate_here_of_late(tablet: TabletClient) -> None:
    assert numbers(tablet.roster()) == ["R-000001"]
    taken(entry(1, resident_no="R-000009"))
    roster = tablet.roster()
    assert numbers(roster) == ["R-000001", "R-000009"]
    assert roster["complete"] is True
    assert roster["format"] == "till-roster/1"
    assert roster["site"]["code"] == "C01"
    assert roster["policies"][0]["format"] == "meal-policy/1"
    assert {price["sitting"] for price in roster["prices"]} == {"breakfast", "lunch", "dinner"}


def test_an_entry_is_what_a_till_needs_and_no_more(tablet: TabletClient) -> None:
    with transaction():
        standing.begin_category(
            "R-000001",
            CategoryPeriod(Category.DISABLED, "2", date(2023, 5, 1)),
            evidence="证件",
            by=COMMAND,
            at=clock.now(),
        )
    (known,) = tablet.roster()["residents"]
    assert known == {
        "no": "R-000001",
        "name": "王秀英",
        "keys": "wxy wangxiuying",
        "tail": "",
        "id_tail": "",
        "community": "地区430103005001",
        "birth_on": "1950-05-01",
        "registered_area": "430103005001",
        "residence_area": "430103005001",
        "statuses": [],
        "categories": [["disabled", "2", "2023-05-01", None]],
        "cards": [],
        "lost": [],
        "usual": {},
        "used": [],
    }


def test_what_was_used_elsewhere_is_told_and_what_came_from_here_is_not(
    app: Flask, tablet: TabletClient
) -> None:
    tablet.send(record(1))
    enrolled(app, "C02").send(record(2, sitting="dinner"))
    (known,) = tablet.roster()["residents"]
    assert known["used"] == [["2026-03-02", "dinner", 300]]


def test_habits_are_counted_at_this_site_in_the_last_four_weeks(tablet: TabletClient) -> None:
    days = [timedelta(days=day) for day in (1, 2, 3, 40)]
    taken(
        *(
            entry(
                number,
                served_on=(NOON - back).date(),
                served_at=NOON - back,
                channel=Channel.TAKE_AWAY if number == 1 else Channel.DINE_IN,
            )
            for number, back in enumerate(days)
        ),
        entry(9, site_code="C02", served_on=(NOON - days[0]).date(), served_at=NOON - days[0]),
    )
    (known,) = tablet.roster()["residents"]
    assert known["usual"] == {"lunch": [3, "dine_in"]}


def test_only_what_changed_since_is_told_again(app: Flask, tablet: TabletClient) -> None:
    with transaction():
        for number in range(2, 6):
            elder(f"R-{number:06}")
    with time_machine.travel(NOON + timedelta(hours=2)):
        cursor = tablet.roster()["cursor"]
        assert tablet.roster(cursor)["residents"] == []
    with time_machine.travel(NOON + timedelta(hours=3)), transaction():
        moved = StatusChange(Status.INSTITUTION, date(2026, 3, 1))
        standing.change_status("R-000003", moved, by=COMMAND, at=clock.now())
    with time_machine.travel(NOON + timedelta(hours=4)):
        enrolled(app, "C02").send(record(1, resident="R-000004"))
        news = tablet.roster(cursor)
        assert (news["complete"], numbers(news)) == (False, ["R-000003", "R-000004"])
        assert news["residents"][0]["statuses"] == [["institution", "2026-03-01"]]
        assert news["residents"][1]["used"] == [["2026-03-02", "lunch", 300]]
        # What came within two minutes is told twice: it may have been committed after it was asked for.
        assert numbers(tablet.roster(news["cursor"])) == ["R-000004"]


def test_who_no_longer_belongs_here_is_removed(tablet: TabletClient) -> None:
    with transaction():
        elder("R-000002")
    cursor = tablet.roster()["cursor"]
    with transaction():
        place = Person("王秀英", None, "430103005001", "430103009001")
        edit("R-000002", place, by=COMMAND, at=clock.now())
    news = tablet.roster(cursor)
    assert (news["complete"], news["removed"]) == (False, ["R-000002"])


@pytest.mark.parametrize("stale", ["yesterday", "policy", "nonsense", "2026-03-02.abc.1"])
def test_everything_is_told_again_on_new_ground(tablet: TabletClient, stale: str) -> None:
    cursor = tablet.roster()["cursor"]
    assert tablet.roster(cursor)["complete"] is False
    moment = clock.now()
    if stale == "yesterday":
        moment += timedelta(days=1)
    elif stale == "policy":
        with transaction():
            newer = policy(effective_from=date(2026, 3, 2), reference="新规")
            subsidy.publish(newer, by=COMMAND, at=clock.now())
    else:
        cursor = stale
    with time_machine.travel(moment):
        assert tablet.roster(cursor)["complete"] is True


def test_nothing_new_is_answered_with_no_body_and_news_come_compressed(
    app: Flask, tablet: TabletClient
) -> None:
    first = tablet.get("roster", **{"Accept-Encoding": "gzip"})
    assert first.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(first.data))["format"] == "till-roster/1"
    again = tablet.get("roster", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    enrolled(app, "C02").send(record(1))
    assert tablet.get("roster", **{"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_the_people_of_the_site_can_be_known_by_their_pin_and_it_is_not_told(tablet: TabletClient) -> None:
    cook = user(Role.SITE_STAFF, site_code="C01").user_no
    manager = user(Role.SITE_MANAGER, site_code="C01").user_no
    user(Role.SITE_STAFF, site_code="C02")
    with transaction():
        auth.set_pin(cook, "258046", by=COMMAND, at=clock.now())
    first, second = tablet.roster()["people"]
    assert (first["user_no"], second) == (cook, {"user_no": manager, "name": "测试员", "pin": None})
    salt = base64.b64decode(first["pin"]["salt"])
    assert first["pin"]["check"] == pin_check(pin_key("258046", salt))
    assert first["pin"]["iterations"] == 100_000


def test_somebody_beyond_the_roster_is_found_online(tablet: TabletClient) -> None:
    answer = tablet.post("find", {"words": "远方"})
    assert [each["no"] for each in answer.json["residents"]] == ["R-000009"]  # type: ignore[index]  # an object
    assert tablet.post("find", {"words": " "}).json == {"residents": []}
    assert tablet.post("find", {"words": 3}).status_code == 400


def test_charity_is_promised_only_while_its_fund_holds_money(tablet: TabletClient) -> None:
    def promised(roster: dict[str, object]) -> list[int]:
        return [each["charity_fen"] for each in roster["policies"]]  # type: ignore[attr-defined]  # documents

    with transaction():
        policy_row(policy(charity_fen=50, effective_from=date(2026, 2, 1), reference="慈"))
    before = tablet.roster()
    assert max(promised(before)) == 0
    with transaction():
        fund = a_fund(50)
    filled = tablet.roster(since=before["cursor"])
    # The same residents need not be sent again for it.
    assert (max(promised(filled)), filled["complete"]) == (50, False)
    taken(entry(1))
    with transaction() as session:
        assert session.get_one(CharityFund, fund.id).balance_fen == 0
    assert max(promised(tablet.roster(since=before["cursor"]))) == 0
