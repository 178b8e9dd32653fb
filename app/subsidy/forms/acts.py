"""Home of the forms of what is done with a draft."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField
from wtforms.validators import Length

from app.web.form import Form, needed_text


class SeenForm(Form):
    """One button, with the version of the draft that was on the page."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """Give the version; 0, which no draft has, for what is none."""
        written = str(self.version.data or "")
        return int(written) if written.isdecimal() and len(written) < _TOO_LONG else 0


_TOO_LONG = 10


class ReturnForm(SeenForm):
    """Why a draft is given back."""

    reason = StringField(
        _l("What should be changed"),
        validators=[
            needed_text(_l("Say what should be changed.")),
            Length(max=200, message=_l("At most 200 characters.")),
        ],
    )
