"""A name is found under every reading that somebody may type."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.residents.rules.names import name, search_keys, sort_key, sought_letters
from app.sheet.cells import Unreadable


@pytest.mark.parametrize(
    ("person", "typed"),
    [
        ("曾国强", "zengguoqiang"),
        ("曾国强", "zgq"),
        ("单秀英", "shanxiuying"),
        ("单秀英", "sxy"),
        ("单秀英", "dxy"),
        ("仇长乐", "qcl"),
        ("区少华", "oushaohua"),
        ("任重", "renzhong"),
        ("解放", "xiefang"),
        ("查长寿", "zhachangshou"),
        ("尉迟恭", "yuchigong"),
        ("覃重行", "tanzhongxing"),
        ("吕绿", "lvlv"),
        ("吕绿", "lulu"),
        ("阿卜杜拉·买买提", "abdlmmt"),
        ("王䶮", "wangyan"),
        ("李𬎆", "liying"),
        ("Maria da Silva", "mds"),
        ("José", "jose"),
    ],
)
def test_a_name_is_found_under_what_is_typed(person: str, typed: str) -> None:
    assert sought_letters(typed.upper()) in search_keys(person)


@pytest.mark.parametrize(
    ("person", "key"),
    [
        ("曾国强", "zeng guo qiang  曾国强"),
        ("单于明", "chan yu ming  单于明"),
        ("Anna", "anna  Anna"),
        ("䶮", "yan  䶮"),
    ],
)
def test_names_are_sorted_by_their_likeliest_reading(person: str, key: str) -> None:
    assert sort_key(person) == key


def test_a_name_of_many_readings_keeps_few_keys() -> None:
    assert len(search_keys("重行长乐都还的着了和")) <= 48


@given(st.text(max_size=60))
def test_every_name_that_is_taken_has_keys_that_can_be_stored(written: str) -> None:
    try:
        person = name(written)
    except Unreadable:
        return
    assert len(sort_key(person)) <= 128
    assert all(key.isascii() and key.isalpha() for key in search_keys(person))
    assert name(person) == person


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("张　三", "张三"),
        ("阿卜杜拉 . 买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("J. Smith", "J. Smith"),
        ("\ufeff王 五\n", "王五"),
    ],
)
def test_a_name_is_written_in_one_way(written: str, read: str) -> None:
    assert name(written) == read


@pytest.mark.parametrize(
    "written", ["", "  ", "王?", "王\ufffd", "王□", "张三1", "13812345678", "王" * 51, "张三/李四"]
)
def test_what_is_no_name_is_refused(written: str) -> None:
    with pytest.raises(Unreadable):
        name(written)


@pytest.mark.parametrize("query", ["曾", "138", "R-1", ""])
def test_only_letters_are_sought_as_pinyin(query: str) -> None:
    assert sought_letters(query) == ""
