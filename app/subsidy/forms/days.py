"""Home of the form of a day of the calendar."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField
from wtforms.validators import Length

from app.web.form import Form, needed

HOLIDAY, WORKED = "holiday", "worked"


class DayForm(Form):
    """A day that is not what its weekday says."""

    on = DateField(_l("Day"), validators=[needed()])
    kind = RadioField(_l("What it is"), choices=[], default=HOLIDAY)
    note = StringField(
        _l("Note"),
        description=_l("Such as the name of the holiday"),
        validators=[Length(max=64, message=_l("At most 64 characters."))],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Offer the two kinds in the reader's language."""
        super().__init__(*args, **kwargs)
        self.kind.choices = [(HOLIDAY, str(_l("Holiday"))), (WORKED, str(_l("Worked weekend day")))]

    @property
    def is_workday(self) -> bool:
        """Tell whether the day is worked."""
        return bool(self.kind.data == WORKED)
