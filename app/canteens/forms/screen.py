"""Home of the forms on sites that a person fills in on a screen."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.areas import queries as areas
from app.areas.rules import Level
from app.canteens import queries
from app.canteens.forms.file import SITE_CODE
from app.canteens.models import Site
from app.canteens.rules import SiteKind, SiteRecord, Sitting, credit_code
from app.place import Datum, optional_point
from app.roles import Scope
from app.sheet.cells import code, day, degrees, integer, line_of_text
from app.text import text
from app.web.form import Form, YuanField, needed
from app.web.language import say
from app.web.read_field import ReadField

_site_code = code(SITE_CODE, meaning=text("letters, digits and hyphens, at most 32, like C01"))


def street_choices(prefix: str) -> list[tuple[str, str]]:
    """Give the streets under a prefix to choose from."""
    return [(area.code, area.short_name) for area in areas.areas_under(prefix) if area.level == Level.STREET]


class SiteForm(Form):
    """A site, as it is registered or corrected."""

    site_code = ReadField(_l("Site code"), _site_code, description=_l("It stays for good, like C01"))
    name = ReadField(_l("Site name"), line_of_text(max_length=120), validators=[needed()])
    kind = SelectField(_l("Kind"))
    area_code = SelectField(_l("Community"), validators=[needed()])
    opened_on = ReadField(_l("Opens on"), day, validators=[needed()])
    closed_on = ReadField(
        _l("Closed from"), day, description=_l("The first day without meals; empty while open")
    )
    seats = ReadField(_l("Seats"), integer(high=10_000))
    kitchen_code = SelectField(_l("Kitchen"))
    operator = ReadField(_l("Operator"), line_of_text(max_length=120))
    uscc = ReadField(_l("Credit code of the operator"), credit_code)
    lat = ReadField(_l("Latitude"), degrees)
    lon = ReadField(_l("Longitude"), degrees)
    datum = SelectField(_l("Coordinates from"))

    def offer(self, scope: Scope, prefix: str, *, but: str = "") -> None:
        """Offer kinds, the communities of the viewer's area, and the kitchens there."""
        self.kind.choices = [(each.value, say(each.label)) for each in SiteKind]
        streets = dict(street_choices(prefix))
        communities: dict[str, list[tuple[str, str]]] = {}
        for area in areas.areas_under(prefix):
            if area.level == Level.COMMUNITY:
                street = streets.get(area.parent_code or "", area.parent_code or "")
                communities.setdefault(street, []).append((area.code, area.short_name))
        choose = say(text("Please choose"))
        self.area_code.choices = {choose: [("", "—")], **communities}
        self.kitchen_code.choices = [
            ("", say(text("cooks itself"))),
            *((site.site_code, site.name) for site in queries.kitchens(scope) if site.site_code != but),
        ]
        self.datum.choices = [
            (Datum.WGS84.value, say(text("satellite (WGS-84)"))),
            (Datum.GCJ02.value, say(text("a Chinese map (GCJ-02)"))),
        ]

    def show(self, site: Site) -> None:
        """Fill in what is kept."""
        for name in ("site_code", "name", "area_code", "opened_on", "closed_on", "seats"):
            self._fields[name].data = getattr(site, name)
        self.kind.data = site.kind.value
        self.kitchen_code.data = site.kitchen_code or ""
        self.operator.data = site.operator.name if site.operator else None
        self.uscc.data = site.operator.uscc if site.operator else None
        self.lat.data, self.lon.data = site.latitude, site.longitude

    def record(self, site_code: str) -> SiteRecord:
        """Give what was filled in.

        Raises: Unreadable when parts of it do not go together.
        """
        return SiteRecord(
            site_code=site_code,
            name=self.name.data,
            kind=SiteKind(self.kind.data),
            area_code=self.area_code.data,
            place=optional_point(self.lat.data, self.lon.data, Datum(self.datum.data)),
            opened_on=self.opened_on.data,
            closed_on=self.closed_on.data,
            seats=self.seats.data,
            kitchen_code=self.kitchen_code.data or None,
            operator=self.operator.data or "",
            uscc=self.uscc.data,
        )


class PriceForm(Form):
    """What a sitting's meal costs from a day on."""

    sitting = SelectField(_l("Sitting"))
    from_on = ReadField(_l("Beginning"), day, validators=[needed()])
    price = YuanField(_l("Price in yuan"), validators=[needed()])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the sittings in the reader's language."""
        super().__init__(*args, **kwargs)
        self.sitting.choices = [(each.value, say(each.label)) for each in Sitting]

    def price_fen(self) -> int:
        """Give the price that was typed."""
        return self.price.data or 0
