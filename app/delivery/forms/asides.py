"""Home of the form that puts a report right which was kept apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TimeField
from wtforms.validators import Length, Optional

from app.delivery.rules.asides import AsideDraft
from app.delivery.rules.proof import LONGEST_NOTE, Outcome, second_of
from app.delivery.service.asides import Mended
from app.web.form import Form, needed_text
from app.web.language import say


class MendForm(Form):
    """A report as it ought to be: which stop, what became of it, and when."""

    stop = SelectField(_l("Stop"), choices=[], validators=[needed_text(_l("Choose the stop."))])
    outcome = SelectField(
        _l("What became of it"), choices=[], validators=[needed_text(_l("Choose what became of it."))]
    )
    at = TimeField(_l("At"), description=_l("Empty: the planned minute"), validators=[Optional()])
    note = StringField(_l("Note"), validators=[Length(max=LONGEST_NOTE)])

    def offer(self, stops: Sequence[tuple[str, str]]) -> None:
        """Offer the stops that may be meant, and the outcomes in the reader's language."""
        self.stop.choices = [("", "—"), *stops]
        self.outcome.choices = [("", "—"), *((each.value, say(each.label)) for each in Outcome)]

    @classmethod
    def of(cls, draft: AsideDraft) -> MendForm:
        """Give the form as it begins: with what can be read of the report."""
        seconds = second_of(draft.happened_at) if draft.happened_at is not None else None
        return cls(
            formdata=None,
            stop=f"{draft.run_id}:{draft.position}",
            outcome=draft.outcome.value if draft.outcome is not None else "",
            at=None if seconds is None else time(seconds // 3600, seconds % 3600 // 60),
            note=draft.note,
        )

    def mended(self) -> Mended:
        """Give what was filled in."""
        run_id, position = (int(part) for part in self.stop.data.split(":"))
        seconds = self.at.data.hour * 3600 + self.at.data.minute * 60 if self.at.data else None
        return Mended(run_id, position, Outcome(self.outcome.data), seconds, (self.note.data or "").strip())
