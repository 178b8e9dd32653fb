"""Home of the forms of changing a plan by hand: a door to another place, a run to another rider or minute."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, IntegerField, SelectField, TimeField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from app.delivery.models import Rider
from app.delivery.routing.handwork import Spot
from app.delivery.routing.timetable import Place
from app.web.form import Form, needed


class _Whole(IntegerField):
    """A whole number that a page fills in."""

    widget = HiddenInput()


def _whole() -> _Whole:
    return _Whole(validators=[InputRequired()])


class HandForm(Form):
    """What every change by hand shares: the plan that was looked at, and a place among a rider's trips."""

    seen = HiddenField()
    rider = _whole()
    number = _whole()

    @property
    def place(self) -> Place:
        """Give the trip that is meant."""
        return Place(self.rider.data, self.number.data)


class MoveForm(HandForm):
    """A door to another place."""

    door = _whole()
    own = _whole()
    position = _whole()

    @property
    def spot(self) -> Spot:
        """Give where the door shall go."""
        return Spot(self.rider.data, self.number.data, bool(self.own.data), self.position.data)


class GiveForm(HandForm):
    """A run to another rider."""

    to = SelectField(_l("Rider"), choices=[], coerce=int, validate_choice=False)

    def offer(self, riders: Sequence[Rider]) -> GiveForm:
        """Offer these riders."""
        self.to.choices = [(rider.id, rider.name) for rider in riders]
        return self


class LockForm(Form):
    """A run that planning again leaves as it is, or no more."""

    seen = HiddenField()
    run = _whole()
    locked = _whole()


class LeaveForm(HandForm):
    """A run to another minute."""

    depart = TimeField(_l("Leaves"), validators=[needed()])

    @property
    def second(self) -> int:
        """Give the second after midnight that was typed."""
        at: time = self.depart.data
        return (at.hour * 60 + at.minute) * 60
