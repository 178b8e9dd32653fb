"""Home of the forms of users."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectMultipleField, StringField
from wtforms.validators import EqualTo, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.auth.models import User
from app.auth.rules import NewUser, Place
from app.roles import Role
from app.web.form import Form, needed_text
from app.web.language import say

_LONGEST = Length(max=256)


class SignInForm(Form):
    """Name and password."""

    username = StringField(_l("Sign-in name"), validators=[needed_text(), Length(max=64)])
    password = PasswordField(_l("Password"), validators=[needed_text(), _LONGEST])


class CodeForm(Form):
    """A code of the app, or one of those on paper."""

    code = StringField(
        _l("Verification code"),
        description=_l("6 digits from the app, or a recovery code from your paper"),
        validators=[needed_text(), Length(max=32)],
    )


class ProofForm(Form):
    """The first code of a new factor."""

    code = StringField(_l("The 6 digits in the app"), validators=[needed_text(), Length(max=32)])


class BeginFactorForm(Form):
    """The password, and a code where a factor stands already."""

    password = PasswordField(_l("Your password"), validators=[needed_text(), _LONGEST])
    code = StringField(
        _l("Verification code"),
        description=_l("6 digits from the app, or a recovery code from your paper"),
        validators=[Length(max=32)],
    )


class PlaceForm(Form):
    """Roles and scope."""

    roles = SelectMultipleField(
        _l("Roles"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    area = StringField(
        _l("Area code"),
        description=_l("6 digits a district, 9 a street, 12 a community; empty for everywhere"),
        validators=[
            Regexp(r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})?$", message=_l("An area code has 6, 9 or 12 digits."))
        ],
    )
    site_code = StringField(
        _l("Site code"), description=_l("Only for site staff"), validators=[Length(max=32)]
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the roles in the reader's language."""
        super().__init__(*args, **kwargs)
        self.roles.choices = [(role.value, say(role.label)) for role in Role]

    def place(self) -> Place:
        """Give what was filled in."""
        return Place(
            frozenset(Role(role) for role in self.roles.data),
            (self.area.data or "").strip(),
            (self.site_code.data or "").strip() or None,
        )


class UserForm(PlaceForm):
    """A new user."""

    username = StringField(
        _l("Sign-in name"),
        validators=[
            needed_text(),
            Length(max=64),
            Regexp(r"^[a-z0-9][a-z0-9._-]*$", message=_l("Lower-case letters, digits, dot, dash only.")),
        ],
    )
    name = StringField(_l("Name"), validators=[needed_text(), Length(max=64)])
    password = PasswordField(
        _l("First password"),
        description=_l("They choose their own when they come in for the first time"),
        validators=[needed_text(), _LONGEST],
    )

    def new_user(self) -> NewUser:
        """Give what was filled in."""
        place = self.place()
        return NewUser(
            username=self.username.data.strip(),
            name=self.name.data.strip(),
            password=self.password.data,
            roles=place.roles,
            area=place.area,
            site_code=place.site_code,
        )


class PinForm(Form):
    """A new PIN, typed twice, with the password that shows who types it."""

    password = PasswordField(_l("Your password"), validators=[needed_text(), _LONGEST])
    pin = PasswordField(
        _l("New PIN"), description=_l("4 to 6 digits, known to nobody else"), validators=[needed_text()]
    )
    again = PasswordField(
        _l("The PIN once more"),
        validators=[EqualTo("pin", message=_l("The two PINs differ. Type both again."))],
    )


class OwnPasswordForm(Form):
    """A new password of one's own, typed twice."""

    password = PasswordField(_l("Your password"), validators=[needed_text(), _LONGEST])
    new = PasswordField(
        _l("New password"),
        description=_l("12 characters or more; a sentence that only you know is good"),
        validators=[needed_text(), _LONGEST],
    )
    again = PasswordField(
        _l("The new password once more"),
        validators=[EqualTo("new", message=_l("The two passwords differ. Type both again."))],
    )


class AskForm(Form):
    """Why something is asked of a second person."""

    reason = StringField(
        _l("Why"), description=_l("The second person reads it"), validators=[needed_text(), Length(max=200)]
    )


class PasswordForm(AskForm):
    """A new password for a user."""

    password = PasswordField(
        _l("New password"),
        description=_l("They choose their own when they come in for the first time"),
        validators=[needed_text(), _LONGEST],
    )


class RolesForm(PlaceForm, AskForm):
    """Other roles, or another scope, for a user."""

    def show(self, user: User) -> None:
        """Fill in what holds now."""
        self.roles.data = [role.value for role in sorted(user.role_set)]
        self.area.data, self.site_code.data = user.area, user.site_code or ""
