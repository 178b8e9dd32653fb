"""Home of what is filled in about checks: a step with a case, parameters, calls, and purchases."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from flask_babel import lazy_gettext as _l
from wtforms import DateField, DecimalField, IntegerField, RadioField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from app.auth.models import User
from app.oversight.rules.calls import LONGEST_NOTE, MOST_PER_SITE, PER_SITE, CallOutcome
from app.oversight.rules.cases import LONGEST_WORDS, CaseAct, CaseOutcome, CaseStep
from app.oversight.rules.checks import Check
from app.oversight.rules.purchases import LONGEST_REASON, MOST_GRAMS, Food, Purchase
from app.web.form import Form, needed, needed_text
from app.web.language import say

_GRAMS = 1000


class CaseStepForm(Form):
    """One step with a case; which fields it asks for is the act's."""

    words = StringField(_l("In words"), validators=[Length(max=LONGEST_WORDS)])
    assigned_to = SelectField(_l("Who looks into it"), validators=[Optional()], validate_choice=False)
    outcome = SelectField(_l("It was"), validators=[Optional()], validate_choice=False)
    recovery_no = StringField(_l("Number of the recovery"), validators=[Length(max=16)])
    turn = IntegerField(validators=[needed(), NumberRange(min=1, max=100_000)])

    def offer(self, people: Sequence[User]) -> None:
        """Offer whom it may be assigned to, and what it may turn out to be."""
        self.assigned_to.choices = [("", "—"), *((each.user_no, each.name) for each in people)]
        self.outcome.choices = [("", "—"), *((each.value, say(each.label)) for each in CaseOutcome)]

    def step(self, act: CaseAct) -> CaseStep:
        """Give the step as the rules know it."""
        chosen = self.outcome.data
        return CaseStep(
            act,
            words=self.words.data or "",
            assigned_to=(self.assigned_to.data or "") if act is CaseAct.ASSIGN else "",
            outcome=CaseOutcome(chosen) if act is CaseAct.CLOSE and chosen in set(CaseOutcome) else None,
            recovery_no=(self.recovery_no.data or "") if act is CaseAct.LINK else "",
            turn=self.turn.data,
        )


class TuneForm(Form):
    """What a check measures by from a day on, and why; `tune_form` adds a field for each parameter."""

    effective_from = DateField(
        _l("In force from"),
        description=_l("A month is checked with what is in force on its first day."),
        validators=[needed()],
    )
    reason = StringField(_l("Reason"), validators=[needed_text(), Length(max=LONGEST_REASON)])

    def values(self, check: Check) -> dict[str, int]:
        """Give the value of each parameter."""
        return {each.name: self[f"p_{each.name}"].data for each in check.parameters}


def tune_form(check: Check, limits: Mapping[str, int]) -> TuneForm:
    """Make the form for a check's own parameters, filled with what is in force."""
    fields = {
        f"p_{each.name}": IntegerField(
            say(each.label),
            default=limits[each.name],
            validators=[needed(), NumberRange(min=each.least, max=each.most)],
        )
        for each in check.parameters
    }
    made: TuneForm = type("TuneFormOfCheck", (TuneForm,), fields)()
    return made


class DrawForm(Form):
    """How many residents of each site are called."""

    per_site = IntegerField(
        _l("Residents of each site"),
        default=PER_SITE,
        validators=[needed(), NumberRange(min=1, max=MOST_PER_SITE)],
    )


class CallForm(Form):
    """What a call brought."""

    outcome = RadioField(_l("What was said"), validators=[needed(_l("Choose what was said."))])
    note = StringField(_l("Note"), validators=[Length(max=LONGEST_NOTE)])
    turn = IntegerField(validators=[needed(), NumberRange(min=1, max=1000)])

    def offer(self) -> None:
        """Offer the answers in the reader's language."""
        self.outcome.choices = [(each.value, say(each.label)) for each in CallOutcome]


class PurchasesForm(Form):
    """What a kitchen bought in a month, in kilograms; what is left empty is not entered."""

    reason = StringField(
        _l("Reason"),
        description=_l("Only needed when an earlier entry is changed."),
        validators=[Length(max=LONGEST_REASON)],
    )

    def bought(self) -> Iterable[Purchase]:
        """Give what was filled in."""
        for food in Food:
            weight: Decimal | None = self[food.value].data
            if weight is not None:
                yield Purchase(food, int(weight * _GRAMS), self.reason.data or "")


def purchases_form(held: Mapping[Food, int]) -> PurchasesForm:
    """Make the form with a field for each food, filled with what was entered before."""
    fields = {
        food.value: DecimalField(
            say(food.label),
            places=None,
            default=Decimal(held[food]) / _GRAMS if food in held else None,
            validators=[Optional(), NumberRange(min=0, max=MOST_GRAMS // _GRAMS)],
        )
        for food in Food
    }
    made: PurchasesForm = type("PurchasesFormOfFoods", (PurchasesForm,), fields)()
    return made
