"""Home of the forms on donations that a person fills in on a screen."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, TextAreaField
from wtforms.validators import ValidationError

from app.areas import queries as areas
from app.areas.rules import Level
from app.donations.forms.file import DONOR, RECEIPT_NO
from app.donations.models import CharityFund
from app.donations.rules.records import DonationRecord, FundRecord
from app.roles import Scope
from app.sheet.cells import day, line_of_text
from app.text import text
from app.web.form import Form, YuanField, needed, needed_text
from app.web.language import say
from app.web.read_field import ReadField

_TAKE_BACK, _ADD = "take_back", "add"


class FundForm(Form):
    """A charity fund, as it is opened."""

    name = ReadField(_l("Name of the fund"), line_of_text(max_length=60), validators=[needed()])
    area = SelectField(_l("For meals in"), description=_l("It stays for good"))
    purpose = ReadField(
        _l("Purpose"), line_of_text(max_length=200), validators=[needed()], description=_l("Donors read it")
    )

    def offer(self, scope: Scope, prefix: str) -> None:
        """Offer the viewer's whole area, and the streets in it."""
        places = [area for area in areas.areas_under(prefix) if area.level in (Level.DISTRICT, Level.STREET)]
        named = [(area.code, area.short_name) for area in places if scope.covers(area.code)]
        whole = [] if any(code == prefix for code, _ in named) else [(prefix, prefix)]
        self.area.choices = [*whole, *named]

    def record(self) -> FundRecord:
        """Give what was filled in."""
        return FundRecord(self.name.data, self.area.data, self.purpose.data)


class DonationForm(Form):
    """A donation, as it is written down from its receipt."""

    fund = SelectField(_l("Charity fund"), validators=[needed()])
    receipt_no = ReadField(_l("Receipt number"), RECEIPT_NO, validators=[needed()])
    received_on = ReadField(_l("Received on"), day, validators=[needed()])
    amount_fen = YuanField(_l("Amount (yuan)"), validators=[needed()])
    donor = ReadField(_l("Donor"), DONOR, description=_l("Leave it empty for whoever stays unnamed"))
    is_public = BooleanField(_l("The donor agreed to be named in public"))

    def offer(self, funds: Sequence[CharityFund]) -> None:
        """Offer the funds that the viewer may write to."""
        choose = say(text("Please choose"))
        self.fund.choices = [("", choose), *((str(fund.id), fund.name) for fund in funds)]

    def record(self) -> DonationRecord:
        """Give what was filled in.

        Raises: Unreadable when parts of it do not go together.
        """
        return DonationRecord(
            self.fund.data,
            self.received_on.data,
            self.amount_fen.data or 0,
            self.receipt_no.data,
            self.donor.data or "",
            self.is_public.data,
        )


class CorrectionForm(Form):
    """What puts a donation right: an amount to take back or to add, and why."""

    direction = SelectField(_l("What is wrong"))
    amount = YuanField(_l("Amount (yuan)"), validators=[needed()])
    reason = TextAreaField(_l("Reason"), validators=[needed_text()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the two directions in the reader's language."""
        super().__init__(*args, **kwargs)
        self.direction.choices = [
            (_TAKE_BACK, say(text("Too much was written down, or it was returned"))),
            (_ADD, say(text("Too little was written down"))),
        ]

    def validate_amount(self, field: YuanField) -> None:
        """Refuse a sign: the direction says it."""
        if field.data is not None and field.data <= 0:
            raise ValidationError(
                say(text("Write an amount above 0; the line above says which way it goes."))
            )

    def signed_fen(self) -> int:
        """Give the amount with its sign."""
        fen: int = self.amount.data or 0
        return -fen if self.direction.data == _TAKE_BACK else fen


class RefusalForm(Form):
    """Why an entry that waits is refused."""

    reason = TextAreaField(_l("Reason"), validators=[needed_text()])
