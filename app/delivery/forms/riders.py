"""Home of the forms about one rider: training and insurance, riding without them for a while."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, MonthField, SelectField, StringField
from wtforms.validators import Length, Optional

from app.canteens.models import Site
from app.delivery.models import Rider
from app.delivery.rules.cover import NewCover
from app.delivery.rules.doors import MapApp
from app.delivery.rules.readiness import LONGEST_REASON, NewWaiver, Papers
from app.text import text
from app.web.form import Form, needed, needed_text
from app.web.language import say


class PapersForm(Form):
    """When a rider was trained, and until when they are insured."""

    trained_on = DateField(_l("Trained on"), validators=[Optional()])
    last_insured_on = DateField(
        _l("Last insured day"),
        description=_l("As the policy says; this day still is insured"),
        validators=[Optional()],
    )

    @property
    def papers(self) -> Papers:
        """Give what was filled in."""
        return Papers(self.trained_on.data, self.last_insured_on.data)


class MapForm(Form):
    """The map app that a rider has."""

    map_app = SelectField(_l("Map app on the phone"), choices=[])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the apps in the reader's language."""
        super().__init__(*args, **kwargs)
        self.map_app.choices = [(each.value, say(each.label)) for each in MapApp]


class WaiverForm(Form):
    """Until before which day a rider rides without complete papers, and why."""

    until_on = DateField(
        _l("First day on which this ends"),
        description=_l("31 days from today at the most"),
        validators=[needed()],
    )
    reason = StringField(
        _l("Reason"),
        description=_l("Such as: the insurance is applied for; no identity numbers"),
        validators=[needed_text(), Length(max=LONGEST_REASON)],
    )

    def waiver(self) -> NewWaiver:
        """Give what was filled in."""
        return NewWaiver(self.until_on.data, self.reason.data.strip())


_RIDER, _KITCHEN = "rider:", "kitchen:"


class CoverForm(Form):
    """For whom or where a rider rides, from day to day."""

    whom = SelectField(_l("For whom, or where"), choices=[], validators=[needed()])
    from_on = DateField(_l("First day"), validators=[needed()])
    until_on = DateField(
        _l("First day in their own place again"),
        description=_l("Every cover has an end, within 92 days"),
        validators=[needed()],
    )

    def offer(self, riders: Sequence[Rider], kitchens: Sequence[Site]) -> None:
        """Offer the riders, then the kitchens."""
        self.whom.choices = [
            *((_RIDER + each.rider_no, _called(each)) for each in riders),
            *((_KITCHEN + each.site_code, say(text("at {kitchen}", kitchen=each.name))) for each in kitchens),
        ]

    def cover(self) -> NewCover:
        """Give what was filled in."""
        days, whom = (self.from_on.data, self.until_on.data), self.whom.data
        if whom.startswith(_RIDER):
            return NewCover(*days, covered_no=whom.removeprefix(_RIDER))
        return NewCover(*days, kitchen_code=whom.removeprefix(_KITCHEN))


def _called(rider: Rider) -> str:
    return say(
        text(
            "for {rider} ({rider_no}, {kitchen})",
            rider=rider.name,
            rider_no=rider.rider_no,
            kitchen=rider.kitchen.name,
        )
    )


class AdjustmentForm(Form):
    """Minutes to add to a rider's month or to take away, and why."""

    minutes = IntegerField(
        _l("Minutes, more or fewer"), description=_l("Such as 30, or -30 to take away"), validators=[needed()]
    )
    reason = StringField(
        _l("Reason"),
        description=_l("Which run, and what was not recorded"),
        validators=[needed_text(), Length(max=LONGEST_REASON)],
    )


class VerdictForm(Form):
    """The second look at a correction."""

    is_confirmed = HiddenField()


class CertificateForm(Form):
    """The months that a certificate is for."""

    first = MonthField(_l("First month"), validators=[needed()])
    last = MonthField(_l("Last month"), validators=[needed()])
