"""Small rules of the office: another content read back, a closing beside the ledger, a tablet's file."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.clock import SHANGHAI
from app.errors import BadFile
from app.meals.rules import FoundBy, Payment
from app.till.rules.conflicts import id_of_other, read_content
from app.till.rules.queue_file import read_queue_file
from app.till.rules.sittings import Figures, is_open, side_by_side
from tests.factories.meals import entry

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tablet": "T-1", "payment": Payment.CASH, "companion_of": "R-000002", "found_by": FoundBy.FACE},
        {"sheet_no": "Z-17"},
        {"reverses": UUID(int=9), "reason": "记错了，“改”"},
    ],
)
def test_a_content_is_read_back_as_it_was_sent(changes: dict[str, Any]) -> None:
    made = entry(1, **changes)
    content = read_content(made.content)
    for name in content.__slots__:
        if name != "resident":
            assert getattr(content, name) == getattr(made, name), name
    assert (content.resident, content.identity_index) == (made.resident_no, None)


def test_an_identity_number_is_known_by_its_index_alone() -> None:
    content = read_content(entry(1, sent_as="identity:abc").content)
    assert content.identity_index == "abc"


@pytest.mark.parametrize("written", ["", "{}", "[]", "[1,2]", "null", '["a"]'])
def test_what_is_no_content_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_content(written)


def test_another_content_always_gets_the_same_number() -> None:
    assert id_of_other(UUID(int=1), "ab") == id_of_other(UUID(int=1), "ab")
    assert len({id_of_other(UUID(int=1), "ab"), id_of_other(UUID(int=1), "cd"), UUID(int=1)}) == 3


def test_kinds_of_which_there_was_none_are_left_out() -> None:
    shown = side_by_side(Figures(dine_in=3, subsidised=2), Figures(dine_in=2, subsidised=2, reversed=1))
    assert [(str(each.label), each.closed, each.held, each.differs) for each in shown] == [
        ("dine-in", 3, 2, True),
        ("subsidised", 2, 2, False),
        ("reversed", 0, 1, True),
    ]


def test_an_open_sitting_differs_in_nothing() -> None:
    assert [each.differs for each in side_by_side(None, Figures(dine_in=3))] == [False]


@pytest.mark.parametrize(
    ("last", "closed", "expected"),
    [
        (NOON, [], True),
        (NOON, [NOON - timedelta(seconds=1)], True),
        (NOON, [NOON], False),
        (NOON, [NOON - timedelta(hours=1), NOON + timedelta(hours=1)], False),
        (None, [], False),
    ],
)
def test_a_sitting_is_open_while_a_meal_came_after_its_last_closing(
    last: datetime | None, closed: list[datetime], *, expected: bool
) -> None:
    assert is_open(last, closed) is expected


def exported(**changes: object) -> dict[str, object]:
    return {
        "format": "till-queue/1",
        "tablet": "T-1",
        "site_code": "C01",
        "exported_at": NOON.isoformat(),
        "records": [
            {"id": "a", "body": {"id": "a"}, "origin": None},
            {"id": "b", "body": {"id": "b"}, "origin": "T-2"},
        ],
        "closes": [{"id": "c", "close": {"id": "c"}}, {"id": "d", "close": {"id": "d"}, "origin": "T-2"}],
        **changes,
    }


def test_a_file_gives_what_the_tablet_would_have_sent() -> None:
    file = read_queue_file(exported())
    assert (file.tablet_no, file.site_code, file.exported_at) == ("T-1", "C01", NOON)
    assert file.records == ({"id": "a"}, {"id": "b", "tablet": "T-2"})
    assert file.closes == (("", {"id": "c"}), ("T-2", {"id": "d"}))


def test_what_a_tablet_made_itself_does_not_name_it() -> None:
    own = [{"id": "a", "body": {"id": "a"}, "origin": "T-1"}]
    assert read_queue_file(exported(records=own)).records == ({"id": "a"},)
    assert read_queue_file(exported(closes=[{"close": {"id": "c"}, "origin": "T-1"}])).closes == (
        ("", {"id": "c"}),
    )


def test_a_file_without_closes_is_whole() -> None:
    content = exported()
    del content["closes"]
    assert read_queue_file(content).closes == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"format": "till-queue/2"}, "another version"),
        ({"format": "meal-policy/1"}, "not a file"),
        ({"format": None}, "not a file"),
        ({"tablet": ""}, "from which tablet"),
        ({"tablet": 1}, "from which tablet"),
        ({"site_code": None}, "from which tablet"),
        ({"exported_at": "yesterday"}, "when it was exported"),
        ({"records": "none"}, "records"),
        ({"records": None}, "records"),
        ({"records": [{"id": "a"}]}, "records"),
        ({"records": [["a"]]}, "records"),
        ({"closes": [{"close": []}]}, "closes"),
    ],
)
def test_a_damaged_file_is_refused_with_what_is_wrong(changes: dict[str, object], reason: str) -> None:
    with pytest.raises(BadFile, match=reason):
        read_queue_file(exported(**changes))
