"""Home of the fields that a policy is typed into; what they take is what its document takes."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, SelectMultipleField, StringField, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.money import format_yuan
from app.subsidy.rules.yaml_values import AREA_CODE, MOST_FEN, PERCENT
from app.text import text
from app.web.form import Form, YuanField
from app.web.language import say


class NameField(StringField):
    """A short text on one line; spaces in a row become one."""

    def __init__(self, label: str, *, longest: int, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Keep how long it may be."""
        super().__init__(label, **kwargs)
        self.longest = longest

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was typed."""
        self.data = " ".join(str(valuelist[0]).split()) if valuelist else ""
        if len(self.data) > self.longest or not self.data.isprintable():
            raise ValueError(say(text("Write at most {longest} characters.", longest=self.longest)))

    def _value(self) -> str:
        return str(self.raw_data[0] if self.raw_data else self.data or "")


class WholeField(IntegerField):
    """A whole number between two bounds; left empty it is None."""

    def __init__(self, label: str, *, least: int, most: int, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Keep the bounds."""
        super().__init__(label, render_kw={"inputmode": "numeric", "type": "text"}, **kwargs)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was typed, refusing what is no number within the bounds."""
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        number = int(typed) if typed.isdecimal() and len(typed) < _TOO_LONG else -1
        if not self.least <= number <= self.most:
            raise ValueError(
                say(
                    text(
                        "Write a whole number from {least} to {most}.",
                        least=self.least,
                        most=f"{self.most:,}",
                    )
                )
            )
        self.data = number


_TOO_LONG = 10


class PercentField(StringField):
    """A percentage above 0 and up to 100; left empty it is None."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was typed, refusing what is no percentage."""
        typed = str(valuelist[0]).strip().rstrip("%％").strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        share = Decimal(typed) if PERCENT.fullmatch(typed) else Decimal(0)
        if not 0 < share <= 100:  # noqa: PLR2004 - the whole is a hundred percent
            raise ValueError(
                say(
                    text("Write a number above 0 and up to 100, with at most four decimals, like 25 or 12.5.")
                )
            )
        self.data = share

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data.normalize():f}"


class ChoicesField(SelectMultipleField):
    """Any number of choices, each a box to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def an_amount(least: int = 0) -> Any:  # noqa: ANN401 - a WTForms validator
    """Refuse an amount outside what a policy may say."""

    def check(_form: Form, field: YuanField) -> None:
        if field.data is not None and not least <= field.data <= MOST_FEN:
            message = text(
                "Write an amount from {least} to {most} yuan.",
                least=format_yuan(least),
                most=format_yuan(MOST_FEN),
            )
            raise ValidationError(say(message))

    return check


def an_area(_form: Form, field: StringField) -> None:
    """Refuse what is no official code."""
    if not AREA_CODE.fullmatch(field.data or ""):
        raise ValidationError(str(_l("Write the official code of 2, 4, 6, 9 or 12 digits, like 430103.")))
