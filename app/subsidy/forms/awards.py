"""Home of the form of a policy on awards: one formula of four, the cuts, and how it is paid."""

from __future__ import annotations

from datetime import date
from typing import Any, TypeVar

from flask_babel import lazy_gettext as _l
from wtforms import DateField, FieldList, FormField, SelectField, StringField
from wtforms.validators import InputRequired

from app.errors import DomainError
from app.subsidy.forms.fields import NameField, WholeField, an_area
from app.subsidy.rules.awards import (
    AgeRate,
    AwardPolicy,
    Band,
    Cut,
    Every,
    Formula,
    PerAge,
    PerMeal,
    Schedule,
    Template,
    Tier,
    Tiers,
    Weights,
)
from app.subsidy.rules.awards.policy import MOST_AGE
from app.text import text
from app.web.form import Form, YuanField, needed, needed_text
from app.web.language import say

T = TypeVar("T")
_MOST_MEALS = 100_000
_THIS_YEAR, _NEXT_YEAR = "this", "next"


class _LineForm(Form):
    """One line of a list; its own token would be one too many."""

    class Meta:
        """The form around it has the token."""

        csrf = False


class TierForm(_LineForm):
    """From how many meals a day on a year gives how much."""

    from_average = WholeField(_l("From meals a day"), least=0, most=_MOST_MEALS)
    amount = YuanField(_l("Yuan a year"))


class AgeRateForm(_LineForm):
    """From which age on a meal gives how much."""

    age_from = WholeField(_l("From age"), least=0, most=MOST_AGE)
    rate = YuanField(_l("Yuan a meal"))


class CutForm(_LineForm):
    """Below which score how much is taken away."""

    below = WholeField(_l("Score below"), least=1, most=100)
    percent = WholeField(_l("percent less"), least=0, most=100)


class AwardPolicyForm(Form):
    """A policy on awards; only the fields of the chosen formula count."""

    reference = NameField(_l("Notice number"), longest=120, validators=[needed_text()])
    effective_from = DateField(
        _l("In force from"),
        description=_l("It decides the years that begin on this day or later."),
        validators=[needed()],
    )
    district = StringField(_l("Area code"), validators=[needed_text(), an_area])
    template = SelectField(_l("Formula"), validators=[InputRequired()])
    floor = YuanField(_l("Floor, yuan a year"))
    ceiling = YuanField(_l("Ceiling, yuan a year"))
    weight_score = WholeField(_l("Weight of the score"), least=0, most=100)
    weight_satisfaction = WholeField(_l("Weight of the satisfaction"), least=0, most=100)
    weight_use = WholeField(_l("Weight of the use of the capacity"), least=0, most=100)
    tiers = FieldList(FormField(TierForm), min_entries=6)
    rate = YuanField(_l("Yuan a meal"))
    rates = FieldList(FormField(AgeRateForm), min_entries=4)
    cap = YuanField(_l("At most yuan a year"))
    cuts = FieldList(FormField(CutForm), min_entries=3)
    every = SelectField(_l("Paid in instalments"))
    first_month = WholeField(_l("First in month"), least=1, most=12)
    of_year = SelectField(_l("of"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Offer the choices in the reader's language."""
        super().__init__(*args, **kwargs)
        self.template.choices = [(each.value, say(each.label)) for each in Template]
        self.every.choices = [(each.value, say(each.label)) for each in Every]
        self.of_year.choices = [
            (_NEXT_YEAR, say(text("the next year"))),
            (_THIS_YEAR, say(text("the year itself"))),
        ]

    @classmethod
    def usual(cls, *, today: date, district: str) -> AwardPolicyForm:
        """Give the form as a new policy begins: the district's band, its cuts, paid by the quarter."""
        policy = AwardPolicy("", date(today.year + 1, 1, 1), district, Band(50_000_00, 100_000_00))
        return cls.of(policy)

    @classmethod
    def of(cls, policy: AwardPolicy) -> AwardPolicyForm:
        """Give the form as a policy fills it."""
        schedule = policy.schedule
        return cls(
            formdata=None,
            data={
                "reference": policy.reference,
                "effective_from": policy.effective_from,
                "district": policy.district,
                "template": policy.formula.template.value,
                **_data_of(policy.formula),
                "cuts": [{"below": cut.below, "percent": cut.percent} for cut in policy.cuts],
                "every": schedule.every.value,
                "first_month": schedule.first_month,
                "of_year": _NEXT_YEAR if schedule.is_next_year else _THIS_YEAR,
            },
        )

    def policy(self) -> AwardPolicy:
        """Give the policy.

        Raises: DomainError at the field that is missing or does not fit.
        """
        return AwardPolicy(
            reference=self.reference.data,
            effective_from=self.effective_from.data,
            district=self.district.data,
            formula=self._formula(),
            cuts=tuple(Cut(*pair) for pair in self._pairs("cuts", "below", "percent")),
            schedule=Schedule(
                Every(self.every.data), self.first_month.data or 1, self.of_year.data == _NEXT_YEAR
            ),
        )

    def _formula(self) -> Formula:
        template = Template(self.template.data)
        if template is Template.BAND:
            weights = Weights(
                self.weight_score.data or 0,
                self.weight_satisfaction.data or 0,
                self.weight_use.data or 0,
            )
            return Band(self._needed("floor"), self._needed("ceiling"), weights)
        if template is Template.TIERS:
            return Tiers(tuple(Tier(*pair) for pair in self._pairs("tiers", "from_average", "amount")))
        if template is Template.PER_MEAL:
            return PerMeal(self._needed("rate"), self.cap.data)
        return PerAge(
            tuple(AgeRate(*pair) for pair in self._pairs("rates", "age_from", "rate")), self.cap.data
        )

    def _needed(self, name: str) -> int:
        value: int | None = self[name].data
        if value is None:
            raise DomainError(text("Please fill this in."), field=name)
        return value

    def _pairs(self, name: str, first: str, second: str) -> list[tuple[int, int]]:
        """Give the lines of a list that are filled in; half a line is refused."""
        lines = [(entry.data[first], entry.data[second]) for entry in self[name]]
        filled = [line for line in lines if line != (None, None)]
        if any(None in line for line in filled):
            raise DomainError(text("A line has only one of its two figures. Fill in both."), field=name)
        return filled


def _data_of(formula: Formula) -> dict[str, Any]:
    """Give what the form shows for a formula, and the usual in the fields of the others."""
    usual = {"weight_score": 100, "weight_satisfaction": 0, "weight_use": 0}
    if isinstance(formula, Band):
        weights = formula.weights
        return {
            "floor": formula.floor_fen,
            "ceiling": formula.ceiling_fen,
            "weight_score": weights.score,
            "weight_satisfaction": weights.satisfaction,
            "weight_use": weights.use,
        }
    if isinstance(formula, Tiers):
        tiers = [{"from_average": tier.from_average, "amount": tier.amount_fen} for tier in formula.tiers]
        return {**usual, "tiers": tiers}
    if isinstance(formula, PerMeal):
        return {**usual, "rate": formula.rate_fen, "cap": formula.cap_fen}
    rates = [{"age_from": rate.age_from, "rate": rate.rate_fen} for rate in formula.rates]
    return {**usual, "rates": rates, "cap": formula.cap_fen}
