"""Home of what is asked for when cards are printed: for whom in an area, and which part of them."""

from __future__ import annotations

from enum import StrEnum

from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import NumberRange, Regexp

from app.text import Text, text
from app.web.form import Form


class Group(StrEnum):
    """For whom cards are printed."""

    EATERS = "eaters"
    EVERYONE = "everyone"
    ISSUED_TODAY = "issued_today"

    @property
    def label(self) -> Text:
        """Give the group's name for a screen."""
        return _LABELS[self]


_LABELS = {
    Group.EATERS: text("Who ate at some site in the last four weeks"),
    Group.EVERYONE: text("Everyone who lives here"),
    Group.ISSUED_TODAY: text("Whose card was issued today: print again"),
}


class CardsForm(Form):
    """One file of cards: whose, in which area, and which part of them, counted from 1."""

    area = StringField(validators=[Regexp(r"\d{0,12}\Z")])
    group = SelectField(choices=[each.value for each in Group])
    without_card_only = BooleanField()
    part = IntegerField(default=1, validators=[NumberRange(min=1)])
