"""Home of the forms of money: a budget of the year, what a site spent in a month."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l
from wtforms import IntegerField, StringField
from wtforms.validators import Length, NumberRange, ValidationError

from app.oversight.rules.breakeven import CostKind
from app.text import text
from app.web.form import Form, YuanField, needed, needed_text
from app.web.language import say

_MOST_FEN = 10_000_000_000_00


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
