"""The public notice tells of sites and never of one person."""

from __future__ import annotations

from io import BytesIO

from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from app.month import Month
from app.settlement.rules.disclosure import FEWEST_PERSONS, Row, SiteMonth, rows_of
from app.settlement.service.disclosure import Notice, write_notice_book

sites = st.lists(
    st.tuples(st.frozensets(st.integers(0, 30).map(str), max_size=9), st.integers(0, 50)), max_size=8
).map(
    lambda drawn: [
        SiteMonth(
            f"C{number:02}",
            f"站{number}",
            residents,
            meals if residents else 0,
            meals * 300 if residents else 0,
        )
        for number, (residents, meals) in enumerate(drawn)
    ]
)


@given(sites)
def test_no_row_tells_of_so_few_that_one_is_known_and_the_sums_stay(given_sites: list[SiteMonth]) -> None:
    rows = rows_of(given_sites)
    everybody = frozenset[str]().union(*(site.residents for site in given_sites))
    assert sum(row.meals for row in rows) == sum(site.meals for site in given_sites)
    assert sum(row.amount_fen for row in rows) == sum(site.amount_fen for site in given_sites)
    assert sorted(name for row in rows for name in row.sites) == sorted(site.site for site in given_sites)
    for row in rows:
        if row.persons is None:
            # Even all together are few: there is nobody left to hide among.
            assert len(everybody) < FEWEST_PERSONS or len(row.sites) == len(
                [site for site in given_sites if site.residents]
            )
        else:
            assert row.persons == 0 or row.persons >= FEWEST_PERSONS


def test_sites_with_enough_diners_stand_alone() -> None:
    many = SiteMonth("C01", "甲", frozenset("abcde"), 5, 15_00)
    (row,) = rows_of([many])
    assert (row.sites, row.persons) == (("甲",), 5)


def test_a_small_site_is_not_shown_alone_and_not_found_by_subtraction() -> None:
    small = SiteMonth("C01", "甲", frozenset("a"), 5, 15_00)
    large = [SiteMonth(f"C1{each}", each, frozenset("bcdefg"), 6, 18_00) for each in "12"]
    rows = rows_of([small, *large])
    assert [(row.sites, row.persons, row.meals) for row in rows] == [(("2",), 6, 6), (("甲", "1"), 7, 11)]


def test_only_corrections_of_one_person_are_not_shown_alone_either() -> None:
    corrected = SiteMonth("C01", "甲", frozenset(), 0, -3_00)
    large = SiteMonth("C02", "乙", frozenset("abcdef"), 6, 18_00)
    (row,) = rows_of([corrected, large])
    assert (row.sites, row.amount_fen) == (("甲", "乙"), 15_00)


def test_as_many_as_hide_one_are_enough() -> None:
    """Five persons stand alone, and five together need nobody else with them; four do."""
    few = [SiteMonth(f"C{each}", each, frozenset(each), 1, 3_00) for each in "abcde"]
    large = SiteMonth("C9", "乙", frozenset("vwxyz"), 6, 18_00)
    assert [(row.sites, row.persons) for row in rows_of([*few, large])] == [
        (("乙",), 5),
        (("a", "b", "c", "d", "e"), 5),
    ]
    assert [(row.sites, row.persons) for row in rows_of([*few[:4], large])] == [
        (("乙", "a", "b", "c", "d"), 9),
    ]


def test_persons_are_numbers_in_the_workbook_and_words_only_where_few_are_hidden() -> None:
    rows = (Row(("甲站",), 12, 40, 120_00), Row(("乙站", "丙站"), None, 3, 9_00))
    notice = Notice(Month(2026, 10), rows, 15, 43, 129_00, is_draft=False, complaint_phone="")
    target = BytesIO()
    write_notice_book(notice, target)
    target.seek(0)
    sheet = CalamineWorkbook.from_filelike(target).get_sheet_by_name("公示")
    assert [row[2] for row in sheet.to_python()[2:4]] == [12.0, f"少于{FEWEST_PERSONS}人"]
