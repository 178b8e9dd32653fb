"""Home of the base form and of the fields of the house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from werkzeug.datastructures import MultiDict
from wtforms import DateField, StringField
from wtforms.validators import DataRequired, InputRequired

from app.clock import FIRST_DAY, LAST_DAY
from app.errors import DomainError
from app.money import format_yuan, parse_yuan
from app.text import text
from app.web.language import say


class Form(FlaskForm):
    """What every posted form shares: its token, and showing a refusal beside the field it belongs to."""

    class Meta(FlaskForm.Meta):
        """How what was posted is read."""

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:  # noqa: ANN401 - WTForms' signature
            """Read what a page's form posts, and never JSON: none of our pages sends it to a form."""
            is_given = formdata is None or isinstance(formdata, MultiDict)
            return None if not is_given and request.is_json else super().wrap_formdata(form, formdata)

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401 - WTForms' signature
        """Refuse a day as well that nothing here can be about."""
        is_fit = bool(super().validate(extra_validators))
        for field in self:
            if isinstance(field, DateField) and not _is_ours(field.data):
                field.errors = [*field.errors, say(text("This day cannot be meant. Check the year."))]
                is_fit = False
        return is_fit

    def refuse(self, error: DomainError) -> None:
        """Show why the act was refused: at its field, or above the form."""
        message = say(error.message)
        if error.field is not None and error.field in self._fields:
            field = self._fields[error.field]
            field.errors = [*field.errors, message]
        else:
            self.form_errors.append(message)


class EmptyForm(Form):
    """A form with nothing but its token: one button."""


class FileForm(Form):
    """One file to take in."""

    file = FileField(_l("File"), validators=[FileRequired(_l("Choose a file."))])


class YuanField(StringField):
    """An amount typed in yuan; its data is fen."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was typed, refusing what is no amount with a sentence."""
        typed = str(valuelist[0]).strip() if valuelist else ""
        if not typed:
            self.data = None
            return
        try:
            self.data = parse_yuan(typed)
        except DomainError as error:
            self.data = None
            raise ValueError(say(error.message)) from error

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else format_yuan(self.data).replace(",", "")


def _is_ours(day: date | None) -> bool:
    return day is None or FIRST_DAY <= day <= LAST_DAY


def needed(message: str | None = None) -> InputRequired:
    """Ask for an answer that may be zero or false, but not missing."""
    return InputRequired(message or _l("Please fill this in."))


def needed_text(message: str | None = None) -> DataRequired:
    """Ask for a text that is more than spaces."""
    return DataRequired(message or _l("Please fill this in."))
