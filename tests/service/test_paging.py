"""Pages of what may be long: the page asked for, the nearest one, and no counting without end."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import Select, select

from app.canteens.models import Site
from app.transaction import transaction
from app.web.paging import Page, page_of
from tests.factories.district import canteen


def asked(app: Flask, number: str, *, most: int | None = None) -> Page[Site]:
    query: Select[Site] = select(Site).order_by(Site.site_code)
    with app.test_request_context(f"/?page={number}"):
        return page_of(query, per_page=2, most=most)


@pytest.fixture(autouse=True)
def _five_sites(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        for number in range(1, 6):
            canteen(f"C0{number}")


@pytest.mark.parametrize(
    ("number", "shown", "codes"),
    [
        ("1", 1, ["C01", "C02"]),
        ("3", 3, ["C05"]),
        ("9", 3, ["C05"]),
        ("0", 1, ["C01", "C02"]),
        ("x", 1, ["C01", "C02"]),
    ],
)
def test_the_nearest_page_is_shown(app: Flask, number: str, shown: int, codes: list[str]) -> None:
    page = asked(app, number)
    assert (page.number, page.last, page.total, page.is_more) == (shown, 3, 5, False)
    assert [site.site_code for site in page.rows] == codes


@pytest.mark.parametrize(
    ("most", "total", "last", "is_more"), [(4, 4, 2, True), (5, 5, 3, False), (6, 5, 3, False)]
)
def test_no_more_rows_than_asked_for_are_counted_and_turned_through(
    app: Flask, most: int, total: int, last: int, *, is_more: bool
) -> None:
    page = asked(app, "9", most=most)
    assert (page.number, page.last, page.total, page.is_more) == (last, last, total, is_more)
