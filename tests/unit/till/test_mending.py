"""What one tap can do about a record kept apart: what came, what is known, and what the buttons say."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.canteens.rules import Sitting
from app.clock import SHANGHAI
from app.meals.rules import Channel, Payment, meal_id
from app.till.rules.drafts import Draft, as_sent, masked, read_draft
from app.till.rules.mending import Fix, Known, Meant, Place, fixes, own_id
from app.till.rules.quarantine import Problem
from tests.factories.residents import id_number

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)
RECEIVED = NOON + timedelta(hours=1)
HERE, THERE = Place("C01", "幸福食堂"), Place("C02", "长寿食堂")
ID = meal_id(NOON, 1)
PRICES = (
    (Sitting.LUNCH, date(2026, 3, 1), 16_00),
    (Sitting.LUNCH, date(2026, 1, 1), 15_00),
    (Sitting.BREAKFAST, date(2026, 1, 1), 6_00),
)


def sent(**changes: object) -> dict[str, object]:
    return {
        "id": str(ID),
        "seq": 7,
        "resident": "R-000001",
        "sitting": "lunch",
        "channel": "dine_in",
        "price_fen": 15_00,
        "served_at": NOON.isoformat(),
        "by": "U-1",
        **changes,
    }


def known(**changes: Any) -> Known:  # noqa: ANN401 - any member of it
    given = {
        "tablet_no": "T-1",
        "digest": "d",
        "here": HERE,
        "received_at": RECEIVED,
        "may_stand": True,
        "prices": PRICES,
        "sites_in_reach": {"C01"},
        **changes,
    }
    return Known(**given)


def offered(problem: Problem, raw: object, **changes: Any) -> list[Fix]:  # noqa: ANN401 - as above
    return list(fixes(problem, read_draft(raw), known(**changes)))


def said(fix: Fix) -> list[str]:
    return [str(step) for step in fix.steps]


UNKNOWN = {"may_stand": False}


@pytest.mark.parametrize(
    ("problem", "changes", "around", "steps", "filled"),
    [
        (
            Problem.UNKNOWN_IDENTITY,
            {"resident": id_number(1)},
            UNKNOWN,
            ["at full price, as not registered"],
            {"resident_no": "", "price_fen": 15_00},
        ),
        (
            Problem.UNKNOWN_IDENTITY,
            {"resident": id_number(1)},
            {"meant": Meant("R-000009", "王秀英", "identity:ab")},
            ["for 王秀英 (R-000009), who is registered"],
            {"resident_no": "R-000009", "sent_as": "identity:ab"},
        ),
        (
            Problem.UNKNOWN_PERSON,
            {"resident": "张三"},
            UNKNOWN,
            ["at full price, as not registered"],
            {"resident_no": "", "sent_as": ""},
        ),
        (
            Problem.PRICE,
            {"price_fen": -5},
            {},
            ["at the site's price of 16.00"],
            {"price_fen": 16_00, "resident_no": "R-000001"},
        ),
        (
            Problem.PRICE,
            {"price_fen": "15", "served_at": "2026-02-03T12:00:00+08:00"},
            {},
            ["at the site's price of 15.00"],
            {"price_fen": 15_00},
        ),
        (Problem.SITTING, {"sitting": "supper"}, {}, ["as lunch, by its time"], {"sitting": Sitting.LUNCH}),
        (
            Problem.SITTING,
            {"sitting": None, "served_at": "2026-03-02T18:00:00+08:00", "channel": "box"},
            {},
            ["as dinner, by its time", "as dine-in"],
            {"sitting": Sitting.DINNER, "channel": Channel.DINE_IN},
        ),
        (Problem.CHANNEL, {"channel": ""}, {}, ["as dine-in"], {"channel": Channel.DINE_IN}),
        (
            Problem.TIME,
            {"served_at": "noon"},
            {},
            ["with the time it was received, 03-02 13:00"],
            {"served_at": RECEIVED},
        ),
        (
            Problem.NO_ID,
            {"id": "7"},
            {},
            ["under a number of its own"],
            {"id": own_id("T-1", "d")},
        ),
        (Problem.SAME_ID, {}, {}, ["under a number of its own"], {"id": own_id("T-1", "d")}),
        (
            Problem.CHANNEL,
            {"channel": "box"},
            {"is_id_taken": True},
            ["as dine-in", "under a number of its own"],
            {"id": own_id("T-1", "d")},
        ),
        (
            Problem.WORDS,
            {"by": "x" * 33},
            {},
            ["without the text that cannot be stored"],
            {"by": "", "id": ID},
        ),
        (Problem.NOT_STORED, {}, {}, [], {"id": ID, "tablet": "T-1", "seq": 7}),
        (
            Problem.PRICE,
            {"price_fen": None, "payment": "phone", "companion_of": "R-000002", "found_by": "scan"},
            {},
            ["at the site's price of 16.00"],
            {"payment": Payment.PHONE, "companion_of": "R-000002"},
        ),
    ],
)
def test_one_tap_fills_in_what_is_wrong_and_says_so(
    problem: Problem,
    changes: dict[str, object],
    around: dict[str, object],
    steps: list[str],
    filled: dict[str, object],
) -> None:
    (fix,) = offered(problem, sent(**changes), **around)
    assert said(fix) == steps
    assert {name: getattr(fix.mended, name) for name in filled} == filled
    # What could be read stays as it was sent.
    if "served_at" not in changes:
        assert fix.mended.served_at == NOON


def test_a_clock_that_was_ahead_is_put_right_or_its_word_not_taken() -> None:
    ahead = timedelta(days=3)
    raw = sent(served_at=(NOON + ahead).isoformat())
    right, received = offered(Problem.AHEAD, raw, skew_seconds=round(ahead.total_seconds()))
    assert said(right) == ["at 03-02 12:00, its clock put right"]
    assert (right.mended.served_at, received.mended.served_at) == (NOON, RECEIVED)
    (only,) = offered(Problem.AHEAD, raw)
    assert said(only) == ["with the time it was received, 03-02 13:00"]


def test_a_clock_is_not_put_right_into_nonsense() -> None:
    raw = sent(served_at=(NOON + timedelta(days=3)).isoformat())
    for seconds in (60, round(timedelta(days=90).total_seconds())):
        (only,) = offered(Problem.AHEAD, raw, skew_seconds=seconds)
        assert only.mended.served_at == RECEIVED


def test_a_record_of_another_site_goes_there_where_one_may_act_or_here() -> None:
    raw = sent(tablet="T-9")
    both = offered(Problem.OTHER_SITE, raw, origin=THERE, sites_in_reach={"C01", "C02"})
    assert [said(fix) for fix in both] == [["for 长寿食堂"], ["for 幸福食堂"]]
    assert [(fix.mended.site_code, fix.mended.tablet) for fix in both] == [("C02", "T-9"), ("C01", "T-1")]
    (here,) = offered(Problem.OTHER_SITE, raw, origin=THERE)
    assert here.mended.site_code == "C01"
    (unknown,) = offered(Problem.OTHER_SITE, raw)
    assert unknown.mended.tablet == "T-1"


def test_a_record_carried_by_another_tablet_of_the_site_stays_its_makers() -> None:
    (fix,) = offered(Problem.CHANNEL, sent(tablet="T-2", channel="box"), origin=HERE)
    assert (fix.mended.tablet, fix.mended.site_code) == ("T-2", "C01")


UNDONE = str(UUID(int=5))


def test_what_undoes_another_sites_meal_is_for_whoever_may_act_there() -> None:
    raw = sent(reverses=UNDONE, reason="记错了", price_fen=-1)
    assert offered(Problem.PRICE, raw, undone=THERE) == []
    (fix,) = offered(Problem.PRICE, raw, undone=THERE, sites_in_reach={"C01", "C02"})
    assert (fix.mended.site_code, fix.mended.reverses, fix.mended.reason) == ("C02", UUID(int=5), "记错了")


@pytest.mark.parametrize(
    "raw",
    [
        sent(reverses="xx", reason="记错了"),
        sent(reverses=UNDONE, reason=""),
        sent(reverses=str(ID), reason="记错了"),
        sent(sitting="supper", price_fen=None),
        {"what": 1},
        {},
        "nothing",
        17,
        None,
    ],
)
def test_nothing_is_guessed_where_only_a_person_can_tell(raw: object) -> None:
    assert offered(Problem.UNREADABLE, raw) == []


def test_nothing_is_offered_where_the_site_has_no_price() -> None:
    assert offered(Problem.PRICE, sent(price_fen=None), prices=()) == []


def test_a_key_stands_for_one_outcome() -> None:
    (first,) = offered(Problem.PRICE, sent(price_fen=None))
    (again,) = offered(Problem.PRICE, sent(price_fen=None))
    (dearer,) = offered(
        Problem.PRICE, sent(price_fen=None), prices=((Sitting.LUNCH, date(2026, 3, 1), 17_00),)
    )
    assert first.key == again.key
    assert first.key != dearer.key


@pytest.mark.parametrize(
    ("member", "bad", "lost"),
    [
        ("id", "7", {"id": None}),
        ("seq", -1, {"seq": None}),
        ("resident", 17, {"resident": "", "left_out": True}),
        ("sitting", ["lunch"], {"sitting": None}),
        ("channel", 3, {"channel": None}),
        ("price_fen", 1e3, {"price_fen": None}),
        ("price_fen", True, {"price_fen": None}),
        ("served_at", "2026-03-02T12:00:00", {"served_at": None}),
        ("by", "U\x00", {"by": "", "left_out": True}),
        ("reason", "x" * 201, {"reason": "", "left_out": True}),
        ("reverses", "yesterday's", {"reverses": None, "is_undoing": True}),
        ("payment", "shells", {"payment": None}),
        ("tablet", {}, {"origin": "", "left_out": True}),
    ],
)
def test_one_bad_member_does_not_hide_the_others(member: str, bad: object, lost: dict[str, object]) -> None:
    good, draft = read_draft(sent()), read_draft(sent(**{member: bad}))
    for name in Draft.__slots__:
        assert getattr(draft, name) == lost.get(name, getattr(good, name)), name


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("11010519491231002X", "110105********002X"),
        ("110105 19491231 002x", "110105********002X"),
        ("1101051949123100", "110****3100"),
        ("张三 13812345678", "张三 138****5678"),
        ("张三", "张三"),
        ("R-000123", "R-000123"),
        ("a\x07b", "a�b"),
        ("长" * 70, "长" * 60 + "…"),
    ],
)
def test_numbers_of_persons_are_shown_masked(written: str, shown: str) -> None:
    assert masked(written) == shown
    assert as_sent({"resident": written}, "resident") == shown


def test_what_was_not_sent_is_shown_as_nothing() -> None:
    assert (
        as_sent({}, "resident")
        == as_sent("nothing", "resident")
        == as_sent({"resident": None}, "resident")
        == ""
    )
