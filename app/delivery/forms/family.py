"""Home of the forms of families: a contact, a link's end, and what a family asks for by its link."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from flask_babel import lazy_gettext as _l
from wtforms import DateField, SelectField, StringField, ValidationError
from wtforms.validators import Length, Optional

from app.canteens.rules import Sitting
from app.delivery.rules.family import AHEAD_DAYS, LONGEST_NAME, NewContact, Relation
from app.residents.rules.absence import Absence, AbsenceReason
from app.residents.rules.contact import phone
from app.sheet.cells import Unreadable
from app.web.filters import whole_day
from app.web.form import Form, needed, needed_text
from app.web.language import say


class ContactForm(Form):
    """Somebody to call about a resident."""

    name = StringField(_l("Name"), validators=[needed_text(), Length(max=LONGEST_NAME)])
    relation = SelectField(_l("What they are to the resident"), choices=[])
    phone = StringField(_l("Phone"), validators=[needed_text(), Length(max=32)])
    agreed_on = DateField(
        _l("Agreed on"),
        description=_l("They were asked, and want to be kept here and called"),
        validators=[needed()],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the relations in the reader's language."""
        super().__init__(*args, **kwargs)
        self.relation.choices = [(each.value, say(each.label)) for each in Relation]

    def validate_phone(self, field: StringField) -> None:
        """Refuse what is no phone number.

        Raises: ValidationError.
        """
        try:
            field.data = phone(field.data or "")
        except Unreadable as error:
            raise ValidationError(say(error.message)) from error

    @property
    def contact(self) -> NewContact:
        """Give what was filled in."""
        return NewContact(
            self.name.data.strip(), Relation(self.relation.data), self.phone.data, self.agreed_on.data
        )


class PhotoConsentForm(Form):
    """The day on which a household agreed to photos."""

    photo_agreed_on = DateField(_l("Agreed on"), validators=[needed()])


class LinkForm(Form):
    """Until when a link opens."""

    until_on = DateField(_l("Opens until before"), validators=[needed()])


class TokenForm(Form):
    """A family's link, or what stands behind its #, as it was pasted."""

    link = StringField(_l("Link"), validators=[needed_text(), Length(max=400)])

    @property
    def token(self) -> str:
        """Give what stands behind the #."""
        return str(self.link.data).strip().rpartition("#")[2]


class FamilyOrderForm(Form):
    """One delivery more."""

    served_on = SelectField(_l("Day"), choices=[])
    sitting = SelectField(_l("Sitting"), choices=[])

    def offer(self, today: date, sittings: Iterable[Sitting], *, open_from: date | None = None) -> None:
        """Offer the days to come, from the first that can still be ordered, and the resident's sittings."""
        ahead = (today + timedelta(days=days) for days in range(AHEAD_DAYS))
        days = [day for day in ahead if day >= (open_from or today)]
        self.served_on.choices = [(day.isoformat(), whole_day(day)) for day in days]
        self.sitting.choices = [(each.value, say(each.label)) for each in sittings]

    @property
    def day(self) -> date:
        """Give the day that was chosen."""
        return date.fromisoformat(self.served_on.data)


class PauseForm(Form):
    """Days on which nothing is to be brought."""

    reason = SelectField(_l("Why"), choices=[])
    from_on = DateField(_l("First day without delivery"), validators=[needed()])
    back_on = DateField(
        _l("First day with delivery again"),
        description=_l("Leave it empty while nobody knows; nothing comes until you enter it"),
        validators=[Optional()],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the reasons in the reader's language."""
        super().__init__(*args, **kwargs)
        self.reason.choices = [(each.value, say(each.label)) for each in AbsenceReason]

    @property
    def absence(self) -> Absence:
        """Give what was filled in."""
        return Absence(AbsenceReason(self.reason.data), self.from_on.data, self.back_on.data)


class AgainForm(Form):
    """The first day with delivery again."""

    back_on = DateField(_l("First day with delivery again"), validators=[needed()])
