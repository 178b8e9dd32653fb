"""Home of the form on a visit."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField
from wtforms.validators import Length

from app.care.rules.visits import LONGEST_NOTE, Finding, NewVisit, VisitWay
from app.web.form import Form, needed
from app.web.language import say


class VisitForm(Form):
    """A visit: the day, the way, and what was found."""

    visited_on = DateField(_l("Day"), validators=[needed()])
    way = RadioField(_l("How one visited"), choices=[], validators=[needed(_l("Choose how."))])
    finding = RadioField(
        _l("How it was there"), choices=[], validators=[needed(_l("Choose what was found."))]
    )
    note = StringField(
        _l("Note"),
        description=_l("What is needed, what was done; no illnesses"),
        validators=[Length(max=LONGEST_NOTE)],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer ways and findings in the reader's language."""
        super().__init__(*args, **kwargs)
        self.way.choices = [(each.value, say(each.label)) for each in VisitWay]
        self.finding.choices = [(each.value, say(each.label)) for each in Finding]

    def visit(self) -> NewVisit:
        """Give what was filled in."""
        return NewVisit(
            self.visited_on.data, VisitWay(self.way.data), Finding(self.finding.data), self.note.data or ""
        )
