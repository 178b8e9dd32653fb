"""Home of the demo's residents: invented people aged 60 and more, as old and as needy as a district's are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import Enum, auto
from random import Random

from app.areas.rules import Outline
from app.clock import SHANGHAI
from app.demo.rules import names
from app.demo.rules.chance import Lot, stream
from app.demo.rules.hardship import categories, status
from app.demo.rules.land import Community, door
from app.residents.rules.facts import ResidentFacts
from app.residents.rules.identity import Identity, Sex, check_digit
from app.residents.rules.record import Person, ResidentRecord

_UNASSIGNED_AREA = "990000"
_PHONES_FROM = 19_900_000_000
"""A block of numbers that counts up from nothing; no network has given out phones like these."""

_SEQUENCES = 500
"""How many identity numbers one day has for each sex."""

_REGISTERING_DAYS = 1800
"""How long the register has been filling."""

_PHONE, _CONSENT = 0.88, 0.97
_DECADES = Lot({60: 58.0, 70: 30.0, 80: 10.6, 90: 1.4})
_WOMEN = {60: 0.51, 70: 0.525, 80: 0.57, 90: 0.63}
_ELSEWHERE_IN_CHANGSHA = Lot(
    {"430102": 3.0, "430104": 2.0, "430105": 2.0, "430111": 4.0, "430112": 1.0, "430121": 2.0}
)
_OUTSIDE = Lot({"430302": 1.0, "430204": 1.0, "430681": 1.0, "430981": 2.0, "431302": 1.0, "420102": 0.3})


class _Belongs(Enum):
    """Where somebody belongs by residence and by household registration."""

    HOME = auto()
    OTHER_COMMUNITY = auto()
    OTHER_DISTRICT = auto()
    OTHER_CITY = auto()
    REGISTERED_ONLY = auto()
    NEITHER = auto()


_BELONGING = Lot(
    {
        _Belongs.HOME: 83.5,
        _Belongs.OTHER_COMMUNITY: 7.0,
        _Belongs.OTHER_DISTRICT: 4.0,
        _Belongs.OTHER_CITY: 3.5,
        _Belongs.REGISTERED_ONLY: 1.5,
        _Belongs.NEITHER: 0.5,
    }
)
_STREET_NAMES = ("示例路", "长寿路", "安康街", "和睦巷", "银杏路", "福寿街")


@dataclass(frozen=True, slots=True)
class DemoResident:
    """A resident to be registered, and when; `lives_at` is None for who lives outside the district."""

    record: ResidentRecord
    resident_no: str
    registered_at: datetime
    consent_on: date | None
    lives_at: Community | None
    floor: int

    @property
    def facts(self) -> ResidentFacts:
        """Give what decisions rest on."""
        record, person = self.record, self.record.person
        return ResidentFacts(
            resident_no=self.resident_no,
            birth_on=record.identity.birth_on,
            registered_area=person.registered_area,
            residence_area=person.residence_area,
            statuses=(record.status,) if record.status else (),
            categories=record.categories,
        )


def residents(
    communities: Sequence[Community], outline: Outline, *, seed: int, today: date, count: int
) -> Iterator[DemoResident]:
    """Invent so many residents, one after another."""
    inventor = _Inventor(communities, outline, stream(seed, "people"), today)
    for number in range(1, count + 1):
        yield inventor.resident(number)


class _Inventor:
    """Invents one person after another, and remembers which identity numbers are taken."""

    def __init__(
        self, communities: Sequence[Community], outline: Outline, random: Random, today: date
    ) -> None:
        """Know the land and the day, and nobody yet."""
        self._homes = Lot({community: community.share for community in communities})
        self._outline = outline
        self._random = random
        self._today = today
        self._born: Counter[tuple[date, Sex]] = Counter()

    def resident(self, number: int) -> DemoResident:
        """Invent the person with this number."""
        random = self._random
        age = _age(random)
        sex = Sex.FEMALE if random.random() < _WOMEN[age // 10 * 10] else Sex.MALE
        home = self._homes.draw(random)
        floor = 1 + min(random.randrange(7), random.randrange(9))
        identity = self._identity(_birth(age, self._today, random), sex)
        person = self._person(number, sex, home, floor)
        lives_here = person.place is not None
        held = categories(age, sex, random, self._today)
        standing = status(age, random, self._today)
        resident_no = f"R-{number:06}"
        registered_on = self._registered(identity.birth_on)
        return DemoResident(
            record=ResidentRecord(resident_no, identity, person, standing, held),
            resident_no=resident_no,
            registered_at=datetime.combine(registered_on, time(9 + random.randrange(8)), SHANGHAI),
            consent_on=registered_on if random.random() < _CONSENT else None,
            lives_at=home if lives_here else None,
            floor=floor,
        )

    def _person(self, number: int, sex: Sex, home: Community, floor: int) -> Person:
        random = self._random
        residence, registration = self._areas(home)
        lives_here = residence == home.code
        return Person(
            name=names.name(sex, random),
            phone=str(_PHONES_FROM + number) if random.random() < _PHONE else None,
            registered_area=registration,
            residence_area=residence,
            address=_address(home, floor, random) if lives_here else "",
            place=door(home, self._outline, random) if lives_here else None,
        )

    def _registered(self, birth_on: date) -> date:
        """Draw since when somebody is registered: not before turning 60, and not later than yesterday."""
        drawn = self._today - timedelta(days=self._random.randrange(5, _REGISTERING_DAYS))
        return min(max(drawn, _sixtieth(birth_on)), self._today - timedelta(days=1))

    def _identity(self, birth_on: date, sex: Sex) -> Identity:
        """Make up the next free identity number of a birth date and sex."""
        while self._born[birth_on, sex] >= _SEQUENCES:
            birth_on -= timedelta(days=1)
        before = self._born[birth_on, sex]
        self._born[birth_on, sex] += 1
        sequence = 2 * ((birth_on.toordinal() * 7 + before * 37) % _SEQUENCES) + (sex is Sex.MALE)
        body = f"{_UNASSIGNED_AREA}{birth_on:%Y%m%d}{sequence:03}"
        return Identity(body + check_digit(body), birth_on, sex)

    def _areas(self, home: Community) -> tuple[str, str]:
        """Draw where somebody lives and where the household is registered."""
        random = self._random
        match _BELONGING.draw(random):
            case _Belongs.REGISTERED_ONLY:
                return _ELSEWHERE_IN_CHANGSHA.draw(random), home.code
            case _Belongs.NEITHER:
                return _ELSEWHERE_IN_CHANGSHA.draw(random), _OUTSIDE.draw(random)
            case _Belongs.OTHER_COMMUNITY:
                return home.code, self._homes.draw(random).code
            case _Belongs.OTHER_DISTRICT:
                return home.code, _ELSEWHERE_IN_CHANGSHA.draw(random)
            case _Belongs.OTHER_CITY:
                return home.code, _OUTSIDE.draw(random)
        return home.code, home.code


def _age(random: Random) -> int:
    """Draw an age; within a decade the younger are more."""
    decade = _DECADES.draw(random)
    return decade + int(min(random.random(), random.random() * 1.4) * 10)


def _birth(age: int, today: date, random: Random) -> date:
    """Draw a day of birth for somebody who has completed so many years today."""
    latest, earliest = _years_before(today, age), _years_before(today, age + 1)
    return latest - timedelta(days=random.randrange((latest - earliest).days))


def _years_before(day: date, years: int) -> date:
    """Give the same day so many years before; 28 February where that year has no 29th.

    >>> _years_before(date(2028, 2, 29), 61)
    datetime.date(1967, 2, 28)
    """
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _sixtieth(birth_on: date) -> date:
    """Give the day on which somebody turns 60.

    >>> _sixtieth(date(1964, 2, 29)), _sixtieth(date(1966, 11, 23))
    (datetime.date(2024, 2, 29), datetime.date(2026, 11, 23))
    """
    return birth_on.replace(year=birth_on.year + 60)


def _address(home: Community, floor: int, random: Random) -> str:
    """Make up a door; the first digit of the room is its floor."""
    return (
        f"{home.name}{_STREET_NAMES[random.randrange(len(_STREET_NAMES))]}"
        f"{random.randrange(1, 120)}号{random.randrange(1, 16)}栋{random.randrange(1, 5)}单元"
        f"{floor}{random.randrange(1, 5):02}室"
    )
