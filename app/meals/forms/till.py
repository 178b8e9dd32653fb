"""Home of what is filled in at the till: a price, and one meal."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, StringField, ValidationError
from wtforms.validators import Length

from app import clock
from app.canteens.rules import Sitting
from app.errors import DomainError
from app.meals.rules import DEAREST_MEAL_FEN, Channel, LedgerEntry, made_at
from app.money import format_yuan
from app.roles import Actor
from app.text import text
from app.web.form import Form, YuanField, needed

_OPEN_AT_MOST = timedelta(hours=2)
_CLOCKS_DIFFER = timedelta(minutes=2)


def price_bounds(_form: Form, field: YuanField) -> None:
    """Refuse a price that can only be a slip; an unreadable one has been refused already."""
    if field.data is not None and not 0 <= field.data <= DEAREST_MEAL_FEN:
        raise ValidationError(
            gettext(
                "A meal costs between 0 and %(most)s yuan. Check the price.",
                most=format_yuan(DEAREST_MEAL_FEN),
            )
        )


class PriceForm(Form):
    """Another price for the meal on the counter; asked for with GET, so that nothing is written."""

    class Meta:
        """No token: asking changes nothing."""

        csrf = False

    price = YuanField(_l("Price in yuan"), validators=[needed(_l("Type the price.")), price_bounds])


class MealForm(Form):
    """One meal, as it was shown on the counter when its button was pressed.

    `meal_id` was made when the meal was put on the counter and says when that was: pressed twice, the button
    records one meal.
    """

    meal_id = HiddenField()
    resident_no = HiddenField(validators=[Length(max=32)])
    site = HiddenField()
    sitting = HiddenField()
    channel = HiddenField()
    price = YuanField(_l("Price in yuan"), validators=[needed(_l("Type the price.")), price_bounds])

    def entry(self, site_code: str, *, by: Actor, at: datetime) -> LedgerEntry:
        """Give the meal as a record for the ledger.

        Raises: DomainError when the page was open too long, or was not made by us.
        """
        try:
            meal_id, sitting = UUID(self.meal_id.data), Sitting(self.sitting.data)
            channel = Channel(self.channel.data)
        except (TypeError, ValueError):
            raise DomainError(text("This page cannot be read. Choose the resident again.")) from None
        served_at = made_at(meal_id)
        if served_at is None or not at - _OPEN_AT_MOST <= served_at <= at + _CLOCKS_DIFFER:
            raise DomainError(text("This page was open for too long. Choose the resident again."))
        return LedgerEntry(
            id=meal_id,
            resident_no=self.resident_no.data or "",
            site_code=site_code,
            served_on=clock.on(served_at),
            sitting=sitting,
            channel=channel,
            price_fen=int(self.price.data or 0),
            served_at=served_at,
            recorded_by=by.user_no,
        )


class ReversalForm(Form):
    """Why a meal is undone."""

    reason = StringField(
        _l("Reason"), validators=[needed(_l("Say why the meal is reversed.")), Length(max=200)]
    )
