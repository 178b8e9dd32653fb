"""Home of the form that says where a door is."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from app.place import Datum, Point, point
from app.sheet.cells import degrees
from app.text import text
from app.web.form import Form, needed
from app.web.language import say
from app.web.read_field import ReadField


class PlaceForm(Form):
    """Latitude, longitude, and what they refer to: a pin on the map fills in all three."""

    lat = ReadField(_l("Latitude"), degrees, description=_l("Like 28.1135"), validators=[needed()])
    lon = ReadField(_l("Longitude"), degrees, description=_l("Like 112.9834"), validators=[needed()])
    datum = SelectField(
        _l("Coordinates from"),
        choices=[],
        description=_l("Chinese maps lie some 600 m beside satellites here"),
        validators=[needed(_l("Say where the coordinates come from."))],
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Ask for the datum in the reader's language, and take none for granted."""
        super().__init__(*args, **kwargs)
        self.datum.choices = [
            ("", say(text("Please choose"))),
            (Datum.WGS84.value, say(text("satellite (WGS-84), or the map here"))),
            (Datum.GCJ02.value, say(text("a Chinese map (GCJ-02)"))),
        ]

    @property
    def place(self) -> Point:
        """Give the place that was entered.

        Raises: Unreadable for what is swapped, or lies outside China.
        """
        return point(self.lat.data, self.lon.data, Datum(self.datum.data))
