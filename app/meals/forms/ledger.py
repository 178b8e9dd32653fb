"""Home of how the ledger is searched: by day or month, site, sitting, reason and resident."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, ValidationError
from wtforms.validators import Optional

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.subsidy.rules import Reason
from app.web.form import Form
from app.web.language import say

_MONTH = re.compile(r"(19|20|21)\d\d-(0[1-9]|1[0-2])")


class MonthField(StringField):
    """A month, written 2026-11."""

    def pre_validate(self, _form: Form) -> None:
        """Refuse what is no month."""
        if self.data and not _MONTH.fullmatch(self.data):
            raise ValidationError(str(_l("Write the month like 2026-11.")))


class LedgerForm(Form):
    """Which meals are wanted; asked for with GET. A day goes before a month."""

    class Meta:
        """No token: asking changes nothing."""

        csrf = False

    month = MonthField(_l("Month"), render_kw={"type": "month"})
    day = DateField(_l("Day"), validators=[Optional()])
    site = SelectField(_l("Site"), default="")
    sitting = SelectField(_l("Sitting"), default="")
    reason = SelectField(_l("Decision"), default="")
    resident_no = StringField(_l("Resident number"))

    def __init__(self, *args: Any, sites: Sequence[Site], today: date, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Offer the sites that the viewer may see; without an answer the present month is shown."""
        super().__init__(*args, **kwargs)
        every = ("", str(_l("all")))
        self.site.choices = [every, *((site.site_code, site.name) for site in sites)]
        self.sitting.choices = [every, *((sitting.value, say(sitting.label)) for sitting in Sitting)]
        self.reason.choices = [every, *((reason.value, say(reason.label)) for reason in Reason)]
        if not self.month.data and not self.day.data:
            self.month.data = today.strftime("%Y-%m")

    @property
    def days(self) -> tuple[date, date]:
        """Give the first and the last day asked for."""
        if self.day.data:
            return self.day.data, self.day.data
        first = date.fromisoformat(f"{self.month.data}-01")
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def wanted(self) -> dict[str, Any]:
        """Give the rest of what was asked for, as the query on the ledger takes it."""
        return {
            "site_code": self.site.data or "",
            "sitting": Sitting(self.sitting.data) if self.sitting.data else None,
            "reason": Reason(self.reason.data) if self.reason.data else None,
            "resident_no": (self.resident_no.data or "").strip(),
        }
