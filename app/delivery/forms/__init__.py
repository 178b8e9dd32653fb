"""Home of the forms of delivery: subscriptions, riders, planning and releasing, keying sheets back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, time
from uuid import UUID, uuid5

from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    DateField,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    SelectMultipleField,
    StringField,
    TimeField,
    ValidationError,
)
from wtforms.validators import Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from app.canteens.rules import WEEKDAYS, Sitting
from app.delivery.rules.days import EVERY_DAY, weekday_mask, weekdays_in
from app.delivery.rules.doors import MapApp
from app.delivery.rules.orders import LONGEST_REASON
from app.delivery.rules.proof import LONGEST_NOTE, Outcome, StopReport, Via, instant_of
from app.delivery.rules.requests import NewRider, NewSubscription
from app.errors import DomainError
from app.residents.rules.contact import phone
from app.sheet.cells import Unreadable
from app.text import text
from app.web.form import Form, needed, needed_text
from app.web.language import say

EFFORTS = {
    "3": _l("quick: 3 s a kitchen"),
    "10": _l("careful: 10 s a kitchen"),
    "30": _l("thorough: 30 s a kitchen"),
}
"""Seconds of planning for each kitchen."""


class WeekdaysField(SelectMultipleField):
    """Seven boxes to tick; its `mask` has Monday as bit 0."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Begin with every day ticked."""
        super().__init__(*args, coerce=int, choices=[], default=list(weekdays_in(EVERY_DAY)), **kwargs)

    def name_days(self) -> None:
        """Offer the weekdays in the reader's language."""
        self.choices = [(place, say(label)) for place, label in enumerate(WEEKDAYS)]

    @property
    def mask(self) -> int:
        """Give what was ticked.

        Raises: DomainError when nothing was.
        """
        return weekday_mask(self.data or [])


class PlanForm(Form):
    """What to plan, and how long."""

    on = HiddenField()
    sitting = HiddenField()
    kitchen = HiddenField()
    seconds = SelectField(_l("Effort"), choices=[], default="3")

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the efforts in the reader's language."""
        super().__init__(*args, **kwargs)
        self.seconds.choices = list(EFFORTS.items())


class ReleaseForm(Form):
    """What somebody was shown of a plan when they release it, and that they have read it."""

    seen = HiddenField()
    is_seen = BooleanField(_l("I have seen these points and release the plan as it is"))


class SittingForm(Form):
    """A sitting of a day."""

    on = HiddenField()
    sitting = HiddenField()


class SubscriptionForm(Form):
    """A new delivery to a resident's door."""

    kitchen_code = SelectField(_l("Kitchen"), choices=[])
    sitting = SelectField(_l("Sitting"), choices=[], default=Sitting.LUNCH.value)
    weekdays = WeekdaysField(_l("Weekdays"))
    from_on = DateField(_l("First day"), validators=[needed()])
    until_on = DateField(
        _l("First day without delivery"),
        description=_l("Empty: until further notice"),
        validators=[Optional()],
    )
    meals = IntegerField(_l("Number of meals"), default=1, validators=[needed(), NumberRange(1, 20)])
    floor = IntegerField(_l("Floor"), validators=[Optional(), NumberRange(-5, 120)])
    has_lift = BooleanField(_l("The house has a lift"))
    diet = StringField(
        _l("Diet"),
        description=_l("Printed for the rider: soft, low sugar; no illnesses"),
        validators=[Length(max=64)],
    )
    note = StringField(
        _l("Note for the rider"), description=_l("Such as: knock loudly"), validators=[Length(max=200)]
    )
    priority = SelectField(_l("If not all can be served"), choices=[], default="1")
    reason = StringField(
        _l("Reason"),
        description=_l("Needed after the cut-off; no illnesses"),
        validators=[Length(max=LONGEST_REASON)],
    )

    def offer(self, kitchens: Sequence[tuple[str, str]]) -> None:
        """Offer the kitchens, the nearest first, and everything else in the reader's language."""
        self.kitchen_code.choices = list(kitchens)
        self.sitting.choices = [(sitting.value, say(sitting.label)) for sitting in Sitting]
        self.weekdays.name_days()
        self.priority.choices = [
            ("1", _l("like all others")),
            ("3", _l("before others")),
            ("10", _l("always first")),
        ]

    def new_subscription(self, resident_no: str) -> NewSubscription:
        """Give what was filled in.

        Raises: DomainError when no weekday was ticked.
        """
        return NewSubscription(
            resident_no=resident_no,
            kitchen_code=self.kitchen_code.data,
            sitting=Sitting(self.sitting.data),
            weekdays=self.weekdays.mask,
            from_on=self.from_on.data,
            until_on=self.until_on.data,
            meals=self.meals.data,
            floor=self.floor.data or None,
            has_lift=self.has_lift.data,
            diet=(self.diet.data or "").strip(),
            note=(self.note.data or "").strip(),
            priority=int(self.priority.data),
        )


class EndForm(Form):
    """When a delivery ends."""

    until_on = DateField(_l("First day without delivery"), validators=[needed()])

    @property
    def day(self) -> date:
        """Give the day that was filled in."""
        day: date = self.until_on.data
        return day


class RiderForm(Form):
    """A new rider."""

    name = StringField(_l("Name"), validators=[needed_text(), Length(max=64)])
    phone = StringField(_l("Phone"), validators=[Optional(), Length(max=32)])
    kitchen_code = SelectField(_l("Kitchen"), choices=[])
    capacity = IntegerField(_l("Meals in the box"), default=10, validators=[needed(), NumberRange(1, 200)])
    weekdays = WeekdaysField(_l("Weekdays"))
    shift_from = TimeField(_l("Shift from"), default=time(10), validators=[needed()])
    shift_until = TimeField(_l("Shift until"), default=time(13), validators=[needed()])
    trained_on = DateField(_l("Trained on"), validators=[Optional()])
    last_insured_on = DateField(
        _l("Last insured day"),
        description=_l("As the policy says; this day still is insured"),
        validators=[Optional()],
    )
    map_app = SelectField(_l("Map app on the phone"), choices=[])

    def offer(self, kitchens: Sequence[tuple[str, str]]) -> None:
        """Offer the kitchens, and the weekdays and map apps in the reader's language."""
        self.kitchen_code.choices = list(kitchens)
        self.map_app.choices = [(each.value, say(each.label)) for each in MapApp]
        self.weekdays.name_days()

    def validate_phone(self, field: StringField) -> None:
        """Take a phone as people write it.

        Raises: ValidationError with a sentence when it is none.
        """
        try:
            field.data = phone(field.data)
        except Unreadable as error:
            raise ValidationError(say(error.message)) from error

    def new_rider(self) -> NewRider:
        """Give what was filled in.

        Raises: DomainError when no weekday was ticked.
        """
        return NewRider(
            name=self.name.data.strip(),
            phone=self.phone.data or None,
            kitchen_code=self.kitchen_code.data,
            capacity=self.capacity.data,
            weekdays=self.weekdays.mask,
            shift_from_seconds=_seconds(self.shift_from.data),
            shift_until_seconds=_seconds(self.shift_until.data),
            trained_on=self.trained_on.data,
            last_insured_on=self.last_insured_on.data,
            map_app=MapApp(self.map_app.data),
        )


def _seconds(clock: time) -> int:
    return clock.hour * 3600 + clock.minute * 60


class CodeForm(Form):
    """The code of a run, typed from its route sheet; asked for with GET."""

    class Meta:
        """No token: asking changes nothing."""

        csrf = False

    code = StringField(
        _l("Code of the run"),
        description=_l("On the route sheet at the top right, like L-000012-5"),
        validators=[Length(max=40)],
    )


class StopForm(Form):
    """What stands on the paper about one stop; nothing ticked and nothing chosen says nothing about it."""

    class Meta:
        """No token of its own: the form around it has one."""

        csrf = False

    position = HiddenField()
    is_done = BooleanField(_l("handed over"))
    outcome = SelectField(_l("Otherwise"), choices=[], default="")
    at = TimeField(_l("At"), validators=[Optional()])
    note = StringField(_l("Note"), validators=[Length(max=LONGEST_NOTE)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer what else may have become of a stop, in the reader's language."""
        super().__init__(*args, **kwargs)
        others = [each for each in Outcome if each is not Outcome.HANDED_OVER]
        self.outcome.choices = [("", "—"), *((each.value, say(each.label)) for each in others)]

    def validate_outcome(self, field: SelectField) -> None:
        """Refuse two answers to one question.

        Raises: ValidationError.
        """
        if self.is_done.data and field.data:
            raise ValidationError(say(text("Tick the box or choose what happened, not both.")))

    @property
    def keyed(self) -> Outcome | None:
        """Give what the paper says, None for nothing."""
        if self.is_done.data:
            return Outcome.HANDED_OVER
        return Outcome(self.outcome.data) if self.outcome.data else None


class RunKeyingForm(Form):
    """What stands on one route sheet; `token` makes the ids, so that a form sent twice counts once."""

    token = HiddenField()
    stops = FieldList(FormField(StopForm))

    @classmethod
    def blank(cls, token: UUID, positions: Sequence[int]) -> RunKeyingForm:
        """Give the form with a row for each stop."""
        return cls(formdata=None, token=str(token), stops=[{"position": position} for position in positions])

    def reports(
        self, run_id: int, day: date, handover_seconds: Mapping[int, int], *, by: str
    ) -> list[StopReport]:
        """Give what was keyed as reports; a stop without a written time has its planned minute.

        Raises: DomainError when nothing was keyed, or the form is not one that we made.
        """
        made: list[StopReport] = []
        for position, row in self.rows.items():
            outcome = row.keyed
            if outcome is None:
                continue
            if position not in handover_seconds:
                raise DomainError(text("This page is out of date. Open the run again."))
            seconds = _seconds(row.at.data) if row.at.data else handover_seconds[position]
            made.append(
                StopReport(
                    id=uuid5(self._token, str(position)),
                    run_id=run_id,
                    position=position,
                    outcome=outcome,
                    happened_at=instant_of(day, seconds),
                    via=Via.PAPER,
                    reported_by=by,
                    note=(row.note.data or "").strip(),
                )
            )
        if not made:
            raise DomainError(text("Nothing is marked. Tick what was handed over, or choose what happened."))
        return made

    @property
    def rows(self) -> dict[int, StopForm]:
        """Give the rows by the position of their stop."""
        return {self._position(entry.form): entry.form for entry in self.stops.entries}

    @property
    def _token(self) -> UUID:
        try:
            return UUID(self.token.data or "")
        except ValueError:
            raise DomainError(text("This page is out of date. Open the run again.")) from None

    @staticmethod
    def _position(row: StopForm) -> int:
        written = str(row.position.data or "")
        return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else -1  # noqa: PLR2004 - a run has fewer stops


class AwayForm(Form):
    """The days on which a rider does not ride."""

    from_on = DateField(_l("First day away"), validators=[needed()])
    until_on = DateField(
        _l("Rides again from"), description=_l("Every absence has an end"), validators=[needed()]
    )
