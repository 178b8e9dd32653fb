"""Home of the form that writes down what is known of days: weather, school holidays, events."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length

from app.oversight.rules.outlook import NoteKind
from app.oversight.service.forecast import NewNote
from app.web.form import Form, needed, needed_text
from app.web.language import say


class NoteForm(Form):
    """What is known of some days."""

    kind = SelectField(_l("What it is"), choices=[], validators=[needed_text()])
    first_on = DateField(_l("First day"), validators=[needed()])
    last_on = DateField(_l("Last day"), validators=[needed()])
    words = StringField(_l("Note"), validators=[Length(max=80, message=_l("At most 80 characters."))])

    def offer(self) -> None:
        """Offer the kinds in the reader's language."""
        self.kind.choices = [(kind.value, say(kind.label)) for kind in NoteKind]

    def note(self) -> NewNote:
        """Give what was filled in."""
        return NewNote(
            NoteKind(self.kind.data),
            self.first_on.data,
            self.last_on.data,
            " ".join((self.words.data or "").split()),
        )
