"""Home of the forms of users."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import PasswordField, SelectMultipleField, StringField
from wtforms.validators import EqualTo, Length, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from app.access import Role
from app.auth.rules import NewUser
from app.web.form import Form, needed_text
from app.web.language import say


class SignInForm(Form):
    """Name and password."""

    username = StringField(_l("Sign-in name"), validators=[needed_text(), Length(max=64)])
    password = PasswordField(_l("Password"), validators=[needed_text(), Length(max=256)])


class UserForm(Form):
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
    password = PasswordField(_l("Password"), validators=[needed_text(), Length(max=256)])
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

    def new_user(self) -> NewUser:
        """Give what was filled in."""
        return NewUser(
            username=self.username.data.strip(),
            name=self.name.data.strip(),
            password=self.password.data,
            roles=frozenset(Role(role) for role in self.roles.data),
            area=(self.area.data or "").strip(),
            site_code=(self.site_code.data or "").strip() or None,
        )


class PinForm(Form):
    """A new PIN, typed twice, with the password that shows who types it."""

    password = PasswordField(_l("Your password"), validators=[needed_text(), Length(max=256)])
    pin = PasswordField(
        _l("New PIN"), description=_l("4 to 6 digits, known to nobody else"), validators=[needed_text()]
    )
    again = PasswordField(
        _l("The PIN once more"),
        validators=[EqualTo("pin", message=_l("The two PINs differ. Type both again."))],
    )


class PasswordForm(Form):
    """A new password for a user."""

    password = PasswordField(_l("New password"), validators=[needed_text(), Length(max=256)])
