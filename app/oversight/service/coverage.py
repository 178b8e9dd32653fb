"""Home of keeping what is measured of coverage, and the studies of where sites should open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete

from app.areas import queries as areas
from app.audit import service as audit
from app.clock import on as day_of
from app.database import insert_rows
from app.delivery.travel.estimate import Location, location_of
from app.errors import DomainError
from app.extensions import db
from app.locks import lock_space
from app.oversight.models import CoverageCell, CoverageCount, CoverageMiddle, SitingStudy
from app.oversight.queries import coverage as queries
from app.oversight.rules.coverage import FEWEST, Way, middle_of
from app.roles import Actor, Scope
from app.text import text

if TYPE_CHECKING:
    from app.oversight.service.measuring import Measured

_COVERAGE = "oversight.coverage"
_EVERYWHERE = Scope()
_FEWEST_CANDIDATES = 1
_STREET = 9


def measure_coverage(*, by: Actor, at: datetime) -> int:
    """Hold every resident's door against the open sites; give how many residents that were."""
    from app.oversight.service.measuring import measure  # noqa: PLC0415  Only who measures pays for numpy.

    lock_space(db.session, _COVERAGE)
    on = day_of(at)
    doors = list(queries.doors(on))
    sites = [place for site in queries.open_places(on, _EVERYWHERE) if (place := location_of(site))]
    for table in (CoverageCount, CoverageCell, CoverageMiddle):
        db.session.execute(delete(table))
    insert_rows(db.session, CoverageMiddle, _middles(doors))
    for way in Way:
        found = measure(doors, way, on, sites)
        insert_rows(db.session, CoverageCount, _counts(found, way, on))
        insert_rows(db.session, CoverageCell, [_cell(way, *each) for each in found.beyond.items()])
    db.session.flush()
    audit.record("coverage.measured", f"day:{on}", by=by, at=at, detail={"residents": len(doors)})
    return len(doors)


def _counts(found: Measured, way: Way, on: date) -> list[dict[str, object]]:
    return [
        {
            "area": area,
            "people": people,
            "way": way.value,
            "residents": count,
            "placed": found.placed[area, people],
            "within": found.within[area, people],
            "measured_on": on,
        }
        for (area, people), count in sorted(found.residents.items())
    ]


def _middles(doors: Sequence[queries.Door]) -> list[dict[str, object]]:
    """Give where streets and communities lie, to about 100 m, so that it is nobody's door."""
    from app.oversight.service.measuring import middles  # noqa: PLC0415  As above.

    found = {**middles(doors, fewest=FEWEST), **middles(doors, digits=_STREET, fewest=FEWEST)}
    return [
        {"area": area, "latitude": round(latitude, 3), "longitude": round(longitude, 3)}
        for area, (longitude, latitude) in sorted(found.items())
    ]


def _cell(way: Way, where: tuple[str, tuple[int, int]], count: int) -> dict[str, object]:
    area, square = where
    latitude, longitude = middle_of(square)
    return {
        "way": way.value,
        "area": area,
        "row": square[0],
        "place": square[1],
        "latitude": round(latitude, 5),
        "longitude": round(longitude, 5),
        "residents": count,
    }


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a study: which way, for whom, most covered or nearest, and the candidates' names."""

    way: Way
    people: str
    is_nearest: bool
    candidates: Sequence[tuple[str, Location]] = ()

    @property
    def arguments(self) -> dict[str, object]:
        """Write the question as a job is asked it."""
        return {
            "way": self.way.value,
            "people": self.people,
            "is_nearest": self.is_nearest,
            "candidates": [[name, *place] for name, place in self.candidates],
        }

    @classmethod
    def read(
        cls, way: str, people: str, candidates: Sequence[Sequence[Any]], *, is_nearest: bool
    ) -> Question:
        """Read back what `arguments` wrote."""
        places = [(str(name), (float(east), float(north))) for name, east, north in candidates]
        return cls(Way(way), people, is_nearest, places)


def study_sites(
    question: Question, on: date, *, by: Actor, told: Callable[[int, int], None] = lambda _done, _of: None
) -> dict[str, object]:
    """Find where sites should open, for the actor's area; nothing is written. It takes its seconds.

    `told` hears how many of how many numbers of new sites are studied, and may raise to end it.
    Raises: DomainError where there is no candidate, or nobody's door is known.
    """
    from app.oversight.service.measuring import Candidate, middles, study  # noqa: PLC0415  As above.

    doors = [door for door in queries.doors(on) if by.scope.covers(door.area)]
    candidates = [Candidate(*each) for each in question.candidates]
    if not candidates:
        found = middles(doors)
        names = areas.labels(found)
        candidates = [Candidate(names[area], place) for area, place in found.items()]
    if len(candidates) < _FEWEST_CANDIDATES:
        raise DomainError(
            text("No door of the area has its place, so there is nowhere to begin. Place doors first.")
        )
    answer = study(
        doors,
        candidates,
        question.way,
        on,
        people=question.people,
        is_nearest=question.is_nearest,
        told=told,
    )
    return {**answer, "candidates": [[each.name, *each.place] for each in candidates]}


def keep_study(question: Question, answer: dict[str, object], *, by: Actor, at: datetime) -> SitingStudy:
    """Keep a study; the newest of an area is shown."""
    asked = {
        "way": question.way.value,
        "people": question.people,
        "aim": "nearest" if question.is_nearest else "cover",
        "given": "yes" if question.candidates else "",
    }
    kept = SitingStudy(area=by.scope.area, asked=asked, answer=answer, made_by=by.user_no, made_at=at)
    db.session.add(kept)
    db.session.flush()
    audit.record("siting.studied", f"siting:{kept.id}", by=by, at=at, detail=dict(asked))
    return kept


def note_look(area: str, count: int, *, by: Actor, at: datetime, as_file: bool) -> None:
    """Write down who looked at whom outreach is for: how many and where, nobody's name."""
    act = "outreach.taken_away" if as_file else "outreach.looked_at"
    audit.record(act, f"area:{area or by.scope.area}", by=by, at=at, detail={"residents": count})
