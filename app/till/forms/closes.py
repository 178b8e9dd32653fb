"""Home of what is filled in about closed sittings: which day, and a sitting closed at the desk."""

from __future__ import annotations

from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, PasswordField, StringField
from wtforms.validators import Length
from wtforms.widgets import HiddenInput

from app.errors import DomainError
from app.text import text
from app.till.queries import TillSitting
from app.till.service import DeskClose
from app.web.form import Form, YuanField, needed


class DeskCloseForm(Form):
    """The cash that was counted at the desk; `expected_fen` is what the page showed."""

    close_id = HiddenField(validators=[needed()])
    expected_fen = IntegerField(validators=[needed()], widget=HiddenInput())
    counted = YuanField(
        _l("Cash counted, in yuan"), validators=[needed(_l("Count the cash and type the amount."))]
    )
    reason = StringField(
        _l("Reason, if it differs"),
        description=_l("For example: change given wrongly, a meal not paid"),
        validators=[Length(max=200)],
    )
    pin = PasswordField(
        _l("Your PIN, to sign"),
        description=_l("Without it the closing is kept, unsigned"),
        validators=[Length(max=6)],
    )

    def close_of(self, till: TillSitting) -> DeskClose:
        """Give the close as it was filled in.

        Raises: DomainError when the page was not made by us.
        """
        try:
            close_id = UUID(self.close_id.data)
        except ValueError:
            raise DomainError(text("This page cannot be read. Open it again.")) from None
        return DeskClose(
            id=close_id,
            site_code=till.site_code,
            served_on=till.served_on,
            sitting=till.sitting,
            expected_fen=int(self.expected_fen.data or 0),
            counted_fen=int(self.counted.data or 0),
            reason=self.reason.data or "",
            pin=self.pin.data or "",
        )
