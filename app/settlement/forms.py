"""Home of what is filled in about statements: a step, several at once, and what is waived."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from app.settlement.rules.steps import LONGEST_REASON, Act
from app.web.form import Form, needed_text


class StepForm(Form):
    """One step with one statement; returning it and declaring it void say why."""

    reason = StringField(_l("Reason"), validators=[Length(max=LONGEST_REASON)])


class StepsForm(Form):
    """One step with several statements."""

    act = SelectField(choices=[SelectChoice(act.value, act.label) for act in Act if not act.needs_reason])
    statements = SelectMultipleField(validate_choice=False)

    @property
    def step(self) -> Act:
        """Give the step that was chosen."""
        return Act(self.act.data)


class WaiverForm(Form):
    """Why a statement may be handed in although something is missing."""

    reason = StringField(
        _l("Reason, which prints on the statement"),
        description=_l("For example: the tablet was stolen, its meals were keyed from paper"),
        validators=[needed_text(), Length(max=LONGEST_REASON)],
    )
