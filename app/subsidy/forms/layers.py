"""Home of the form of one layer: who pays out of which fund, where, and at which rates."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, SelectField, ValidationError

from app.subsidy.forms.fields import NameField
from app.subsidy.forms.rates import RateForm
from app.subsidy.rules import Combine, Layer, Venue
from app.subsidy.rules.document import NOT_GOVERNMENT
from app.subsidy.rules.wording import GOVERNMENT_PAYERS, payer_label
from app.text import text
from app.web.form import Form, needed_text
from app.web.language import say

_ANOTHER = ""


class LayerForm(Form):
    """One payer's part."""

    class Meta:
        """No token of its own: the form around it has one."""

        csrf = False

    payer = SelectField(_l("Who pays"), default="district")
    payer_name = NameField(_l("Name of another payer"), longest=64)
    fund = NameField(_l("Out of which fund"), longest=120, validators=[needed_text()])
    venue = SelectField(_l("For meals"))
    combine = SelectField(_l("When several rates apply"))
    rates = FieldList(FormField(RateForm), min_entries=1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Offer payers, venues and ways of combining in the reader's language."""
        super().__init__(*args, **kwargs)
        self.payer.choices = [
            *((payer, say(payer_label(payer))) for payer in GOVERNMENT_PAYERS),
            (_ANOTHER, str(_l("another payer, named beside"))),
        ]
        self.venue.choices = [(each.value, say(each.label)) for each in Venue]
        self.combine.choices = [(each.value, say(each.label)) for each in Combine]

    @classmethod
    def data_of(cls, layer: Layer) -> dict[str, Any]:
        """Give what the form shows for a layer."""
        is_known = layer.payer in GOVERNMENT_PAYERS
        return {
            "payer": layer.payer if is_known else _ANOTHER,
            "payer_name": "" if is_known else layer.payer,
            "fund": layer.fund,
            "venue": layer.venue.value,
            "combine": layer.combine.value,
            "rates": [RateForm.data_of(rate) for rate in layer.rates],
        }

    def validate_payer_name(self, field: NameField) -> None:
        """Ask for a name only where no known payer is chosen."""
        if self.payer.data != _ANOTHER:
            if field.data:
                raise ValidationError(say(text("Choose “another payer” beside, or leave this empty.")))
            return
        if not field.data:
            raise ValidationError(say(text("Write who pays, or choose a payer beside.")))
        if field.data in NOT_GOVERNMENT:
            raise ValidationError(
                say(text("Layers are the government's; “{payer}” has a part of its own.", payer=field.data))
            )

    @property
    def layer(self) -> Layer:
        """Give the layer."""
        return Layer(
            payer=self.payer.data or self.payer_name.data,
            fund=self.fund.data,
            rates=tuple(entry.form.rate for entry in self.rates.entries),
            venue=Venue(self.venue.data),
            combine=Combine(self.combine.data),
        )
