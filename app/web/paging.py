"""Home of paging: one page of a query, with what a reader needs to turn it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request
from sqlalchemy import Select, func, select

from app.extensions import db

_Row = TypeVar("_Row")
PER_PAGE = 50
MANY = 10_000
"""As many rows as a page that lists what grows without end counts."""


@dataclass(frozen=True, slots=True)
class Page(Generic[_Row]):
    """Some rows of many; `number` counts from 1, and `is_more` tells that there are more than `total`."""

    rows: Sequence[_Row]
    number: int
    total: int
    per_page: int = PER_PAGE
    is_more: bool = False

    @property
    def last(self) -> int:
        """Give the number of the last page, at least 1."""
        return max(1, -(-self.total // self.per_page))


def page_of(
    query: Select[_Row], *, per_page: int = PER_PAGE, most: int | None = None, total: int | None = None
) -> Page[_Row]:
    """Give the page that is asked for (`page=2`, in the address or in a posted search) of a query.

    A number that is none, or beyond the end, gives the nearest page. With `most` no more rows than so many
    are counted and turned through: nobody reads on, and the ledger grows. Whoever has counted already says
    the `total`.
    """
    found = _count(query, most) if total is None else total
    shown = found if most is None else min(found, most)
    number = _asked(shown, per_page)
    rows = db.session.execute(query.limit(per_page).offset((number - 1) * per_page)).scalars().all()
    return Page(rows, number, shown, per_page, is_more=found > shown)


def _count(query: Select[_Row], most: int | None) -> int:
    listed = query.order_by(None) if most is None else query.order_by(None).limit(most + 1)
    return db.session.execute(select(func.count()).select_from(listed.subquery())).scalar_one()


def page_of_rows(rows: Sequence[_Row], *, per_page: int = PER_PAGE) -> Page[_Row]:
    """Give the page that is asked for of rows that are all at hand."""
    number = _asked(len(rows), per_page)
    return Page(rows[(number - 1) * per_page : number * per_page], number, len(rows), per_page)


def _asked(total: int, per_page: int) -> int:
    last = max(1, -(-total // per_page))
    return min(max(request.values.get("page", default=1, type=int), 1), last)
