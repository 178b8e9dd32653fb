"""Finding a person on the tablet, by whatever somebody types, and who is shown first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.javascript import Script
from tests.support.source import APP

Find = Callable[..., list[list[str]]]

_ASKED = """import {{ index }} from "{search}";
let people = index([]);
export const load = (residents) => {{ people = index(residents); return residents.length; }};
export const find = (...asked) => people.find(...asked).map(({{ resident, by }}) => [resident.no, by]);
export const byNumber = (no) => people.byNumber(no) && people.byNumber(no).no;
export const byCard = (code) => {{
  const card = people.byCard(code);
  return card && [card.resident.no, card.lost];
}};
export const faces = (sitting, on, limit, eaten) => (
  people.faces(sitting, on, limit, new Set(eaten)).map(({{ no }}) => no)
);
"""


def resident(no: str, name: str, keys: str, **changes: object) -> dict[str, Any]:
    """Give an entry of the roster."""
    return {
        "no": no, "name": name, "keys": keys, "tail": "", "id_tail": "", "cards": [], "lost": [], "usual": {},
        "statuses": [["active", "2024-01-01"]], **changes,
    }  # fmt: skip


LOST = ["C4K7M29QXTB4", "CAAAAAAAAAA2"]
DIED = [["active", "2024-01-01"], ["deceased", "2026-11-01"]]
BOTH = {"lunch": [9, "dine_in"], "dinner": [1, "dine_in"]}
PEOPLE = [
    resident("R-000123", "王秀英", "wxy wangxiuying", tail="5678", id_tail="123X", cards=["C4K7M29QXTB4"]),
    resident("R-000124", "王 秀英", "wxy wangxiuying", tail="0123", id_tail="5678", lost=LOST),
    resident("R-000200", "汪小红", "wxh wangxiaohong", usual={"lunch": [9, "dine_in"]}),
    resident("R-000201", "单雄信", "sxx dxx shanxiongxin danxiongxin", usual={"lunch": [3, "take_away"]}),
    resident("R-000202", "吕布", "lb lvbu", usual={"dinner": [20, "dine_in"]}, statuses=DIED),
    resident("R-005678", "李建国", "ljg lijianguo", usual=BOTH),
]  # fmt: skip


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Script]:
    """Give the search as the tablet has it, over the people above."""
    module = Path(tmp_path_factory.mktemp("search")) / "asked.mjs"
    module.write_text(
        _ASKED.format(search=(APP / "static" / "till" / "search.js").as_uri()), encoding="utf-8"
    )
    with Script(module) as script:
        script.call("load", PEOPLE)
        yield script


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("wxy", [["R-000123", "pinyin"], ["R-000124", "pinyin"]]),
        ("WX", [["R-000200", "pinyin"], ["R-000123", "pinyin"], ["R-000124", "pinyin"]]),
        ("wangxiao", [["R-000200", "pinyin"]]),
        ("wang xiao", [["R-000200", "pinyin"]]),
        ("ｗｘｈ", [["R-000200", "pinyin"]]),
        ("xy", []),
        ("dxx", [["R-000201", "pinyin"]]),
        ("danxiong", [["R-000201", "pinyin"]]),
        ("lübu", [["R-000202", "pinyin"]]),
        ("王秀", [["R-000123", "name"], ["R-000124", "name"]]),
        ("王 秀英", [["R-000123", "name"], ["R-000124", "name"]]),
        ("小红", [["R-000200", "name"]]),
        ("5678", [["R-005678", "digits"], ["R-000123", "tail"], ["R-000124", "id_tail"]]),
        ("13812345678", [["R-000123", "tail"]]),
        ("11010519491231123x", [["R-000123", "id_tail"]]),
        ("123x", [["R-000123", "id_tail"]]),
        ("R-000123", [["R-000123", "number"]]),
        ("r-000123", [["R-000123", "number"]]),
        ("000123", [["R-000123", "number"]]),
        ("23", [["R-000123", "digits"]]),
        ("3", []),
        ("C4K7M29QXTB4", [["R-000123", "card"]]),
        ("c4k7 m29q xtb4", [["R-000123", "card"]]),
        ("CAAAAAAAAAA2", [["R-000124", "lost_card"]]),
        ("CZZZZZZZZZZ9", []),
        ("", []),
        ("   ", []),
        ("(", []),
    ],
)
def test_typing_finds(search: Script, words: str, found: list[list[str]]) -> None:
    assert search.call("find", words, 12, "lunch") == found


def test_a_list_is_no_longer_than_asked(search: Script) -> None:
    assert search.call("find", "w", 2, "lunch") == [["R-000200", "pinyin"], ["R-000123", "pinyin"]]


def test_who_usually_eats_here_at_this_sitting_comes_first(search: Script) -> None:
    assert [no for no, _ in search.call("find", "l", 12, "lunch")] == ["R-005678", "R-000202"]
    assert [no for no, _ in search.call("find", "l", 12, "dinner")] == ["R-000202", "R-005678"]


def test_a_number_is_found_exactly_or_not_at_all(search: Script) -> None:
    asked = [("R-000200",), (" r-000200 ",), ("R-00020",)]
    assert search.call_each("byNumber", list(asked)) == ["R-000200", "R-000200", None]


def test_a_card_says_whether_it_is_lost_and_a_valid_holder_counts_before_a_former_one(search: Script) -> None:
    asked = [("C4K7M29QXTB4",), ("CAAAAAAAAAA2",), ("CZZZZZZZZZZ9",)]
    assert search.call_each("byCard", list(asked)) == [["R-000123", False], ["R-000124", True], None]


def test_the_faces_are_those_who_usually_eat_now_and_have_not_yet(search: Script) -> None:
    assert search.call("faces", "lunch", "2026-11-23", 12, []) == ["R-005678", "R-000200", "R-000201"]
    assert search.call("faces", "lunch", "2026-11-23", 12, ["R-005678"]) == [
        "R-000200",
        "R-000201",
        "R-005678",
    ]
    assert search.call("faces", "lunch", "2026-11-23", 1, []) == ["R-005678"]


def test_nobody_is_asked_to_see_the_face_of_one_who_has_died(search: Script) -> None:
    assert search.call("faces", "dinner", "2026-10-31", 12, []) == ["R-000202", "R-005678"]
    assert search.call("faces", "dinner", "2026-11-01", 12, []) == ["R-005678"]
