"""Home of the folder of public pages: plain files, written beside and then put in place."""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from app.canteens.rules import WEEKDAYS
from app.disclosure.rules.addresses import CHINESE, ENGLISH, Kind, Page, way_to
from app.disclosure.rules.maps import Way
from app.disclosure.service.book import Book, SiteShown
from app.disclosure.service.writing import Around, written
from app.errors import DomainError
from app.text import text

FORMAT = "meal-circle-public/1"
STATIC = ("public.css", "icon.svg")
"""What pages need beside themselves."""

_MARK = "data/sites.json"
_BOM = "\ufeff"


def pages_of(book: Book) -> Iterator[Page]:
    """Give every public page of a day."""
    for language in (CHINESE, ENGLISH):
        for kind in (Kind.OVERVIEW, Kind.MONTHS, Kind.POLICY):
            yield Page(kind, language=language)
        for month in book.months:
            yield Page(Kind.MONTH, month.month, language)
        for site in book.sites:
            yield Page(Kind.SITE, site.code, language)
            yield Page(Kind.POSTER, site.code, language)


def data_file(address: str, book: Book) -> bytes | None:
    """Write a file that machines read; None where there is no such file."""
    writers = {_MARK: _sites_json, "data/sites.csv": _sites_csv, "data/menus.csv": _menus_csv}
    writers |= {"data/amounts.csv": _amounts_csv}
    write = writers.get(address)
    return None if write is None else write(book).encode()


DATA = (_MARK, "data/sites.csv", "data/menus.csv", "data/amounts.csv")


def files_of(book: Book) -> Iterator[tuple[str, bytes]]:
    """Give every file of the folder by its address; the same book gives the same bytes."""
    outside = book.office.address
    for page in pages_of(book):
        here = page.address

        def link(address: str, here: str = here) -> str:
            return way_to(address, here=here)

        def complaint(site_code: str) -> str:
            return f"{outside}/voice/{site_code}" if site_code else f"{outside}/voice"

        content = written(page, book, Around(link, complaint=complaint if outside else None))
        if content is not None:
            yield page.address, content.encode()
    for name in STATIC:
        yield name, (files("app") / "static" / name).read_bytes()
    for address in DATA:
        content_of_data = data_file(address, book)
        if content_of_data is not None:
            yield address, content_of_data


def export_folder(book: Book, folder: Path) -> int:
    """Write the folder of public pages and put it in place of the one before; give how many files it has.

    It is written beside first: nobody ever sees half of it. A folder that holds anything else is refused.
    Raises: DomainError.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).is_file():
        raise DomainError(
            text("{folder} holds other files. Name a new folder, or one that was exported.", folder=folder),
            field="folder",
        )
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    count = 0
    try:
        new = beside / "new"
        for address, content in files_of(book):
            target = new / address
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            count += 1
        if folder.exists():
            folder.rename(beside / "old")
        new.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return count


def _sites_json(book: Book) -> str:
    office = {
        "name": book.office.name,
        "complaint_phone": book.office.phone,
        "district": book.office.district,
    }
    document = {
        "format": FORMAT,
        "on": book.on.isoformat(),
        "office": office,
        "datum": "wgs84",
        "sites": [_site_json(site) for site in book.sites],
        "months": [month.month for month in book.months],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _site_json(shown: SiteShown) -> dict[str, object]:
    site = shown.site
    return {
        "site_code": site.site_code,
        "name": site.name,
        "kind": site.kind.value,
        "area_code": site.area_code,
        "address": site.address,
        "telephone": site.telephone,
        "lat": site.latitude,
        "lon": site.longitude,
        "prices_fen": {sitting.value: fen for sitting, fen in shown.prices.items()},
        "hours": [
            {
                "weekday": day + 1,
                "sitting": sitting.value,
                "opens": _clock(span[0]),
                "closes": _clock(span[1]),
            }
            for day in range(len(WEEKDAYS))
            for sitting, span in sorted(
                (sitting, (span.opens_seconds, span.closes_seconds))
                for (weekday, sitting), span in shown.week.items()
                if weekday == day
            )
        ],
        "closures": [
            {
                "first_on": each.first_on.isoformat(),
                "last_on": each.last_on.isoformat(),
                "reason": each.reason.value,
                "words": each.words,
            }
            for each in shown.closures
        ],
        "circles": {
            way.value: {
                "by": "roads" if shown.circles[way].by_roads else "estimate",
                "rings": shown.circles[way].rings,
            }
            for way in Way
            if way in shown.circles
        },
    }


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def _sites_csv(book: Book) -> str:
    header = ("site_code", "name", "kind", "address", "telephone", "lat", "lon", "datum")
    rows = [
        (
            each.code,
            each.site.name,
            each.site.kind.value,
            each.site.address,
            each.site.telephone,
            each.site.latitude,
            each.site.longitude,
            "wgs84",
        )
        for each in book.sites
    ]
    return _csv(header, rows)


def _menus_csv(book: Book) -> str:
    rows = [
        (site.code, day.isoformat(), sitting.value, dish.name, dish.price_fen, " ".join(dish.marks))
        for site in book.sites
        for (day, sitting), dishes in sorted(site.menu.items())
        for dish in dishes
    ]
    return _csv(("site_code", "served_on", "sitting", "dish", "price_fen", "marks"), rows)


def _amounts_csv(book: Book) -> str:
    names = ("persons", "meals", "subsidised_meals")
    amounts = ("price_fen", "resident_fen", "operator_fen", "government_fen", "charity_fen")
    rows = [
        (
            month.month,
            " ".join(row.site_codes),
            *(getattr(row, name) for name in (*names, *amounts)),
        )
        for month in book.months
        for row in month.rows
    ]
    return _csv(("month", "site_codes", *names, *amounts), rows)


def _csv(header: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    target = io.StringIO()
    csv.writer(target).writerows([header, *rows])
    return _BOM + target.getvalue()
