"""Cards on paper: eight on a sheet, each whole, to be read by a person and by a cheap scanner."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from pypdf import PageObject, PdfReader

from app.residents.queries import CardFace
from app.residents.rules.cards import grouped, made_code
from app.residents.service.card_sheets import card_sheets
from tests.support.qr import MILLIMETRE, pictures

AT = datetime(2026, 11, 23, 6, 52, tzinfo=UTC)
ISSUED_AT = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)


def faces(count: int, *, name: str = "王秀英") -> list[CardFace]:
    return [CardFace(made_code(each * 7919), name, f"R-{each:06}", ISSUED_AT) for each in range(count)]


def sheets(cards: Sequence[CardFace], *, phone: str = "") -> list[PageObject]:
    return list(PdfReader(io.BytesIO(card_sheets(cards, phone=phone, at=AT))).pages)


def words(page: PageObject) -> str:
    return "".join(page.extract_text().split())


def squeezed(code: str) -> str:
    return grouped(code).replace(" ", "")


def test_eight_cards_fill_a_sheet_and_the_ninth_begins_another() -> None:
    cards = faces(17)
    pages = sheets(cards)
    assert [words(page).count("老年助餐就餐卡") for page in pages] == [8, 8, 1]
    for place, card in enumerate(cards):
        assert squeezed(card.code) in words(pages[place // 8])
        assert card.resident_no in words(pages[place // 8])


def test_a_card_says_whose_it_is_and_where_to_bring_it() -> None:
    (page,) = sheets(faces(1))
    said = words(page)
    for expected in ("王秀英", "编号R-000000", "拾到请交还任一助餐点", "发卡2026-11-23"):
        assert expected in said
    assert "电话" not in said


def test_a_phone_is_printed_when_there_is_one() -> None:
    (page,) = sheets(faces(2), phone="0731-85123456")
    assert words(page).count("电话0731-85123456") == 2


def test_a_sheet_is_a4_upright() -> None:
    (page,) = sheets(faces(8))
    sides = [round(float(side) / MILLIMETRE) for side in (page.mediabox.width, page.mediabox.height)]
    assert sides == [210, 297]


def test_every_card_has_its_picture_large_enough_for_a_cheap_camera() -> None:
    (page,) = sheets(faces(8))
    drawn = pictures(page)
    assert len(drawn) == 8
    assert all(picture.side >= 28 for picture in drawn)
    # Two columns and four rows, as far apart as bank cards are large.
    lefts = sorted({round(picture.left, 1) for picture in drawn})
    tops = sorted({round(picture.top, 1) for picture in drawn})
    assert [round(later - earlier, 1) for earlier, later in pairwise(lefts)] == [85.6]
    assert [round(later - earlier) for earlier, later in pairwise(tops)] == [54, 54, 54]


def test_each_picture_says_the_code_of_its_card_and_bears_a_quarter_of_scratches() -> None:
    cards = faces(8)
    (page,) = sheets(cards)
    drawn = sorted(pictures(page), key=lambda picture: (round(picture.top), picture.left))
    assert [picture.says for picture in drawn] == [card.code for card in cards]
    assert {picture.level for picture in drawn} == {"Q"}


@pytest.mark.parametrize("name", ["陈𫖯", "李𬭎", "*a*", "#panic()", "阿卜杜热合曼·买买提"])
def test_names_print_as_they_are_written(name: str) -> None:
    (page,) = sheets(faces(1, name=name))
    assert name in words(page)
    assert "〓" not in words(page)


def test_a_character_that_no_font_has_is_explained_on_its_own_sheet() -> None:
    pages = sheets([*faces(8), CardFace(made_code(9), "张\U0002e9f5", "R-000009", ISSUED_AT)])
    assert "〓" not in words(pages[0])
    assert "张〓" in words(pages[1])
    assert "张〓（U+2E9F5）" in words(pages[1])


def test_the_longest_name_stays_on_its_card() -> None:
    (page,) = sheets(faces(1, name="买" * 64))
    placed: list[float] = []

    def see(text: str, matrix: list[float], text_matrix: list[float], _font: object, _size: object) -> None:
        if "买" in text:
            placed.append(text_matrix[4] + matrix[4])

    page.extract_text(visitor_text=see)
    assert placed
    assert max(placed) < 105 * MILLIMETRE


def test_the_same_cards_print_the_same_bytes() -> None:
    first, second = (card_sheets(faces(3), phone="", at=AT) for _ in range(2))
    assert first == second
