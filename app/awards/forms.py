"""Home of what is filled in about awards: an assessment, a reason, a payment, several approvals at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from app.awards.rules.acts import LONGEST_REASON
from app.awards.service import Finding, tenths
from app.subsidy.rules.awards import Marks
from app.text import text
from app.web.form import Form, needed, needed_text
from app.web.language import say

_TENTHS = re.compile(r"(\d{1,3})(?:[.．](\d))?")
_MOST_TENTHS = 1000
_MOST_CAPACITY = 100_000


class TenthsField(StringField):
    """A number from 0 to 100 with at most one decimal; its data is tenths, None when left empty."""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        """Read what was typed, refusing what is no such number."""
        typed = str(valuelist[0]).strip().rstrip("%％分").strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        match = _TENTHS.fullmatch(typed)
        number = int(match[1]) * 10 + int(match[2] or 0) if match else _MOST_TENTHS + 1
        if number > _MOST_TENTHS:
            raise ValueError(say(text("Write a number from 0 to 100 with at most one decimal, like 92.5.")))
        self.data = number

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else tenths(self.data)


class AssessmentForm(Form):
    """What an assessor found of a canteen's year."""

    score = TenthsField(_l("Score (of 100)"), validators=[needed()])
    satisfaction = TenthsField(_l("Satisfaction (%)"))
    capacity = IntegerField(
        _l("Meals a day at full capacity"),
        validators=[Optional(), NumberRange(1, _MOST_CAPACITY, _l("Write how many meals, at least one."))],
    )
    evidence = TextAreaField(
        _l("Evidence"),
        description=_l("For example: assessment sheet no. 12 of 8 December, 60 questionnaires"),
        validators=[needed_text(), Length(max=400, message=_l("At most 400 characters."))],
    )
    reason = StringField(
        _l("Why the earlier assessment is replaced"),
        validators=[Length(max=LONGEST_REASON, message=_l("At most 200 characters."))],
    )

    @property
    def finding(self) -> Finding:
        """Give what was found."""
        marks = Marks(self.score.data or 0, self.satisfaction.data, self.capacity.data)
        return Finding(marks, self.evidence.data or "", self.reason.data or "")


class SeenForm(Form):
    """One button, with the hash of the draft that was on the page."""

    seen = HiddenField()


class VoidForm(Form):
    """Why an award is declared void."""

    reason = StringField(_l("Reason"), validators=[Length(max=LONGEST_REASON)])


class PaymentForm(Form):
    """On which day an instalment was paid."""

    paid_on = DateField(_l("Paid on"), validators=[needed()])


class ApprovalsForm(Form):
    """Several drafts to approve, each as `number hash` so that nobody approves what they have not seen."""

    awards = SelectMultipleField(validate_choice=False)

    @property
    def chosen(self) -> list[tuple[str, str]]:
        """Give each ticked award's number and the hash that was on the page."""
        pairs = (str(value).partition(" ") for value in self.awards.data or [])
        return [(number, seen) for number, _, seen in pairs]
