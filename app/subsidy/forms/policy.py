"""Home of the form that a policy is written with, all of it, without its file."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, FieldList, FormField, SelectField
from wtforms.validators import DataRequired

from app.canteens.rules import Sitting
from app.residents.rules.facts import Status
from app.subsidy.forms.acts import SeenForm
from app.subsidy.forms.fields import ChoicesField, NameField, WholeField, an_amount, an_area
from app.subsidy.forms.layers import LayerForm
from app.subsidy.rules import BelongsBy, Caps, Days, Eligibility, FenCaps, MealCaps, Policy
from app.subsidy.rules.yaml_values import MOST_MEALS, MOST_YEARS
from app.web.form import YuanField, needed, needed_text
from app.web.language import say


def _meals(label: str) -> WholeField:
    return WholeField(label, least=1, most=MOST_MEALS)


def _yuan(label: str) -> YuanField:
    return YuanField(label, validators=[an_amount(least=1)])


class PolicyForm(SeenForm):
    """A policy: its notice, who is eligible, which meals, who pays how much, and how often."""

    reference = NameField(
        _l("Notice number"),
        longest=120,
        description=_l("As it stands on the notice that orders it"),
        validators=[needed_text()],
    )
    effective_from = DateField(
        _l("In force from"), description=_l("The first day that it decides"), validators=[needed()]
    )
    district = NameField(
        _l("Area code"),
        longest=12,
        description=_l("6 digits a district, 9 a street"),
        validators=[an_area],
    )
    min_age = WholeField(_l("From age"), least=0, most=MOST_YEARS, validators=[needed()])
    belongs_by = SelectField(_l("The resident"))
    excluded = ChoicesField(_l("Not for residents who are"))
    sittings = ChoicesField(
        _l("Sittings"), validators=[DataRequired(message=_l("Choose at least one sitting."))]
    )
    days = SelectField(_l("On which days"))
    min_price = YuanField(_l("A meal must cost at least (yuan)"), validators=[an_amount()])
    price_must_exceed = BooleanField(_l("The price must be higher than the subsidy"))
    layers = FieldList(FormField(LayerForm))
    meals_sitting = _meals(_l("Meals in one sitting"))
    meals_day = _meals(_l("Meals in one day"))
    meals_week = _meals(_l("Meals in one week"))
    meals_month = _meals(_l("Meals in one month"))
    yuan_day = _yuan(_l("Yuan in one day"))
    yuan_week = _yuan(_l("Yuan in one week"))
    yuan_month = _yuan(_l("Yuan in one month"))
    operator_discount = YuanField(_l("The operator gives (yuan a meal)"), validators=[an_amount()])
    charity = YuanField(_l("Charity gives (yuan a meal)"), validators=[an_amount()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Offer the choices in the reader's language; nobody means to exclude those who simply live here."""
        super().__init__(*args, **kwargs)
        excluded = self.excluded.data or ()
        self.belongs_by.choices = [(each.value, say(each.label)) for each in BelongsBy]
        self.days.choices = [(each.value, say(each.label)) for each in Days]
        self.sittings.choices = [(each.value, say(each.label)) for each in Sitting]
        self.excluded.choices = [
            (each.value, say(each.label))
            for each in Status
            if each is not Status.ACTIVE or each.value in excluded
        ]

    @classmethod
    def of(cls, policy: Policy, *, version: int = 0, is_new: bool = False) -> PolicyForm:
        """Give the form filled in; a new policy has a notice and a first day of its own."""
        eligibility, meals, money = policy.eligibility, policy.caps.meals, policy.caps.fen
        data = {
            "version": str(version),
            "reference": "" if is_new else policy.reference,
            "effective_from": None if is_new else policy.effective_from,
            "district": policy.district,
            "min_age": eligibility.min_age,
            "belongs_by": eligibility.belongs_by.value,
            "excluded": [status.value for status in eligibility.excluded_statuses],
            "sittings": [sitting.value for sitting in policy.sittings],
            "days": policy.days.value,
            "min_price": policy.min_price_fen,
            "price_must_exceed": policy.price_must_exceed,
            "layers": [LayerForm.data_of(layer) for layer in policy.layers],
            "meals_sitting": meals.sitting,
            "meals_day": meals.day,
            "meals_week": meals.week,
            "meals_month": meals.month,
            "yuan_day": money.day,
            "yuan_week": money.week,
            "yuan_month": money.month,
            "operator_discount": policy.operator_discount_fen,
            "charity": policy.charity_fen,
        }
        return cls(formdata=None, data=data)

    def policy(self) -> Policy:
        """Give the policy that was filled in."""
        first_day: date = self.effective_from.data
        return Policy(
            reference=self.reference.data,
            effective_from=first_day,
            district=self.district.data,
            layers=tuple(entry.form.layer for entry in self.layers.entries),
            eligibility=self._eligibility(),
            sittings=frozenset(Sitting(each) for each in self.sittings.data),
            days=Days(self.days.data),
            min_price_fen=self.min_price.data or 0,
            price_must_exceed=self.price_must_exceed.data,
            caps=self._caps(),
            operator_discount_fen=self.operator_discount.data or 0,
            charity_fen=self.charity.data or 0,
        )

    def _eligibility(self) -> Eligibility:
        return Eligibility(
            min_age=int(self.min_age.data or 0),
            belongs_by=BelongsBy(self.belongs_by.data),
            excluded_statuses=frozenset(Status(each) for each in self.excluded.data),
        )

    def _caps(self) -> Caps:
        meals = (self.meals_sitting, self.meals_day, self.meals_week, self.meals_month)
        money = (self.yuan_day, self.yuan_week, self.yuan_month)
        return Caps(MealCaps(*(field.data for field in meals)), FenCaps(*(field.data for field in money)))
