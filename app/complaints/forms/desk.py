"""Home of the forms that the office fills in about complaints."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, DateField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, Regexp

from app.areas import queries as areas
from app.areas.rules import Level
from app.auth.models import User
from app.canteens.models import Site
from app.complaints.forms.public import refuse_bad_phone, refuse_bad_words
from app.complaints.rules.classes import MOST_DAYS, ComplaintClass
from app.complaints.rules.intake import AT_THE_DESK, LONGEST, LONGEST_NAME, NewComplaint, Way
from app.complaints.rules.states import CALLS
from app.roles import Scope
from app.text import text
from app.web.form import Form, needed, needed_text
from app.web.language import say

_CODE = re.compile(r"^[a-z][a-z_]{1,23}$")
_NOTHING = ("", "—")


class DeskForm(Form):
    """A complaint as somebody says it at the desk or on the phone."""

    way = RadioField(_l("How it came"), choices=[], validators=[needed()])
    class_code = SelectField(_l("What it is about"), choices=[], validators=[needed()])
    content = TextAreaField(
        _l("The complaint in words"), validators=[needed_text(), Length(max=LONGEST), refuse_bad_words]
    )
    site_code = SelectField(_l("Site, if it is about one"), choices=[])
    area_code = SelectField(_l("Place, if it is about no site"), choices=[])
    name = StringField(
        _l("How to address them"), description=_l("May stay empty"), validators=[Length(max=LONGEST_NAME)]
    )
    phone = StringField(
        _l("Phone, if they want a call back"),
        description=_l("Ask whether it may be kept for this"),
        validators=[Length(max=32), refuse_bad_phone],
    )
    is_confidential = BooleanField(_l("Keep it from the site: a report on wrongdoing"))

    def offer(
        self, classes: Iterable[ComplaintClass], sites: Iterable[Site], scope: Scope, district: str
    ) -> None:
        """Offer the ways, the classes, and the places that the viewer acts for."""
        self.way.choices = [(each.value, say(each.label)) for each in AT_THE_DESK]
        self.class_code.choices = [
            ("", say(text("Please choose"))),
            *((each.code, say(each.label)) for each in classes),
        ]
        self.site_code.choices = [_NOTHING, *((site.site_code, site.name) for site in sites)]
        self.area_code.choices = place_choices(scope, district)

    def record(self, sites: Iterable[Site]) -> NewComplaint:
        """Give what was filled in; what is about a site belongs where the site lies."""
        places = {site.site_code: site.area_code for site in sites}
        site_code = self.site_code.data or None
        return NewComplaint(
            way=Way(self.way.data),
            class_code=self.class_code.data,
            content=self.content.data,
            area_code=places[site_code] if site_code else self.area_code.data,
            site_code=site_code,
            name=(self.name.data or "").strip(),
            phone=self.phone.data or "",
            is_confidential=self.is_confidential.data,
        )


def place_choices(scope: Scope, district: str, *, communities: bool = True) -> list[tuple[str, str]]:
    """Give the places that somebody acts for, the widest first."""
    wanted = set(Level) if communities else {Level.DISTRICT, Level.STREET}
    prefix = scope.area or district
    found = [place for place in areas.areas_under(prefix) if place.level in wanted]
    named = areas.labels(place.code for place in found)
    whole = [] if any(place.code == prefix for place in found) else [(prefix, prefix)]
    return [*whole, *((place.code, named[place.code]) for place in found)]


class AssignForm(Form):
    """Who deals with a complaint, and of a confidential one what the site is told."""

    user_no = SelectField(_l("Who deals with it"), choices=[], validators=[needed()])
    brief = TextAreaField(
        _l("What the site is told"),
        description=_l("Only of a confidential one: in your words, without a hint at who said it"),
        validators=[Length(max=1000)],
    )

    def offer(self, users: Sequence[User], sites: dict[str, str]) -> None:
        """Offer who may answer."""
        chosen = [
            (user.user_no, f"{user.name} · {sites.get(user.site_code or '', '') or roles_of(user)}")
            for user in users
        ]
        self.user_no.choices = [("", say(text("Please choose"))), *chosen]


def roles_of(user: User) -> str:
    """Name what somebody is here for."""
    return "、".join(say(role.label) for role in sorted(user.role_set))


class AnswerForm(Form):
    """The answer, as whoever complained reads it."""

    words = TextAreaField(
        _l("Answer"),
        description=_l("What was found, what was done. Whoever complained reads it; no names of others"),
        validators=[needed_text(), Length(max=1000)],
    )


class CallForm(Form):
    """How a call-back ended."""

    how = RadioField(_l("How the call ended"), choices=[], validators=[needed()])
    note = TextAreaField(_l("Note"), validators=[Length(max=1000)])

    def __init__(self, *args: object, **kwargs: object) -> None:
        """Offer the ends in the reader's language."""
        super().__init__(*args, **kwargs)
        self.how.choices = [(each.value, say(each.label)) for each in CALLS]


class NoteForm(Form):
    """Why something is done."""

    note = TextAreaField(_l("Reason"), validators=[needed_text(), Length(max=1000)])


class HandOnForm(Form):
    """The office outside that a complaint concerns, and what whoever complained is told."""

    office = StringField(_l("Office that it concerns"), validators=[needed_text(), Length(max=60)])
    note = TextAreaField(_l("What whoever complained is told"), validators=[needed_text(), Length(max=1000)])


class MergeForm(Form):
    """The complaint that says the same."""

    into = StringField(_l("Number of the other one"), validators=[needed_text(), Length(max=20)])


class ClassForm(Form):
    """Another class for a complaint."""

    class_code = SelectField(_l("What it is about"), choices=[], validators=[needed()])

    def offer(self, classes: Iterable[ComplaintClass]) -> None:
        """Offer the classes of the day of receipt."""
        self.class_code.choices = [
            (each.code, say(text("{name}: {days} working days", name=each.label, days=each.working_days)))
            for each in classes
        ]


class SearchForm(Form):
    """What to link a complaint with: words about a resident, and the day of a run."""

    words = StringField(_l("Resident: name, number or card"), validators=[Length(max=64)])
    day = DateField(_l("Day"), validators=[needed()])


class ClassVersionForm(Form):
    """A class of complaints from a day on."""

    code = StringField(
        _l("Its code"),
        description=_l("Small letters, like food_safety; that of a class of the list changes it"),
        validators=[needed_text(), Regexp(_CODE, message=_l("Write small letters and _ only."))],
    )
    name = StringField(_l("Name of the class"), validators=[needed_text(), Length(max=40)])
    working_days = IntegerField(_l("Working days"), validators=[needed()])
    from_on = DateField(_l("From"), validators=[needed()])
    is_offered = BooleanField(_l("Offered"), default=True)

    def record(self) -> ComplaintClass:
        """Give what was filled in."""
        days = self.working_days.data or 0
        return ComplaintClass(
            self.code.data,
            self.from_on.data,
            min(days, MOST_DAYS + 1),
            self.name.data.strip(),
            self.is_offered.data,
        )


class SupervisorForm(Form):
    """Who supervises an area's late answers from a day on."""

    area = SelectField(_l("Area"), choices=[], validators=[needed()])
    user_no = SelectField(_l("Who supervises"), choices=[], validators=[needed()])
    from_on = DateField(_l("From"), validators=[needed()])

    def offer(self, places: Sequence[tuple[str, str]], users: Iterable[User]) -> None:
        """Offer the streets and who may supervise."""
        self.area.choices = list(places)
        self.user_no.choices = [(user.user_no, f"{user.name} · {roles_of(user)}") for user in users]


class CardsForm(Form):
    """Which codes for tables are printed, and how large."""

    site_code = SelectField(_l("Site"), choices=[])
    size = RadioField(_l("Paper"), choices=[], default="a6")

    def offer(self, sites: Iterable[Site]) -> None:
        """Offer the viewer's sites, or all of them."""
        found = [(site.site_code, site.name) for site in sites]
        whole = [("", say(text("All sites")))] if len(found) > 1 else []
        self.site_code.choices = [*whole, *found]
        self.size.choices = [("a6", "A6"), ("a5", "A5")]
