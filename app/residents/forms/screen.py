"""Home of the forms on residents that a person fills in on a screen."""

from __future__ import annotations

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import Optional

from app.areas import queries as areas
from app.areas.rules import Level
from app.place import Datum, optional_point
from app.residents.forms.file import AREA
from app.residents.models import Resident
from app.residents.rules.absence import Absence, AbsenceReason
from app.residents.rules.cards import EndReason
from app.residents.rules.categories import grade_label, period
from app.residents.rules.contact import phone
from app.residents.rules.facts import Category, CategoryPeriod, Status, StatusChange
from app.residents.rules.identity import Identity, identity
from app.residents.rules.names import name
from app.residents.rules.record import Person
from app.sheet.cells import Unreadable, code, day, degrees, line_of_text
from app.text import text
from app.web.form import Form, needed
from app.web.language import say
from app.web.read_field import ReadField

_area = code(AREA, meaning=text("the official code of 12 digits, or its first 2, 4, 6 or 9"))
_GRADES = ("1", "2", "3", "4", "light", "moderate", "severe", "total")
_SAME = "="
AreaChoices = dict[str, list[tuple[str, str]]]


def area_choices(prefix: str) -> AreaChoices:
    """Give the places under a prefix as a list to choose from, communities grouped by their street."""
    choices: AreaChoices = {}
    group = say(text("Only the street is known"))
    for area in areas.areas_under(prefix):
        if area.level == Level.COMMUNITY:
            choices.setdefault(area.parent_code or "", []).append((area.code, area.short_name))
        else:
            choices.setdefault(group, []).append((area.code, area.short_name))
    return {_heading(key, choices.get(group, [])): places for key, places in sorted(choices.items())}


def _heading(key: str, streets: list[tuple[str, str]]) -> str:
    return dict(streets).get(key, key)


class PersonForm(Form):
    """Who somebody is, and where they live."""

    name = ReadField(_l("Name"), name, validators=[needed()])
    id_number = ReadField(_l("Identity number"), identity)
    phone = ReadField(_l("Phone"), phone)
    residence_area = SelectField(_l("Lives in"), validators=[needed()])
    address = ReadField(_l("Address"), line_of_text(max_length=200))
    registered_area = SelectField(_l("Household registered in"), validators=[Optional()])
    registered_code = ReadField(
        _l("… or elsewhere: area code"),
        _area,
        description=_l("At least the first 2 digits; 6 say the district"),
    )
    no_phone = BooleanField(_l("No phone any more"))
    consent_on = ReadField(_l("Consented on"), day)
    lat = ReadField(_l("Latitude"), degrees)
    lon = ReadField(_l("Longitude"), degrees)
    datum = SelectField(_l("Coordinates from"))

    def offer(self, prefix: str) -> None:
        """Offer the places of the viewer's area; what is kept already stays on offer."""
        choices = area_choices(prefix)
        known = {place for places in choices.values() for place, _ in places}
        offered = _with(choices, self.residence_area.data, known)
        self.residence_area.choices = {say(text("Please choose")): [("", "—")], **offered}
        self.registered_area.choices = {
            say(text("Household register")): [
                (_SAME, say(text("where they live"))),
                ("", say(text("elsewhere: write the code below"))),
            ],
            **choices,
        }
        self.datum.choices = [
            (Datum.WGS84.value, say(text("satellite (WGS-84)"))),
            (Datum.GCJ02.value, say(text("a Chinese map (GCJ-02)"))),
        ]

    def show(self, resident: Resident) -> None:
        """Fill in what is kept; identity number and phone stay hidden."""
        self.name.data = resident.name
        self.residence_area.data = resident.residence_area
        self.address.data = resident.address
        self.consent_on.data = resident.consent_on
        self.lat.data, self.lon.data = resident.latitude, resident.longitude
        known = {area.code for area in areas.areas_under(resident.registered_area[:6])}
        if resident.registered_area == resident.residence_area:
            self.registered_area.data = _SAME
        elif resident.registered_area in known:
            self.registered_area.data = resident.registered_area
        else:
            self.registered_area.data, self.registered_code.data = "", resident.registered_area

    def person(self, *, kept_phone: str | None = None) -> Person:
        """Give what was filled in; an empty phone keeps the one that is there, unless there is none any more.

        Raises: Unreadable when parts of it do not go together.
        """
        chosen = self.registered_area.data or self.registered_code.data
        registered = self.residence_area.data if chosen == _SAME else chosen
        if not registered:
            raise Unreadable(
                text("It is not said where the household is registered."),
                text("Choose the place, or write its code."),
                field="registered_area",
            )
        place = optional_point(self.lat.data, self.lon.data, Datum(self.datum.data or Datum.WGS84))
        return Person(
            name=self.name.data,
            phone=self.phone.data or (None if self.no_phone.data else kept_phone),
            registered_area=registered,
            residence_area=self.residence_area.data,
            address=self.address.data or "",
            place=place,
        )

    def identity(self) -> Identity | None:
        """Give the identity number that was typed, None when the field was left empty."""
        found: Identity | None = self.id_number.data
        return found

    def needed_identity(self) -> Identity:
        """Give the identity number.

        Raises: Unreadable when the field was left empty.
        """
        found = self.identity()
        if found is None:
            raise Unreadable(text("The identity number is missing."), text("Fill it in."), field="id_number")
        return found


def _with(choices: AreaChoices, kept: str | None, known: set[str]) -> AreaChoices:
    """Add a place that is kept but not on the list."""
    if not kept or kept in known:
        return choices
    return {say(text("As it is kept")): [(kept, areas.labels([kept])[kept])], **choices}


class CategoryForm(Form):
    """A category that somebody holds from a day on."""

    category = SelectField(_l("Category"), validators=[needed()])
    grade = SelectField(_l("Grade"), description=_l("For disabled 1–4, for incapacitated light to total"))
    from_on = ReadField(_l("Beginning"), day, validators=[needed()])
    until_on = ReadField(_l("No longer from"), day, description=_l("Leave it empty while there is no end"))
    evidence = ReadField(
        _l("Evidence"), line_of_text(max_length=200), description=_l("Which paper, its number, who saw it")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer categories and grades in the reader's language."""
        super().__init__(*args, **kwargs)
        self.category.choices = [("", "—"), *((each.value, say(each.label)) for each in Category)]
        self.grade.choices = [("", "—"), *((each, say(grade_label(each))) for each in _GRADES)]

    def period(self) -> CategoryPeriod:
        """Give what was filled in.

        Raises: Unreadable when grade or days do not fit.
        """
        return period(
            Category(self.category.data), self.grade.data or None, self.from_on.data, self.until_on.data
        )


class EndForm(Form):
    """The day from which a category no longer holds."""

    until_on = ReadField(_l("No longer from"), day, validators=[needed()])

    def day(self) -> date:
        """Give the day."""
        chosen: date = self.until_on.data
        return chosen


class StatusForm(Form):
    """What becomes of somebody, and since when."""

    status = SelectField(_l("Status"), validators=[needed()])
    from_on = ReadField(_l("Beginning"), day, validators=[needed()])
    note = ReadField(_l("Note"), line_of_text(max_length=200))

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the statuses in the reader's language."""
        super().__init__(*args, **kwargs)
        self.status.choices = [("", "—"), *((each.value, say(each.label)) for each in Status)]

    def change(self) -> StatusChange:
        """Give what was filled in."""
        return StatusChange(Status(self.status.data), self.from_on.data)


class AbsenceForm(Form):
    """Why somebody is away, and the days."""

    reason = SelectField(_l("Reason"), validators=[needed()])
    from_on = ReadField(_l("First day away"), day, validators=[needed()])
    back_on = ReadField(
        _l("First day at home again"), day, description=_l("Leave it empty while nobody knows it")
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the reasons in the reader's language."""
        super().__init__(*args, **kwargs)
        self.reason.choices = [(each.value, say(each.label)) for each in AbsenceReason]

    def absence(self) -> Absence:
        """Give what was filled in."""
        return Absence(AbsenceReason(self.reason.data), self.from_on.data, self.back_on.data)


class BackForm(Form):
    """The day from which somebody is at home again."""

    back_on = ReadField(_l("First day at home again"), day, validators=[needed()])


class CardForm(Form):
    """One card of somebody; why it ends, for a button that ends it and gives a new one."""

    code = HiddenField(validators=[needed()])
    reason = SelectField(choices=[each.value for each in EndReason], default=EndReason.LOST.value)
