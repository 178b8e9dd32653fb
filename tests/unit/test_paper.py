"""Papers print what they are given, to the letter, in one file that carries all it needs."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PageObject, PdfReader

from app.money import format_yuan
from app.paper import ListColumn, ListRow, PaperList, printable, printed
from app.paper.fonts import EM, STAND_IN, width_of
from app.paper.lists import broken

AT = datetime(2026, 11, 23, 6, 52, 1, 999_999, tzinfo=UTC)
SUMS = {
    "persons": "2",
    "subsidised_meals": "3",
    "meals": "4",
    "reversed": "1",
    "lines": "5",
    "government": "9.00",
    "operator": "0.00",
    "charity": "0.50",
    "resident": "50.50",
    "price": "60.00",
    "earned": "14.50",
    "moved": "-5.00",
    "adjustment": "-3.00",
    "recovery": "-2.00",
    "amount": "9.50",
    "capitals": "人民币玖元伍角整",
}


COLUMNS = (
    ListColumn("序号", 9, "right"),
    ListColumn("姓名", 15),
    ListColumn("人员类别", 25),
    ListColumn("餐标", 14, "right", summed=True),
    ListColumn("个人支付", 14, "right", summed=True),
    ListColumn("备注", 30),
)


def a_row(place: int, *, name: str = "王秀英", counts: bool = True, note: str = "") -> ListRow:
    amounts = (15_00, 12_00) if counts else (0, 0)
    return ListRow((str(place), name, "低保", "15.00", "12.00", note), amounts, is_struck=not counts)


def a_statement(
    *rows: ListRow,
    draft: bool = True,
    adjustments: list[dict[str, str]] | None = None,
    waiver: str = "",
) -> PdfReader:
    data = {
        "running": "裕南街老年食堂 2026年10月资金结算单",
        "number": "202610-C01-01",
        "check_code": "3FA2-09BC-41DE-77A0",
        "draft": draft,
        "printed_at": "2026-11-23 14:52",
        "operator": "康乐养老服务有限公司",
        "uscc": "91430103MA4L00001X",
        "site": "C01 裕南街老年食堂",
        "place": "长坡社区",
        "period": "2026年10月1日至2026年10月31日",
        "account": {
            "holder": "康乐养老服务有限公司",
            "bank": "示例银行天心支行",
            "number": "6200000000001234",
        },
        "amounts": [
            {"payer": "区级财政", "fund": "一般公共预算", "persons": "2", "meals": "3", "amount": "9.00"}
        ],
        "totals": SUMS,
        "lines": PaperList(COLUMNS, rows, "合计", format_yuan),
        "adjustments": adjustments or [],
        "recoveries": [],
        "waiver": waiver,
    }
    return PdfReader(io.BytesIO(printed("settlement/statement.typ", data, at=AT)))


def words(paper: PdfReader) -> list[str]:
    """Give each page's text without its spaces, since Chinese is set without and figures with them."""
    return ["".join(page.extract_text().split()) for page in paper.pages]


def fonts_of(page: PageObject) -> list[Any]:
    resources: Any = page["/Resources"]
    return [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for font in resources["/Font"].values()
    ]


@pytest.fixture(scope="module")
def long_paper() -> PdfReader:
    return a_statement(*[a_row(place + 1, counts=place % 50 != 0) for place in range(200)])


def test_every_page_carries_number_check_code_and_page_of_pages(long_paper: PdfReader) -> None:
    pages = words(long_paper)
    assert len(pages) > 3
    for place, page in enumerate(pages, start=1):
        assert "结算单编号202610-C01-01" in page
        assert "校验码3FA2-09BC-41DE-77A0" in page
        assert f"第{place}页/共{len(pages)}页" in page


def test_corrections_and_what_somebody_answers_for_are_on_the_paper() -> None:
    plain = "".join(words(a_statement(a_row(1))))
    assert "更正" not in plain
    assert "完整性" not in plain
    correction = {
        "corrects": "202609-C01-01",
        "day": "2026-09-30",
        "sitting": "午餐",
        "name": "龙䶮",
        "meal": "0193-7",
        "payer": "区级财政",
        "fund": "一般公共预算",
        "amount": "-3.00",
    }
    first, *rest = words(a_statement(a_row(1), adjustments=[correction], waiver="U-5准予：停电"))
    assert "其中：对以前结算单的更正（见附表）-3.00" in first
    assert "更正明细1条" in first
    assert "数据完整性说明：U-5准予：停电。" in first
    assert "202609-C01-012026-09-30午餐龙䶮0193-7区级财政一般公共预算-3.00" in "".join(rest)


def test_the_head_of_the_list_is_repeated_on_each_of_its_pages(long_paper: PdfReader) -> None:
    for page in words(long_paper)[1:]:
        assert page.count("序号姓名人员类别餐标个人支付备注") == 1


def test_each_page_says_what_its_rows_and_all_before_it_come_to(long_paper: PdfReader) -> None:
    found = [
        re.search(r"本页小计([\d,]+\.\d\d)[\d,]+\.\d\d承前页累计（含本页）([\d,]+\.\d\d)", page)
        for page in words(long_paper)[1:]
    ]
    sums = [tuple(int(re.sub(r"\D", "", said)) for said in page.groups()) for page in found if page]
    assert len(sums) == len(found)
    assert [carried for _, carried in sums] == list(accumulate(own for own, _ in sums))
    assert sums[-1][1] == 196 * 15_00
    assert words(long_paper)[-1].count("合计2,940.002,352.00") == 1


def test_no_row_is_lost_or_torn_between_pages() -> None:
    note = "按街道核实，此人当日由邻居代取，已电话确认。"
    pages = words(a_statement(*[a_row(place + 1, note=note * (place % 4)) for place in range(60)]))[1:]
    assert sum(page.count("王秀英") for page in pages) == 60
    assert sum(page.count("代取") for page in pages) == 15 * (1 + 2 + 3)
    assert [f"第{place}页" in page for place, page in enumerate(pages, start=2)] == [True] * len(pages)


@given(st.text(st.sampled_from("老人（二级）、。ab1-9 ·"), max_size=40), st.integers(1, 12))
def test_broken_lines_fit_and_lose_nothing_but_spaces(written: str, ems: int) -> None:
    lines = broken(written, ems * EM)
    assert all(width_of(line) <= ems * EM for line in lines)
    assert "".join("".join(lines).split()) == "".join(written.split())


def test_every_page_is_a4_landscape(long_paper: PdfReader) -> None:
    for page in long_paper.pages:
        millimetres = [round(float(side) / 72 * 25.4) for side in (page.mediabox.width, page.mediabox.height)]
        assert millimetres == [297, 210]


def test_fonts_are_embedded_and_the_file_says_that_it_is_pdf_a_2b(long_paper: PdfReader) -> None:
    fonts = [font for page in long_paper.pages for font in fonts_of(page)]
    assert fonts
    assert all("/FontFile3" in font for font in fonts)
    assert long_paper.xmp_metadata is not None
    marker = long_paper.xmp_metadata.stream.get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in marker
    assert "<pdfaid:conformance>B</pdfaid:conformance>" in marker


def test_the_first_page_shows_the_sums_in_figures_and_capitals_and_a_box_for_every_seal() -> None:
    first = words(a_statement(a_row(1)))[0]
    for expected in (
        "¥9.50",
        "人民币玖元伍角整",
        "一般公共预算",
        "91430103MA4L00001X",
        "2026年10月1日至2026年10月31日",
    ):
        assert expected in first
    assert first.count("（盖章）") == 5
    for office in ("运营单位", "社区", "街道", "区民政局", "区财政局", "经办：", "复核：", "负责人："):
        assert office in first


def test_only_a_draft_says_that_it_is_one() -> None:
    assert all("草稿" in page for page in words(a_statement(a_row(1))))
    assert not any("草稿" in page for page in words(a_statement(a_row(1), draft=False)))


@pytest.mark.parametrize(
    "name", ["*a*", "#panic()", "_b_", "$x$", "[c]", "@d", "<e>", "\\f", "//g", "`h`", '"i"']
)
def test_a_name_is_never_taken_for_markup(name: str) -> None:
    assert name in words(a_statement(a_row(1, name=name)))[1]


@pytest.mark.parametrize(
    "name", ["龙䶮", "王㛃", "陈𫖯", "李𬭎", "翀", "祎", "堃", "头〇", "阿卜杜热合曼·买买提"]
)
def test_rare_name_characters_print(name: str) -> None:
    page = words(a_statement(a_row(1, name=name)))[1]
    assert name in page
    assert "〓" not in page


def test_a_character_that_no_font_has_prints_as_a_stand_in_that_is_explained() -> None:
    page = words(a_statement(a_row(1, name="张\U0002e9f5"), a_row(2, name="赵\U0003134a😀")))[1]
    assert "张〓" in page
    assert "注：〓代表字库未收录的汉字：张〓（U+2E9F5）；赵〓〓（U+3134AU+1F600）。" in page


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("王\n秀英", "王 秀英"),
        ("王\u200b秀英", "王秀英"),
        ("葛\U000e0100", "葛"),
        ("王\x07", "王"),
        ("plain", "plain"),
    ],
)
def test_what_shows_nothing_is_left_out(written: str, shown: str) -> None:
    assert printable(written) == (shown, [])


def test_a_lone_surrogate_does_not_stop_the_press() -> None:
    assert "王〓" in words(a_statement(a_row(1, name="王\ud800")))[1]


def test_the_same_paper_printed_twice_is_the_same_file() -> None:
    data = {
        "title": "2026年10月诉求办理情况统计表",
        "printed_at": "2026-11-23 14:52",
        "in_time": "100%",
        "headings": ["件数"],
        "groups": [{"name": "类别", "rows": [["饭菜", "1"]]}],
        "total": ["1"],
    }
    first = printed("complaints/figures.typ", data, at=AT)
    assert printed("complaints/figures.typ", data, at=AT) == first
    assert printed("complaints/figures.typ", data, at=datetime(2026, 11, 24, tzinfo=UTC)) != first


def test_the_same_list_printed_twice_is_the_same_file() -> None:
    rows = [a_row(place, name="陈𫖯") for place in range(60)]
    first, again = (a_statement(*rows).stream for _ in range(2))
    first.seek(0)
    again.seek(0)
    assert first.read() == again.read()


def test_of_characters_that_share_a_glyph_each_is_still_found() -> None:
    page = a_statement(a_row(1, name="年年"), a_row(2, name="\uf98e")).pages[1]
    contents = page.get_contents()
    assert contents is not None
    drawn = contents.get_data().decode("latin-1")
    assert len(set(re.findall(r"ActualText <FEFF(5E74|F98E)>", drawn))) == 1


def test_every_sign_that_is_no_common_ideograph_prints() -> None:
    """One that the press draws in two parts, or not at all, would shift all others of the list."""
    signs = [
        shown
        for code in (*range(0x20, 0x3400), *range(0xA000, 0xAC00), *range(0xF900, 0xFFFF))
        for shown in [printable(chr(code))[0]]
        if shown.strip() and shown != STAND_IN
    ]
    assert len(signs) > 1500
    rows = [a_row(1, name="".join(signs[first : first + 6])) for first in range(0, len(signs), 6)]
    (first, *_) = words(a_statement(*rows))[1:]
    assert "".join(signs[:6]) in first


def test_each_cell_stands_in_its_column_and_on_its_line() -> None:
    page = a_statement(a_row(1), a_row(12345, name="阿卜杜热合曼"), a_row(3, note="代取")).pages[1]
    found: dict[str, list[tuple[float, float]]] = {}
    page.extract_text(
        visitor_text=lambda text, _page, place, _font, _size: found.setdefault(text.strip(), []).append(
            (place[4], -place[5])
        )
    )
    edges = [0.0, *accumulate(column.width_mm for column in COLUMNS)]

    def at(x_mm: float, line: int, *, before: str = "") -> object:
        x = x_mm / 25.4 * 72 - width_of(before) * 7 / EM
        return pytest.approx((x, 29.73 + line * 4.1 / 25.4 * 72), abs=0.05)

    assert found["1"] == [at(edges[1] - 0.8, 0, before="1")]
    assert found["12345"] == [at(edges[1] - 0.8, 1, before="12345")]
    assert found["王秀英"] == [at(edges[1] + 0.8, line) for line in (0, 3)]
    assert (found["阿卜杜热合"], found["曼"]) == ([at(edges[1] + 0.8, 1)], [at(edges[1] + 0.8, 2)])
    assert found["15.00"] == [at(edges[4] - 0.8, line, before="15.00") for line in (0, 1, 3)]
    assert found["代取"] == [at(edges[5] + 0.8, 3)]
