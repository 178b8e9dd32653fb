"""Home of the forms on cases of no answer: a step taken, a closing, and what is ordered to be done."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    ValidationError,
)
from wtforms.validators import Length, NumberRange, Optional

from app.delivery.rules.cases import LONGEST_NOTE, CaseOrder, CaseOutcome, MealGoes, Step, StepResult
from app.delivery.rules.freshness import MOST_ASSUMED_MINUTES
from app.text import text
from app.web.form import Form, needed
from app.web.language import say

_NOTE_HINT = _l("What the next person must know; no illnesses")


class StepForm(Form):
    """A step that was taken, and what came of it; `turn` says how much of the case was seen."""

    step = SelectField(_l("Step"), choices=[])
    result = RadioField(_l("What came of it"), choices=[], validators=[needed(_l("Choose what came of it."))])
    note = StringField(_l("Note"), description=_NOTE_HINT, validators=[Length(max=LONGEST_NOTE)])
    turn = HiddenField()

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer steps and results in the reader's language."""
        super().__init__(*args, **kwargs)
        self.step.choices = [(each.value, say(each.label)) for each in Step]
        self.result.choices = [(each.value, say(each.label)) for each in StepResult]

    @property
    def seen_turn(self) -> int:
        """Give which step of the case this would be; nought for what is no number."""
        written = str(self.turn.data or "")
        return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else 0  # noqa: PLR2004 - a case has fewer steps


class ClosingForm(Form):
    """How a case ended."""

    outcome = RadioField(_l("How it ended"), choices=[], validators=[needed(_l("Choose how it ended."))])
    words = StringField(_l("Note"), description=_NOTE_HINT, validators=[Length(max=LONGEST_NOTE)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the outcomes in the reader's language."""
        super().__init__(*args, **kwargs)
        self.outcome.choices = [(each.value, say(each.label)) for each in CaseOutcome]


_AT_MOST_STEPS = 4
_PLACES = range(1, _AT_MOST_STEPS + 1)


class OrderForm(Form):
    """What is done from a day on when nobody answers: up to four steps, each with its minutes."""

    from_on = DateField(_l("Holds from"), validators=[needed()])
    step_1 = SelectField(_l("The first step"), choices=[])
    minutes_1 = IntegerField(_l("within minutes"), validators=[Optional(), NumberRange(1, 240)])
    step_2 = SelectField(_l("The second step"), choices=[])
    minutes_2 = IntegerField(_l("within minutes"), validators=[Optional(), NumberRange(1, 240)])
    step_3 = SelectField(_l("The third step"), choices=[])
    minutes_3 = IntegerField(_l("within minutes"), validators=[Optional(), NumberRange(1, 240)])
    step_4 = SelectField(_l("The fourth step"), choices=[])
    minutes_4 = IntegerField(_l("within minutes"), validators=[Optional(), NumberRange(1, 240)])
    close_minutes = IntegerField(_l("Minutes to close the case"), validators=[needed(), NumberRange(1, 240)])
    wait_minutes = IntegerField(
        _l("Minutes that the rider waits at the door"), validators=[needed(), NumberRange(0, 30)]
    )
    meal = SelectField(_l("The meal goes"), choices=[])
    cooked_minutes = IntegerField(
        _l("Minutes between cooking and loading"),
        description=_l(
            "Assumed while a kitchen has not written when it cooked; two hours from cooking a meal ends"
        ),
        validators=[needed(), NumberRange(0, MOST_ASSUMED_MINUTES)],
    )
    reference = StringField(_l("Notice or reason"), validators=[Length(max=200)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer steps and places in the reader's language."""
        super().__init__(*args, **kwargs)
        steps = [(each.value, say(each.label)) for each in Step]
        for place in _PLACES:
            self[f"step_{place}"].choices = [("", "—"), *steps]
        self.meal.choices = [(each.value, say(each.label)) for each in MealGoes]

    @classmethod
    def of(cls, order: CaseOrder) -> OrderForm:
        """Give the form as it begins: what holds now, to be changed."""
        shown: dict[str, object] = {}
        for place, (step, minutes) in enumerate(order.steps, start=1):
            shown |= {f"step_{place}": step.value, f"minutes_{place}": minutes}
        return cls(
            formdata=None,
            close_minutes=order.close_minutes,
            wait_minutes=order.wait_minutes,
            meal=order.meal.value,
            cooked_minutes=order.cooked_minutes,
            **shown,
        )

    def validate_reference(self, _field: StringField) -> None:
        """Refuse a step without minutes, and minutes without a step.

        Raises: ValidationError.
        """
        for place in _PLACES:
            if bool(self[f"step_{place}"].data) != bool(self[f"minutes_{place}"].data):
                raise ValidationError(say(text("A step and its minutes belong together.")))

    def order(self) -> CaseOrder:
        """Give what was filled in.

        Raises: DomainError when nobody could follow it.
        """
        chosen = [(self[f"step_{place}"].data, self[f"minutes_{place}"].data) for place in _PLACES]
        return CaseOrder(
            self.from_on.data,
            tuple((Step(step), minutes) for step, minutes in chosen if step),
            close_minutes=self.close_minutes.data,
            wait_minutes=self.wait_minutes.data,
            meal=MealGoes(self.meal.data),
            cooked_minutes=self.cooked_minutes.data,
        )
