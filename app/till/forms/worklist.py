"""Home of what is filled in on the worklist: a record put right, a reason, a choice between two contents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TimeField, ValidationError
from wtforms.validators import Length

from app import clock
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.meals.forms.till import price_bounds
from app.meals.rules import Channel, Payment
from app.till.rules.drafts import Draft
from app.till.rules.mending import Mended
from app.till.service import Proposal
from app.web.form import Form, YuanField, needed, needed_text
from app.web.language import say


class FixForm(Form):
    """One button: the fix that was shown, by its key."""

    fix = HiddenField(validators=[Length(max=64)])


class MendForm(Form):
    """A record as it ought to be; what undoes a meal asks for that meal and the reason too."""

    site_code = SelectField(_l("Site"))
    resident_no = StringField(
        _l("Resident number"),
        description=_l("Empty: not registered, full price"),
        validators=[Length(max=32)],
    )
    sitting = SelectField(_l("Sitting"))
    channel = SelectField(_l("How the meal is eaten"))
    price = YuanField(_l("Price in yuan"), validators=[needed(_l("Type the price.")), price_bounds])
    day = DateField(_l("Day"), validators=[needed()])
    time = TimeField(_l("Time"), validators=[needed()])
    payment = SelectField(_l("Paid"))
    reverses = StringField(_l("Record number of the meal that it undoes"), validators=[needed_text()])
    reason = StringField(_l("Reason"), validators=[needed_text(), Length(max=200)])

    def __init__(self, *args: Any, proposal: Proposal, sites: Sequence[Site], **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Fill in what can be read of the record, or what a fix would make of it."""
        super().__init__(*args, **{**_filled(proposal), **kwargs})
        self.proposal = proposal
        self.site_code.choices = [(site.site_code, f"{site.name}（{site.site_code}）") for site in sites]
        self.sitting.choices = [(each.value, say(each.label)) for each in Sitting]
        self.channel.choices = [(each.value, say(each.label)) for each in Channel]
        self.payment.choices = [
            ("", str(_l("not noted"))),
            *((each.value, say(each.label)) for each in Payment),
        ]
        if proposal.draft.is_undoing:
            del self.resident_no
        else:
            del self.reverses, self.reason

    def validate_reverses(self, field: StringField) -> None:
        """Refuse what is no number of a record."""
        try:
            UUID(field.data)
        except ValueError:
            refusal = _l("This is not the number of a record. Copy it from the meal.")
            raise ValidationError(str(refusal)) from None

    def mended(self) -> Mended:
        """Give the record as it was put right; the service says under which id."""
        draft = self.proposal.draft
        return Mended(
            id=self.proposal.record_id,
            site_code=self.site_code.data,
            resident_no="" if draft.is_undoing else (self.resident_no.data or "").strip(),
            sitting=Sitting(self.sitting.data),
            channel=Channel(self.channel.data),
            price_fen=int(self.price.data or 0),
            served_at=self._served_at(),
            by=draft.by,
            tablet=self.proposal.known.tablet_no,
            seq=draft.seq,
            reverses=UUID(self.reverses.data) if draft.is_undoing else None,
            reason=self.reason.data.strip() if draft.is_undoing else "",
            payment=Payment(self.payment.data) if self.payment.data else None,
            companion_of=draft.companion_of,
            found_by=draft.found_by,
        )

    def _served_at(self) -> datetime:
        """Give the instant that was typed, to the second where the minute was left as it was."""
        typed = datetime.combine(self.day.data, self.time.data, clock.SHANGHAI)
        likely = _likely(self.proposal).served_at
        same_minute = likely is not None and timedelta(0) <= likely - typed < timedelta(minutes=1)
        return likely if likely is not None and same_minute else typed


def _likely(proposal: Proposal) -> Mended | Draft:
    """Give what the first fix would make of a record, or where there is none the record as it can be read."""
    return proposal.fixes[0].mended if proposal.fixes else proposal.draft


def _filled(proposal: Proposal) -> dict[str, Any]:
    """Give what the form begins with."""
    likely = _likely(proposal)
    local = (likely.served_at or proposal.row.received_at).astimezone(clock.SHANGHAI)
    return {
        "site_code": likely.site_code if isinstance(likely, Mended) else proposal.known.here.site_code,
        "resident_no": likely.resident_no if isinstance(likely, Mended) else "",
        "sitting": (likely.sitting or Sitting.LUNCH).value,
        "channel": (likely.channel or Channel.DINE_IN).value,
        "price": likely.price_fen,
        "day": local.date(),
        "time": local.time().replace(second=0, microsecond=0),
        "payment": likely.payment.value if likely.payment is not None else "",
        "reverses": str(likely.reverses) if likely.reverses is not None else "",
        "reason": likely.reason,
    }


class SetAsideForm(Form):
    """Why a record is left out of the ledger."""

    reason = StringField(
        _l("Why it is not taken in"), validators=[needed_text(_l("Say why.")), Length(max=200)]
    )


class OtherForm(Form):
    """Why the first of two contents is wrong."""

    reason = StringField(
        _l("Why the first one is wrong"), validators=[needed_text(_l("Say why.")), Length(max=200)]
    )


class SeenForm(Form):
    """A double meal that was seen, as it was shown."""

    resident_no = HiddenField(validators=[Length(max=32)])
    served_on = DateField(validators=[needed()])
    sitting = HiddenField()
    meals = IntegerField(validators=[needed()])
