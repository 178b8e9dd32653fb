"""Home of the forms on missed meals: how one ended, and how sittings are watched. Steps are a case's."""

from __future__ import annotations

from datetime import time

from flask_babel import lazy_gettext as _l
from wtforms import DateField, IntegerField, RadioField, SelectField, StringField, TimeField, ValidationError
from wtforms.validators import Length, NumberRange, Optional

from app.canteens.rules import Sitting
from app.care.rules.regulars import LOOK_BACK_WEEKS
from app.care.rules.watching import OUTCOMES, WatchOrder
from app.delivery.forms.cases import StepForm
from app.delivery.rules.cases import LONGEST_NOTE, Step
from app.text import text
from app.web.form import Form, needed
from app.web.language import say

__all__ = ["ClosingForm", "StepForm", "WatchForm"]
_PLACES = range(1, 5)


class ClosingForm(Form):
    """How a missed meal was found to be."""

    outcome = RadioField(_l("How it ended"), choices=[], validators=[needed(_l("Choose how it ended."))])
    words = StringField(
        _l("Note"),
        description=_l("What the next person must know; no illnesses"),
        validators=[Length(max=LONGEST_NOTE)],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer what may have become of somebody who did not come, in the reader's language."""
        super().__init__(*args, **kwargs)
        self.outcome.choices = [(each.value, say(each.label)) for each in OUTCOMES]


class WatchForm(Form):
    """What is ordered from a day on: who is a regular, when each sitting is looked at, steps and clocks."""

    from_on = DateField(_l("Holds from"), validators=[needed()])
    came = IntegerField(
        _l("A regular came at least so often"), validators=[needed(), NumberRange(1, LOOK_BACK_WEEKS)]
    )
    of = IntegerField(_l("of the last same weekdays"), validators=[needed(), NumberRange(1, LOOK_BACK_WEEKS)])
    breakfast = TimeField(_l("Breakfast is looked at from"), validators=[Optional()])
    lunch = TimeField(_l("Lunch is looked at from"), validators=[Optional()])
    dinner = TimeField(_l("Dinner is looked at from"), validators=[Optional()])
    step_1 = SelectField(_l("The first step"), choices=[])
    minutes_1 = IntegerField(_l("within minutes"), validators=[Optional(), NumberRange(1, 240)])
    step_2 = SelectField(_l("The second step"), choices=[])
    minutes_2 = IntegerField(_l("within minutes"), validators=[Optional(), NumberRange(1, 240)])
    step_3 = SelectField(_l("The third step"), choices=[])
    minutes_3 = IntegerField(_l("within minutes"), validators=[Optional(), NumberRange(1, 240)])
    step_4 = SelectField(_l("The fourth step"), choices=[])
    minutes_4 = IntegerField(_l("within minutes"), validators=[Optional(), NumberRange(1, 240)])
    close_minutes = IntegerField(_l("Minutes to close the case"), validators=[needed(), NumberRange(1, 240)])
    unknown_minutes = IntegerField(
        _l("Minutes that a site without word is waited for"), validators=[needed(), NumberRange(0, 240)]
    )
    reference = StringField(_l("Notice or reason"), validators=[Length(max=200)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the steps in the reader's language."""
        super().__init__(*args, **kwargs)
        steps = [(each.value, say(each.label)) for each in Step]
        for place in _PLACES:
            self[f"step_{place}"].choices = [("", "—"), *steps]

    @classmethod
    def of_order(cls, order: WatchOrder) -> WatchForm:
        """Give the form as it begins: what holds now, to be changed."""
        shown: dict[str, object] = {sitting.value: begins for sitting, begins in order.times}
        for place, (step, minutes) in enumerate(order.steps, start=1):
            shown |= {f"step_{place}": step.value, f"minutes_{place}": minutes}
        return cls(
            formdata=None,
            came=order.came,
            of=order.of,
            close_minutes=order.close_minutes,
            unknown_minutes=order.unknown_minutes,
            **shown,
        )

    def validate_reference(self, _field: StringField) -> None:
        """Refuse a step without minutes, and minutes without a step.

        Raises: ValidationError.
        """
        for place in _PLACES:
            if bool(self[f"step_{place}"].data) != bool(self[f"minutes_{place}"].data):
                raise ValidationError(say(text("A step and its minutes belong together.")))

    def order(self) -> WatchOrder:
        """Give what was filled in.

        Raises: DomainError when nobody could follow it.
        """
        chosen = [(self[f"step_{place}"].data, self[f"minutes_{place}"].data) for place in _PLACES]
        times: list[tuple[Sitting, time]] = [
            (sitting, self[sitting.value].data) for sitting in Sitting if self[sitting.value].data is not None
        ]
        return WatchOrder(
            self.from_on.data,
            self.came.data,
            self.of.data,
            tuple(times),
            tuple((Step(step), minutes) for step, minutes in chosen if step),
            close_minutes=self.close_minutes.data,
            unknown_minutes=self.unknown_minutes.data,
        )
