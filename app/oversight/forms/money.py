"""Home of the forms of money: a budget of the year, what a site spent in a month."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import Length, NumberRange, Optional, ValidationError

from app.oversight.rules.breakeven import CostKind, WhatIf
from app.text import text
from app.web.form import Form, YuanField, needed, needed_text
from app.web.language import say

_MOST_FEN = 10_000_000_000_00
_MOST_DEARER_FEN = 100_00
_MOST_PER_CENT = 1000


def _amount(_form: Form, field: YuanField) -> None:
    if field.data is not None and not 0 <= field.data <= _MOST_FEN:
        raise ValidationError(say(text("Write an amount of nought or more, below ten billion yuan.")))


def _something(_form: Form, field: YuanField) -> None:
    if field.data == 0:
        raise ValidationError(say(text("Write an amount above nought.")))


class BudgetForm(Form):
    """What may be spent out of a fund in a year."""

    year = IntegerField(_l("Year"), validators=[needed(), NumberRange(2000, 2199, _l("Write a year."))])
    fund = StringField(
        _l("Fund"),
        description=_l("As statements call it, such as 一般公共预算"),
        validators=[needed_text(), Length(max=120, message=_l("At most 120 characters."))],
    )
    amount_fen = YuanField(_l("Amount (yuan)"), validators=[needed(), _amount, _something])

    def fen(self) -> int:
        """Give the amount."""
        return int(self.amount_fen.data or 0)


def _a_price(_form: Form, field: YuanField) -> None:
    if field.data is not None and abs(field.data) > _MOST_DEARER_FEN:
        raise ValidationError(say(text("No meal becomes more than 100 yuan dearer or cheaper.")))


class WhatIfForm(Form):
    """What would be other: the price, how many meals, the award. It is kept nowhere."""

    class Meta(Form.Meta):
        """Nothing is changed by asking, so there is no token."""

        csrf = False

    price = YuanField(
        _l("A meal costs so much more (yuan)"),
        description=_l("Less than now: with a minus, such as -1.50"),
        validators=[Optional(), _a_price],
    )
    meals = IntegerField(
        _l("Meals, in per cent of now"),
        default=100,
        validators=[
            needed(),
            NumberRange(0, _MOST_PER_CENT, _l("Write from 0 to 1000 per cent.")),
        ],
    )
    award = YuanField(
        _l("Award of the year (yuan)"),
        description=_l("Of each canteen. Empty: as it is"),
        validators=[Optional(), _amount],
    )

    def tried(self) -> WhatIf:
        """Give what is to be tried."""
        return WhatIf(self.price.data or 0, int(self.meals.data or 0), self.award.data)


class CostsForm(Form):
    """What a site spent in a month."""

    food = YuanField(_l("food"), validators=[needed(), _amount])
    staff = YuanField(_l("staff"), validators=[needed(), _amount])
    rent = YuanField(_l("rent"), validators=[needed(), _amount])
    energy = YuanField(_l("energy"), validators=[needed(), _amount])
    other = YuanField(_l("other costs"), validators=[needed(), _amount])

    def show(self, costs: Mapping[CostKind, int]) -> None:
        """Begin with what stands there."""
        for kind in CostKind:
            self[kind.value].data = costs.get(kind)

    def costs(self) -> dict[CostKind, int]:
        """Give what was filled in."""
        return {kind: self[kind.value].data for kind in CostKind}
