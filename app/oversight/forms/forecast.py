"""Home of the form that writes down what is known of days: weather, school holidays, a closed site."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length

from app.canteens.models import Site
from app.oversight.rules.outlook import NoteKind
from app.oversight.service.forecast import NewNote
from app.web.form import Form, needed, needed_text
from app.web.language import say


class NoteForm(Form):
    """What is known of some days."""

    kind = SelectField(_l("What it is"), choices=[], validators=[needed_text()])
    first_on = DateField(_l("First day"), validators=[needed()])
    last_on = DateField(_l("Last day"), validators=[needed()])
    site_code = SelectField(_l("Site"), description=_l("Only where a site is closed"), choices=[])
    words = StringField(_l("Note"), validators=[Length(max=80, message=_l("At most 80 characters."))])

    def offer(self, sites: Sequence[Site], *, only_closed: bool) -> None:
        """Offer the kinds and the sites that the viewer may speak for."""
        kinds = [NoteKind.CLOSED] if only_closed else list(NoteKind)
        self.kind.choices = [(kind.value, say(kind.label)) for kind in kinds]
        blank = [] if only_closed else [("", "—")]
        self.site_code.choices = [*blank, *((site.site_code, site.name) for site in sites)]

    def note(self) -> NewNote:
        """Give what was filled in."""
        return NewNote(
            NoteKind(self.kind.data),
            self.first_on.data,
            self.last_on.data,
            self.site_code.data or None,
            " ".join((self.words.data or "").split()),
        )
