"""Home of the base form and of the fields of the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import DataRequired, InputRequired

from app.errors import DomainError
from app.money import format_yuan, parse_yuan
from app.web.language import say


class Form(FlaskForm):
    """What every posted form shares: its token, and showing a refusal beside the field it belongs to."""

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


def needed(message: str | None = None) -> InputRequired:
    """Ask for an answer that may be zero or false, but not missing."""
    return InputRequired(message or _l("Please fill this in."))


def needed_text(message: str | None = None) -> DataRequired:
    """Ask for a text that is more than spaces."""
    return DataRequired(message or _l("Please fill this in."))
