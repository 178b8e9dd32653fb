"""Home of the forms on when a site is open and what it cooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, SelectMultipleField, StringField, TextAreaField, TimeField
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.canteens.rules import (
    WEEKDAYS,
    ClosureReason,
    Dish,
    NewClosure,
    OpenSpan,
    Sitting,
    dishes_read,
    dishes_written,
)
from app.canteens.rules.opening import LONGEST_WORDS, telephone
from app.errors import DomainError
from app.sheet.cells import line_of_text
from app.web.form import Form, needed
from app.web.language import say
from app.web.read_field import ReadField

_LONGEST_ADDRESS = 160
_MOST_WRITTEN = 3000


class DoorForm(Form):
    """How a site is found; everybody may read it."""

    address = ReadField(
        _l("Address for visitors"),
        line_of_text(max_length=_LONGEST_ADDRESS),
        description=_l("Street and number, and how one gets in"),
    )
    telephone = ReadField(
        _l("Telephone for visitors"),
        telephone,
        description=_l("The site’s own number, nobody’s private one: everybody can read it"),
    )


class HoursForm(Form):
    """From when until when a sitting is served on some weekdays."""

    sitting = SelectField(_l("Sitting"), choices=[])
    weekdays = SelectMultipleField(
        _l("Weekdays"),
        coerce=int,
        choices=[],
        default=list(range(7)),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )
    opens = TimeField(
        _l("Served from"), description=_l("Both empty: not served on these days"), validators=[Optional()]
    )
    closes = TimeField(_l("Served until"), validators=[Optional()])
    from_on = DateField(_l("From which day"), description=_l("Empty: from today"), validators=[Optional()])

    def offer(self) -> None:
        """Offer sittings and weekdays in the reader's language."""
        self.sitting.choices = [(each.value, say(each.label)) for each in Sitting]
        self.weekdays.choices = [(place, say(label)) for place, label in enumerate(WEEKDAYS)]

    @property
    def span(self) -> OpenSpan | None:
        """Give the hours that were filled in; None: not served.

        Raises: DomainError when they are no hours of a day.
        """
        if self.opens.data is None and self.closes.data is None:
            return None
        return OpenSpan(_seconds(self.opens.data), _seconds(self.closes.data))


def _seconds(clock_time: time | None) -> int:
    return 0 if clock_time is None else clock_time.hour * 3600 + clock_time.minute * 60


class ClosureForm(Form):
    """Some days on which the site, or several, stay shut."""

    which = SelectField(_l("Which sites stay shut"), choices=[])
    first_on = DateField(_l("First day"), validators=[needed()])
    last_on = DateField(_l("Last day"), validators=[needed()])
    reason = SelectField(_l("Reason"), choices=[])
    words = StringField(
        _l("In a few words"),
        description=_l("Everybody can read it: name nobody"),
        validators=[Length(max=LONGEST_WORDS, message=_l("At most 80 characters."))],
    )

    def offer(self, which: Sequence[tuple[str, str]]) -> None:
        """Offer the sites that the viewer may speak for, and the reasons."""
        self.which.choices = list(which)
        self.reason.choices = [(each.value, say(each.label)) for each in ClosureReason]

    def closure(self) -> NewClosure:
        """Give what was filled in.

        Raises: DomainError for what cannot be.
        """
        return NewClosure(
            self.first_on.data,
            self.last_on.data,
            ClosureReason(self.reason.data),
            " ".join((self.words.data or "").split()),
        )


class MenuForm(Form):
    """What a site cooks on a day: for each sitting a dish a line."""

    breakfast = TextAreaField(validators=[Length(max=_MOST_WRITTEN)])
    lunch = TextAreaField(validators=[Length(max=_MOST_WRITTEN)])
    dinner = TextAreaField(validators=[Length(max=_MOST_WRITTEN)])

    def name_sittings(self) -> None:
        """Name the fields in the reader's language."""
        for sitting in Sitting:
            self[sitting.value].label.text = say(sitting.label)

    def show(self, menu: Mapping[tuple[date, Sitting], Sequence[Dish]], day: date) -> None:
        """Fill in what stands."""
        for sitting in Sitting:
            self[sitting.value].data = dishes_written(menu.get((day, sitting), ()))

    def menu(self) -> dict[Sitting, tuple[Dish, ...]]:
        """Give what was written.

        Raises: DomainError at the sitting whose line cannot be read.
        """
        found = {}
        for sitting in Sitting:
            try:
                found[sitting] = dishes_read(self[sitting.value].data or "")
            except DomainError as error:
                raise DomainError(error.message, field=sitting.value) from error
        return found
