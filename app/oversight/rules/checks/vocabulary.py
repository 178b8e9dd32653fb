"""Home of the words of integrity checks: a check with its parameters, a finding with its evidence, a gap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from app.canteens.rules import Sitting
from app.oversight.rules.calls import CallOutcome
from app.oversight.rules.purchases import Food
from app.text import Text, text

if TYPE_CHECKING:
    from app.oversight.rules.checks.facts import Facts

MOST_EVIDENCE = 40
"""How many rows a finding names; it counts all of them."""

NO_BOUND = 1_000_000
"""A number above all that a month of a district counts: so much a parameter may be set to."""

Limits = Mapping[str, int]
"""The value of each parameter of a check."""


Figures = dict[str, int | str]
"""What fills the gaps of a check's sentence."""


class Severity(StrEnum):
    """How soon a person should look."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def label(self) -> Text:
        """Give the severity for a screen."""
        return _SEVERITIES[self]

    @property
    def rank(self) -> int:
        """Give its place, the most urgent last."""
        return list(Severity).index(self)


_SEVERITIES = {
    Severity.LOW: text("look when there is time"),
    Severity.MEDIUM: text("look this month"),
    Severity.HIGH: text("look first"),
}


class EvidenceKind(StrEnum):
    """What a piece of evidence is, and so which page shows it."""

    MEAL = "meal"
    DAY = "day"
    RESIDENT = "resident"
    STAY = "stay"
    SITTING = "sitting"
    RUN = "run"
    USER = "user"
    STATEMENT = "statement"
    PURCHASE = "purchase"
    CALL = "call"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One row that a finding rests on: `ref` is its number or code, `figure` what was counted there."""

    kind: EvidenceKind
    ref: str
    on: date | None = None
    site_code: str = ""
    figure: int | None = None

    @property
    def plain(self) -> dict[str, object]:
        """Give it as JSON keeps it."""
        return {
            "kind": self.kind.value,
            "ref": self.ref,
            "on": self.on.isoformat() if self.on else None,
            "site": self.site_code,
            "figure": self.figure,
        }


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check asks a person about: `subject` is the same whenever the same thing is found again.

    `figures` fill the gaps of the check's sentence. `severity` is its own where it differs from the check's.
    """

    subject: str
    site_code: str
    figures: Mapping[str, int | str]
    evidence: tuple[Evidence, ...] = ()
    severity: Severity | None = None

    @property
    def plain_evidence(self) -> list[dict[str, object]]:
        """Give the evidence that is kept, in an order of its own: how facts arrived makes no difference."""
        ordered = sorted(self.evidence, key=lambda each: (each.on or date.min, each.kind, each.ref))
        return [each.plain for each in ordered[:MOST_EVIDENCE]]


class Missing(StrEnum):
    """Why something could not be checked."""

    PURCHASES = "purchases"
    SEATS = "seats"
    PLACE = "place"
    PLAN = "plan"
    COUNTS = "counts"
    WAY_OF_FINDING = "way_of_finding"
    HANDOVERS = "handovers"
    TOO_FEW = "too_few"
    REST_DAYS = "rest_days"
    CALLS = "calls"

    @property
    def label(self) -> Text:
        """Say it for a screen."""
        return _MISSING[self]


_MISSING = {
    Missing.PURCHASES: text("not checked: no purchases entered for the month"),
    Missing.SEATS: text("not checked: nobody entered how many seats there are"),
    Missing.PLACE: text("not checked: no coordinates entered"),
    Missing.PLAN: text("not checked: meals were delivered without a released plan"),
    Missing.COUNTS: text("not checked: portions were not counted"),
    Missing.WAY_OF_FINDING: text("not checked: the till noted nowhere how diners were found"),
    Missing.HANDOVERS: text("not checked: no rider's phone reported a hand-over"),
    Missing.TOO_FEW: text("not checked: too few meals to tell chance from habit"),
    Missing.REST_DAYS: text("not checked: the month has no workdays or no rest days yet"),
    Missing.CALLS: text("not checked: nobody of the month's sample has been called yet"),
}


@dataclass(frozen=True, slots=True)
class Gap:
    """What a check could not look at, and at which sites; without sites, nowhere at all."""

    missing: Missing
    sites: tuple[str, ...] = ()

    @property
    def plain(self) -> dict[str, object]:
        """Give it as JSON keeps it."""
        return {"missing": self.missing.value, "sites": sorted(self.sites)}


@dataclass(frozen=True, slots=True)
class Answer:
    """What one check found in a month, and what it could not look at."""

    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A whole number that a check measures by, with the bounds that somebody may set it within."""

    name: str
    label: Text
    default: int
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Check:
    """One question: what it asks, what may explain it innocently, who saw it happen, and how it looks.

    `sentence` says what was found; its gaps are filled with a finding's figures.
    """

    name: str
    title: Text
    asks: Text
    innocent: Text
    source: Text
    sentence: Text
    severity: Severity
    look: Callable[[Facts, Limits], Answer]
    parameters: tuple[Parameter, ...] = field(default=())

    @property
    def defaults(self) -> dict[str, int]:
        """Give what it measures by where nobody set anything."""
        return {each.name: each.default for each in self.parameters}

    def said(self, figures: Mapping[str, object]) -> Text:
        """Say what was found, with its figures; a sitting, a food or an answer by its name."""
        named = {name: _named(name, value) for name, value in figures.items()}
        return replace(self.sentence, values=named)


def check(
    *,
    title: Text,
    asks: Text,
    innocent: Text,
    source: Text,
    sentence: Text,
    severity: Severity,
    parameters: tuple[Parameter, ...] = (),
) -> Callable[[Callable[[Facts, Limits], Answer]], Check]:
    """Make a check of the function that looks for it: it carries that function's name."""

    def made(look: Callable[[Facts, Limits], Answer]) -> Check:
        return Check(look.__name__, title, asks, innocent, source, sentence, severity, look, parameters)

    return made


_WORDS: Mapping[str, type[Sitting | Food | CallOutcome]] = {
    "sitting": Sitting,
    "food": Food,
    "answer": CallOutcome,
}


def _named(name: str, value: object) -> object:
    return _WORDS[name](str(value)).label if name in _WORDS else value
