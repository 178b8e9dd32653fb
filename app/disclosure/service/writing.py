"""Home of writing a public page as HTML: the same on the web and in a folder, but for its links."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import segno
from flask import current_app
from flask_babel import force_locale
from markupsafe import Markup

from app.canteens.rules import WEEKDAYS, Sitting, alike, week_of
from app.disclosure.rules.addresses import CHINESE, Kind, Page
from app.disclosure.rules.maps import Circle, Sketch, Way, sketch
from app.disclosure.service.book import Book, MonthShown, SiteShown
from app.subsidy.rules import wording

Link = Callable[[str], str]
"""Gives the way to another public file by its address."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a page is written into: links, the moment (None in a folder), and how a complaint is made."""

    link: Link
    seconds: int | None = None
    complaint: Callable[[str], str] | None = None


def written(page: Page, book: Book, around: Around) -> str | None:
    """Write a public page; None when there is no such site or month."""
    site, month = book.site(page.key), book.month(page.key)
    if (page.kind in (Kind.SITE, Kind.POSTER) and site is None) or (
        page.kind is Kind.MONTH and month is None
    ):
        return None
    with force_locale(page.language):
        return current_app.jinja_env.get_template(f"disclosure/{page.kind.value}.html").render(
            page=page,
            Kind=Kind,
            book=book,
            office=book.office,
            today=book.on,
            around=around,
            to=lambda kind, key="": around.link(page.beside(kind, key).address),
            other=around.link(page.other.address),
            is_chinese=page.language == CHINESE,
            sittings=list(Sitting),
            weekdays=WEEKDAYS,
            alike=alike,
            ways=list(Way),
            wording=wording,
            policy=book.policy,
            site=site,
            month=month,
            streets=book.streets if page.kind is Kind.OVERVIEW else [],
            weeks=_weeks(book.on),
            **_drawn(page, book, site),
            months_of_site=_months_of(site, book) if site is not None else [],
            qr=_qr(book, site) if page.kind is Kind.POSTER and site is not None else None,
        )


def _weeks(on: date) -> list[tuple[date, ...]]:
    """Give this week, the next and the one before."""
    return [week_of(on + timedelta(weeks=each)) for each in (0, 1, -1)]


def _drawn(page: Page, book: Book, site: SiteShown | None) -> dict[str, object]:
    """Draw the map of the page, and say what its circles rest on."""
    if page.kind is Kind.OVERVIEW:
        shown, ways, border = list(book.sites), [Way.WALKING], book.border
    elif page.kind in (Kind.SITE, Kind.POSTER) and site is not None:
        shown, ways, border = [site], [Way.RIDING, Way.WALKING], None
    else:
        return {"drawn": None}
    placed = {each.code: each.location for each in shown if each.location is not None}
    if not placed:
        return {"drawn": None}
    layers: list[tuple[str, list[Circle]]] = [
        (way.value, [each.circles[way] for each in shown if way in each.circles]) for way in ways
    ]
    drawn: Sketch = sketch(placed, layers, border.rings if border else ())
    by_roads = all(circle.by_roads for _, circles in layers for circle in circles)
    return {"drawn": drawn, "by_roads": by_roads}


def _months_of(site: SiteShown, book: Book) -> list[tuple[MonthShown, object]]:
    """Give the published rows that a site stands in, the newest month first."""
    return [(month, row.group) for month in book.months for row in month.rows if site.code in row.site_codes]


def _qr(book: Book, site: SiteShown) -> Markup | None:
    """Draw the code that opens the form for complaints of a site; None where the outside address is unknown.

    Source: ISO/IEC 18004, quiet zone and error correction.
    """
    if not book.office.address:
        return None
    drawing = io.BytesIO()
    segno.make_qr(f"{book.office.address}/voice/{site.code}", error="q", boost_error=False).save(
        drawing, kind="svg", border=4, xmldecl=False, svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(drawing.getvalue().decode())  # noqa: S704 - the drawing is ours
