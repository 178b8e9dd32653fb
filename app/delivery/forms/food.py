"""Home of the forms of the log of hot meals."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import Length, NumberRange

from app.delivery.rules.food import LONGEST_WORDS, SAMPLE_GRAMS
from app.web.form import Form, needed, needed_text


class TemperatureForm(Form):
    """How hot a run was loaded."""

    degrees = IntegerField(_l("Temperature in °C"), validators=[needed(), NumberRange(-20, 110)])
    note = StringField(_l("Note"), validators=[Length(max=LONGEST_WORDS)])


class SampleForm(Form):
    """What was kept of one dish."""

    dish = StringField(_l("Dish"), validators=[needed_text(), Length(max=LONGEST_WORDS)])
    grams = IntegerField(_l("Grams"), default=SAMPLE_GRAMS, validators=[needed(), NumberRange(1, 5000)])
