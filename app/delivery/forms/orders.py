"""Home of the forms on one day: meals ordered once, a day cancelled, a cancellation taken back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, SelectField, StringField
from wtforms.validators import Length, NumberRange, Optional

from app.canteens.rules import Sitting
from app.delivery.rules.orders import LONGEST_REASON, Asked, AskedBy, Asker
from app.delivery.rules.requests import NewSubscription
from app.web.form import Form, needed
from app.web.language import say


class AskedForm(Form):
    """Who asked for it, by which way, and why so late."""

    asker = SelectField(_l("Who asked"), choices=[])
    way = SelectField(_l("By which way"), choices=[])
    reason = StringField(
        _l("Reason"),
        description=_l("Needed after the cut-off; no illnesses"),
        validators=[Length(max=LONGEST_REASON)],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer who may have asked, and how, in the reader's language."""
        super().__init__(*args, **kwargs)
        self.asker.choices = [(each.value, say(each.label)) for each in Asker]
        self.way.choices = [(each.value, say(each.label)) for each in AskedBy if each is not AskedBy.LINK]

    @property
    def asked(self) -> Asked:
        """Give what was filled in."""
        return Asked(Asker(self.asker.data), AskedBy(self.way.data), (self.reason.data or "").strip())


class CancelForm(AskedForm):
    """A day to take from a delivery."""

    served_on = DateField(_l("Day"), validators=[needed()])


class OrderForm(AskedForm):
    """Meals for one day."""

    served_on = DateField(_l("Day"), validators=[needed()])
    sitting = SelectField(_l("Sitting"), choices=[], default=Sitting.LUNCH.value)
    kitchen_code = SelectField(_l("Kitchen"), choices=[])
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

    def offer(self, kitchens: Sequence[tuple[str, str]]) -> None:
        """Offer the kitchens, the nearest first, and the sittings in the reader's language."""
        self.kitchen_code.choices = list(kitchens)
        self.sitting.choices = [(each.value, say(each.label)) for each in Sitting]

    def order(self, resident_no: str) -> NewSubscription:
        """Give what was filled in, as a delivery of one day."""
        day = self.served_on.data
        return NewSubscription(
            resident_no=resident_no,
            kitchen_code=self.kitchen_code.data,
            sitting=Sitting(self.sitting.data),
            weekdays=1 << day.weekday(),
            from_on=day,
            until_on=day + timedelta(days=1),
            meals=self.meals.data,
            floor=self.floor.data or None,
            has_lift=self.has_lift.data,
            diet=(self.diet.data or "").strip(),
            note=(self.note.data or "").strip(),
        )
