"""Home of the forms about one rider: training and insurance, riding without them for a while."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import DateField, StringField
from wtforms.validators import Length, Optional

from app.delivery.rules.readiness import LONGEST_REASON, NewWaiver, Papers
from app.web.form import Form, needed, needed_text


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
