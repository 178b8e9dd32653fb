"""Home of the form of one rate: for whom, and how much."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.canteens.rules import Sitting
from app.residents.rules.facts import Category
from app.subsidy.forms.fields import ChoicesField, PercentField, WholeField, an_amount
from app.subsidy.rules import Rate, When
from app.subsidy.rules.wording import grade_label
from app.subsidy.rules.yaml_values import MOST_YEARS
from app.text import text
from app.web.form import Form, YuanField
from app.web.language import say


class RateForm(Form):
    """One rate; a condition that is left empty does not ask for anything."""

    class Meta:
        """No token of its own: the form around it has one."""

        csrf = False

    category = SelectField(_l("Category"), default="")
    grades = ChoicesField(_l("Only these grades"))
    age_from = WholeField(_l("From age"), least=0, most=MOST_YEARS)
    age_below = WholeField(_l("Younger than"), least=0, most=MOST_YEARS)
    sitting = SelectField(_l("Sitting"), default="")
    amount = YuanField(_l("Yuan a meal"), validators=[an_amount()])
    percent = PercentField(_l("or percent of the price"))
    at_most = YuanField(_l("but at most yuan"), validators=[an_amount()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Offer categories, grades and sittings in the reader's language."""
        super().__init__(*args, **kwargs)
        anybody, always = ("", str(_l("everyone"))), ("", str(_l("every sitting")))
        self.category.choices = [anybody, *((each.value, say(each.label)) for each in Category)]
        self.sitting.choices = [always, *((each.value, say(each.label)) for each in Sitting)]
        self.grades.choices = [
            (f"{category.value}:{grade}", _grade(category, grade))
            for category in Category
            for grade in category.grades
        ]

    @classmethod
    def data_of(cls, rate: Rate) -> dict[str, Any]:
        """Give what the form shows for a rate."""
        when = rate.when
        category = when.category.value if when.category else ""
        return {
            "category": category,
            "grades": [f"{category}:{grade}" for grade in when.grades],
            "age_from": when.age_from,
            "age_below": when.age_below,
            "sitting": when.sitting.value if when.sitting else "",
            "amount": rate.amount_fen,
            "percent": rate.percent,
            "at_most": rate.at_most_fen,
        }

    def validate(self, *args: Any, **kwargs: Any) -> bool:  # noqa: ANN401 - WTForms' own
        """Refuse also what only does not fit together."""
        is_valid = bool(super().validate(*args, **kwargs))
        faults = list(self._misfits()) if is_valid else []
        for field, message in faults:
            field.errors = [*field.errors, say(message)]
        return is_valid and not faults

    def _misfits(self) -> list[tuple[Any, Any]]:
        first, last = self.age_from.data, self.age_below.data
        both_or_none = (self.amount.data is None) == (self.percent.data is None)
        found = [
            (
                self.amount,
                both_or_none and text("Fill in either an amount in yuan or a percentage."),
            ),
            (
                self.at_most,
                self.percent.data is None
                and self.at_most.data is not None
                and text("Only a percentage can have an upper limit."),
            ),
            (
                self.age_below,
                first is not None
                and last is not None
                and last <= first
                and text("From {first} and below {last} is nobody's age.", first=first, last=last),
            ),
            (
                self.grades,
                any(not grade.startswith(f"{self.category.data}:") for grade in self.grades.data)
                and text("Choose the category that these grades belong to, or untick them."),
            ),
        ]
        return [(field, message) for field, message in found if message]

    @property
    def rate(self) -> Rate:
        """Give the rate."""
        category = Category(self.category.data) if self.category.data else None
        return Rate(
            amount_fen=self.amount.data,
            percent=self.percent.data,
            at_most_fen=self.at_most.data,
            when=When(
                category=category,
                grades=frozenset(grade.partition(":")[2] for grade in self.grades.data),
                age_from=self.age_from.data,
                age_below=self.age_below.data,
                sitting=Sitting(self.sitting.data) if self.sitting.data else None,
            ),
        )


def _grade(category: Category, grade: str) -> str:
    label = text("{category} ({grades})", category=category.label, grades=grade_label(category, grade))
    return say(label)
