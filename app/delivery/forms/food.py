"""Home of the forms of the log of hot meals."""

from __future__ import annotations

from datetime import time

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, StringField, TimeField
from wtforms.validators import Length, NumberRange, Optional

from app.delivery.rules.food import BOILING_DEGREES, LONGEST_WORDS, SAMPLE_GRAMS
from app.errors import DomainError
from app.text import text
from app.web.form import Form, needed, needed_text


class CookedForm(Form):
    """When a batch was cooked: a time, or nothing for right now; `batch` names one that is put right."""

    cooked = TimeField(_l("Time of cooking"), validators=[Optional()])
    batch = HiddenField()
    deed = HiddenField()

    @property
    def numbered(self) -> int | None:
        """Give the batch that is put right; None for another one, and nought for what is no number."""
        written = str(self.batch.data or "")
        if not written:
            return None
        return int(written) if written.isascii() and written.isdigit() and len(written) == 1 else 0

    def seconds(self, now: int) -> int | None:
        """Give the second of the day, `now` for right now; None to take a batch back.

        Raises: DomainError without a time.
        """
        if self.deed.data == "now":
            return now
        if self.deed.data == "back":
            return None
        at: time | None = self.cooked.data
        if at is None:
            raise DomainError(text("Write a time, or press “Cooked just now”."), field="cooked")
        return at.hour * 3600 + at.minute * 60


class TemperatureForm(Form):
    """How hot a run was loaded."""

    degrees = IntegerField(_l("Temperature in °C"), validators=[needed(), NumberRange(0, BOILING_DEGREES)])
    note = StringField(_l("Note"), validators=[Length(max=LONGEST_WORDS)])


class SampleForm(Form):
    """What was kept of one dish."""

    dish = StringField(_l("Dish"), validators=[needed_text(), Length(max=LONGEST_WORDS)])
    grams = IntegerField(_l("Grams"), default=SAMPLE_GRAMS, validators=[needed(), NumberRange(1, 5000)])
