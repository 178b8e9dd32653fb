"""Home of the form that asks where the next sites should open."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import RadioField, TextAreaField
from wtforms.validators import Length

from app.delivery.travel.estimate import Location
from app.oversight.rules.coverage import People, Way, people_label
from app.oversight.service.coverage import Question
from app.place import Datum, point
from app.sheet.cells import Unreadable, half_width
from app.text import text
from app.web.form import Form
from app.web.language import say

COVER, NEAREST = "cover", "nearest"
_MOST_LINES = 300
_PARTS = 3


class SitingForm(Form):
    """What is asked: the way, for whom, which aim, and places that could be chosen."""

    aim = RadioField(_l("Aim"), choices=[], default=COVER)
    way = RadioField(_l("Way"), choices=[], default=Way.WALKING.value)
    people = RadioField(_l("For whom"), choices=[], default=People.ALL.value)
    places = TextAreaField(
        _l("Places that could be chosen"),
        description=_l(
            "One on each line: name, latitude, longitude. Empty: the middle of each community, by its doors."
        ),
        validators=[Length(max=20_000, message=_l("At most 20,000 characters."))],
    )
    datum = RadioField(_l("Coordinates are"), choices=[], default=Datum.GCJ02.value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - WTForms' own
        """Offer the choices in the reader's language."""
        super().__init__(*args, **kwargs)
        self.aim.choices = [
            (COVER, say(text("the most people newly within 15 minutes"))),
            (NEAREST, say(text("the least minutes to the nearest site, over all people"))),
        ]
        self.way.choices = [(way.value, say(way.label)) for way in Way]
        asked = (People.ALL, People.IN_NEED)
        self.people.choices = [(each.value, say(people_label(each))) for each in asked]
        self.datum.choices = [
            (Datum.GCJ02.value, say(text("of a Chinese map (GCJ-02)"))),
            (Datum.WGS84.value, say(text("of satellites (WGS-84)"))),
        ]

    def question(self) -> Question:
        """Give what was asked.

        Raises: Unreadable for a line that is no place.
        """
        lines = [line for line in (self.places.data or "").splitlines() if line.strip()]
        datum = Datum(self.datum.data)
        return Question(
            Way(self.way.data),
            self.people.data,
            self.aim.data == NEAREST,
            [_place(number, line, datum) for number, line in enumerate(lines[:_MOST_LINES], start=1)],
        )


def _place(number: int, line: str, datum: Datum) -> tuple[str, Location]:
    parts = [part.strip() for part in half_width(line).replace("\t", ",").split(",")]
    try:
        name, latitude, longitude = parts[0], float(parts[1]), float(parts[2])
    except (IndexError, ValueError):
        raise Unreadable(
            text("Line {number} is not a name, a latitude and a longitude.", number=number),
            text("Write it like: 豹子岭社区, 28.1135, 112.9834"),
            field="places",
        ) from None
    found = point(latitude, longitude, datum)
    return name, (found.lon, found.lat)
