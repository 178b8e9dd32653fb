"""Home of the forms at the table: what somebody says without an account, and the look for its answer."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid4

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, RadioField, StringField, TextAreaField, ValidationError
from wtforms.validators import InputRequired, Length

from app.complaints.rules.classes import ComplaintClass
from app.complaints.rules.intake import LONGEST, LONGEST_NAME, checked_content
from app.errors import DomainError
from app.residents.rules.contact import phone
from app.text import text
from app.web.form import Form, needed_text
from app.web.language import say


def refuse_bad_words(_form: Form, field: TextAreaField) -> None:
    """Tidy what was written, refusing what is no complaint.

    Raises: ValidationError.
    """
    try:
        field.data = checked_content(field.data or "")
    except DomainError as error:
        raise ValidationError(say(error.message)) from error


def refuse_bad_phone(_form: Form, field: StringField) -> None:
    """Tidy a phone number; none at all is good too.

    Raises: ValidationError.
    """
    field.data = (field.data or "").strip()
    try:
        field.data = phone(field.data) if field.data else ""
    except DomainError as error:
        raise ValidationError(say(error.message)) from error


class VoiceForm(Form):
    """What somebody says at the table; only the words are needed."""

    sent_id = HiddenField()
    class_code = RadioField(
        _l("What is it about?"), validators=[InputRequired(_l("Please choose one."))], choices=[]
    )
    content = TextAreaField(
        _l("What would you like to say?"),
        description=_l("Please no identity number; a name is not needed"),
        validators=[needed_text(), Length(max=LONGEST), refuse_bad_words],
    )
    phone = StringField(
        _l("Phone, if we may call you back"),
        description=_l("Leave it empty to stay unnamed; you can look the answer up by a number"),
        validators=[Length(max=32), refuse_bad_phone],
    )
    name = StringField(
        _l("How may we address you?"), description=_l("May stay empty"), validators=[Length(max=LONGEST_NAME)]
    )
    agrees = BooleanField(_l("I agree that phone and name are kept to answer this, and erased later"))
    is_confidential = BooleanField(_l("Keep my words from the canteen: the street looks into it"))
    website = StringField(validators=[Length(max=0)])

    def offer(self, classes: Iterable[ComplaintClass]) -> None:
        """Offer the classes, and give what is said a number of its own."""
        self.class_code.choices = [(each.code, say(each.label)) for each in classes]
        if not self.sent_id.data:
            self.sent_id.data = str(uuid4())

    def validate_agrees(self, field: BooleanField) -> None:
        """Ask for consent where there is something to consent to.

        Raises: ValidationError.
        """
        if ((self.phone.data or "").strip() or (self.name.data or "").strip()) and not field.data:
            raise ValidationError(say(text("Tick this, or leave phone and name empty.")))

    @property
    def number(self) -> UUID:
        """Give the number of what was said.

        Raises: DomainError when the page was not made by us.
        """
        try:
            return UUID(self.sent_id.data)
        except ValueError:
            raise DomainError(text("This page cannot be read. Open it again.")) from None


class LookForm(Form):
    """The number and the code by which an answer is looked up."""

    number = StringField(_l("Number"), validators=[needed_text(), Length(max=20)])
    code = StringField(_l("Look-up code of 8 digits"), validators=[needed_text(), Length(max=20)])
