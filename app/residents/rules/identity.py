"""Home of the identity number (居民身份证号): what it must look like, and what it says about the person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.residents.rules.facts import age_on
from app.sheet.cells import Unreadable, half_width, refuse_excel_number, shown
from app.text import Text, text

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_MARKS = re.compile(r"[\s\-'’\u200b\u200e\ufeff]")
_NUMBER = re.compile(r"\d{17}[\dX]")
_FIRST_GENERATION = re.compile(r"\d{15}")
_OTHER_DOCUMENT = re.compile(r"[A-Z]{1,3}\d{6,9}(?:\(\w\))?|[A-Z]{3}\d{12}")
_RESIDENCE_PERMITS = ("81", "82", "83")
_DEMO_AREA = "990000"
_OLDEST = 130
_PLACES = 18
_ASK_REVIEW = text("Ask the district to review the document and register the person by hand.")


class Sex(StrEnum):
    """What the identity number says: an odd sequence number is male, an even one female."""

    MALE = "male"
    FEMALE = "female"

    @property
    def label(self) -> Text:
        """Give the sex's name for a screen."""
        return {Sex.MALE: text("male"), Sex.FEMALE: text("female")}[self]


@dataclass(frozen=True, slots=True)
class Identity:
    """A checked identity number of 18 places, and the birth date and sex that it holds.

    Its first six digits say where it was first issued, which is neither registration nor residence.
    """

    number: str
    birth_on: date
    sex: Sex


def identity(written: str) -> Identity:
    """Read an identity number as people write it.

    Full-width digits, blanks, hyphens and a small x are forgiven; a card of the first generation (15 digits)
    gets its century and check digit. Any area prefix is taken, since districts were redrawn often.
    Raises: Unreadable, saying which part is wrong; other documents need a review.
    Source: GB 11643-1999.

    >>> identity("11010519491231002x")
    Identity(number='11010519491231002X', birth_on=datetime.date(1949, 12, 31), sex=<Sex.FEMALE: 'female'>)
    >>> identity("110105491231002").number
    '11010519491231002X'
    """
    number = _MARKS.sub("", half_width(written)).upper()
    if not number:
        raise Unreadable(text("The identity number is missing."), text("Fill it in."))
    if _FIRST_GENERATION.fullmatch(number):
        number = number[:6] + "19" + number[6:]
        number += check_digit(number)
    _refuse_other_forms(number, written)
    birth_on = _birth(number)
    if check_digit(number[:17]) != number[17]:
        raise Unreadable(
            text("The identity number is wrong: its last place does not fit the others."), _remedy(number)
        )
    return Identity(number, birth_on, Sex.MALE if int(number[16]) % 2 else Sex.FEMALE)


def ensure_plausible(found: Identity, *, on: date) -> None:
    """Refuse who is not born yet on this day, or older than anybody.

    Raises: Unreadable.
    """
    if found.birth_on > on:
        raise Unreadable(
            text(
                "The identity number is wrong: the birth date {birth} is in the future.", birth=found.birth_on
            ),
            _remedy(found.number),
            field="id_number",
        )
    if age_on(found.birth_on, on) > _OLDEST:
        raise Unreadable(
            text("The identity number is wrong: born {birth}, older than anybody.", birth=found.birth_on),
            _remedy(found.number),
            field="id_number",
        )


def check_digit(first_places: str) -> str:
    """Compute the last place of an identity number from its first 17 digits.

    Source: GB 11643-1999 (ISO 7064, MOD 11-2).

    >>> check_digit("11010519491231002")
    'X'
    """
    total = sum(int(digit) * weight for digit, weight in zip(first_places, _WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def masked_identity(number: str) -> str:
    """Show an identity number as far as a screen may: where it was issued, and its last four places.

    >>> masked_identity("11010519491231002X")
    '110105********002X'
    """
    return f"{number[:6]}********{number[-4:]}"


def _refuse_other_forms(number: str, written: str) -> None:
    refuse_excel_number(number)
    if _NUMBER.fullmatch(number):
        if number.startswith(_RESIDENCE_PERMITS):
            raise Unreadable(
                text("This is a residence permit for Hong Kong, Macao or Taiwan, not an identity card."),
                _ASK_REVIEW,
            )
        if number.startswith("9") and not number.startswith(_DEMO_AREA):
            raise Unreadable(text("This is a foreigner's permanent residence card."), _ASK_REVIEW)
        return
    if _OTHER_DOCUMENT.fullmatch(number):
        raise Unreadable(text("This is a passport or another document, not an identity card."), _ASK_REVIEW)
    if number[:-1].isascii() and number[:-1].isdigit() and len(number) != _PLACES:
        raise Unreadable(
            text("The identity number has {count} places instead of 18.", count=len(number)),
            text("Compare it with the card."),
        )
    raise Unreadable(
        text("“{written}” is not an identity number.", written=shown(written)),
        text("Write 18 places: 17 digits, and a digit or X."),
    )


def _birth(number: str) -> date:
    year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(
            text(
                "The identity number is wrong: {birth} is no day.",
                birth=f"{number[6:10]}-{month:02}-{day:02}",
            ),
            _remedy(number),
        ) from None


def _remedy(number: str) -> Text:
    # Excel keeps 15 digits of a number and writes zeros for the rest.
    if number.endswith("000"):
        return text(
            "Compare it with the card. Excel may have lost its end: format the column as text and type it "
            "again."
        )
    return text("Compare it with the card.")
