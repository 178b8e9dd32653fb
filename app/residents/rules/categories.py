"""Home of dated categories: which are sound, which exclude each other, and how a file writes them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from itertools import pairwise

from app.residents.rules.facts import Category, CategoryPeriod
from app.sheet.cells import Unreadable, choice, day, half_width, shown
from app.text import Text, text

_PERIOD = re.compile(
    r"(?P<code>[^:@/]+)(?::(?P<grade>[^:@/]+))?@(?P<from_on>[^:@/]+)(?:/(?P<until_on>[^:@/]+))?"
)
_category = choice(Category)


def period(
    category: Category, grade: str | None, from_on: date, until_on: date | None = None
) -> CategoryPeriod:
    """Give a category held over some days, once it is sound.

    Raises: Unreadable for a grade that is missing, unknown or not due, and for an end before the beginning.

    >>> period(Category.DISABLED, "2", date(2023, 5, 1)).grade
    '2'
    """
    if category.grades and grade not in category.grades:
        raise Unreadable(
            text("“{category}” needs its grade.", category=category.label),
            text("Write one of: {grades}.", grades=", ".join(category.grades)),
            field="grade",
        )
    if grade is not None and not category.grades:
        raise Unreadable(
            text("“{category}” has no grades.", category=category.label),
            text("Leave the grade out."),
            field="grade",
        )
    if until_on is not None and until_on <= from_on:
        raise Unreadable(
            text(
                "“{category}” ends on {until_on}, not after it begins on {from_on}.",
                category=category.label,
                until_on=until_on,
                from_on=from_on,
            ),
            text("The end is the first day on which it no longer holds."),
            field="until_on",
        )
    return CategoryPeriod(category, grade, from_on, until_on)


def ensure_apart(periods: Iterable[CategoryPeriod]) -> None:
    """Refuse one category held twice on one day.

    Raises: Unreadable.
    """
    ordered = sorted(periods, key=lambda held: (held.category, held.from_on))
    for earlier, later in pairwise(ordered):
        if earlier.category is later.category and (
            earlier.until_on is None or later.from_on < earlier.until_on
        ):
            raise Unreadable(
                text(
                    "“{category}” from {later} overlaps the one from {earlier}.",
                    category=later.category.label,
                    later=later.from_on,
                    earlier=earlier.from_on,
                ),
                text("End the earlier one first."),
                field="from_on",
            )


def categories(written: str) -> tuple[CategoryPeriod, ...]:
    """Read what a file says: `code[:grade]@from[/until]`, separated by semicolons; `until` is exclusive.

    Raises: Unreadable, naming the part that is wrong.

    >>> found = categories("living_alone@2024-01-01; disabled:2@2023-05-01/2026-06-30")
    >>> [held.category.value for held in found]
    ['disabled', 'living_alone']
    """
    parts = [part.strip() for part in half_width(written).split(";")]
    periods = sorted(
        (_period(part) for part in parts if part), key=lambda held: (held.from_on, held.category)
    )
    ensure_apart(periods)
    return tuple(periods)


def _period(part: str) -> CategoryPeriod:
    match = _PERIOD.fullmatch(part)
    if match is None:
        raise Unreadable(
            text("“{written}” is not written as a category.", written=shown(part)),
            text("Write code[:grade]@from[/until], like disabled:2@2023-05-01/2026-06-30."),
        )
    until_on = match["until_on"]
    return period(
        _category(match["code"]),
        match["grade"].strip().lower() if match["grade"] else None,
        day(match["from_on"]),
        None if until_on is None else day(until_on),
    )


def grade_label(grade: str) -> Text:
    """Give a grade's name for a screen.

    >>> str(grade_label("2")), str(grade_label("severe"))
    ('grade 2', 'severe')
    """
    return _GRADE_LABELS[grade]


_GRADE_LABELS = {
    "1": text("grade 1"),
    "2": text("grade 2"),
    "3": text("grade 3"),
    "4": text("grade 4"),
    "light": text("light"),
    "moderate": text("moderate"),
    "severe": text("severe"),
    "total": text("total"),
}


def written_categories(periods: Iterable[CategoryPeriod]) -> str:
    """Write categories as a file has them.

    >>> written_categories(categories("disabled:2@2023-05-01/2026-06-30;living_alone@2024-01-01"))
    'disabled:2@2023-05-01/2026-06-30;living_alone@2024-01-01'
    """
    return ";".join(
        f"{held.category}{f':{held.grade}' if held.grade else ''}@{held.from_on}"
        f"{f'/{held.until_on}' if held.until_on else ''}"
        for held in periods
    )
