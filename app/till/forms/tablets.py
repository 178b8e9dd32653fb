"""Home of what the keepers of tablets fill in."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField
from wtforms.validators import Length

from app.canteens.models import Site
from app.web.form import Form, needed_text


class TabletForm(Form):
    """A tablet to be enrolled: where it stands, and what it is called there."""

    site_code = SelectField(_l("Site"))
    name = StringField(
        _l("Name of the tablet"),
        description=_l("What people at the site call it, like “front desk”"),
        validators=[needed_text(), Length(max=64)],
    )

    def __init__(self, *args: object, sites: Sequence[Site], **kwargs: object) -> None:
        """Offer the sites where the viewer may enrol one."""
        super().__init__(*args, **kwargs)
        self.site_code.choices = [(site.site_code, f"{site.name}（{site.site_code}）") for site in sites]
