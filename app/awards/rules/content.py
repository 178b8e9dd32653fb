"""Home of what an award says, in the canonical form that its hash is over. Pure.

The form is documented byte for byte in docs/award-hash.md; a change of it is a new format beside this.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.awards.rules.year import Year
from app.subsidy.rules.awards import (
    AwardPolicy,
    Instalment,
    Marks,
    Step,
    YearFacts,
    due_months,
    instalments_of,
    reckoned,
)

FORMAT = "meal-circle-award/1"


@dataclass(frozen=True, slots=True)
class PolicyNamed:
    """Which policy an award rests on: enough to find it and to see that it is the same to the letter."""

    district: str
    effective_from: date
    reference: str
    digest: str


@dataclass(frozen=True, slots=True)
class Assessed:
    """Which assessment an award rests on; a later one replaces it in a later award only."""

    issue: int
    marks: Marks


@dataclass(frozen=True, slots=True)
class AwardContent:
    """An award as a document: what it rests on, its amount, and how it is paid.

    `paid` is what void awards of the same year paid, by the month it was due.
    """

    award_no: str
    site_code: str
    year: Year
    policy: PolicyNamed
    counted_until: date
    facts: YearFacts
    assessed: Assessed | None
    amount_fen: int
    paid: tuple[tuple[str, int], ...]
    instalments: tuple[Instalment, ...]

    @property
    def paid_before_fen(self) -> int:
        """Give what void awards of the same year paid."""
        return sum(fen for _, fen in self.paid)

    @property
    def marks(self) -> Marks | None:
        """Give what was assessed."""
        return self.assessed.marks if self.assessed is not None else None

    def steps(self, policy: AwardPolicy) -> tuple[Step, ...]:
        """Give the steps that lead to the amount, with the policy that it names."""
        return reckoned(policy, self.facts, self.marks).steps

    @property
    def canonical(self) -> str:
        """Give the canonical form: JSON arrays, a line each."""
        facts, marks, policy = self.facts, self.marks, self.policy
        assessed = (
            [self.assessed.issue, marks.score_tenths, marks.satisfaction_tenths, marks.capacity]
            if self.assessed is not None and marks is not None
            else []
        )
        counted = [facts.days_open, facts.days_in_year, facts.served_days, facts.meals]
        lines: list[list[Any]] = [
            [FORMAT, self.award_no, self.site_code, self.year.number],
            ["policy", policy.district, policy.effective_from.isoformat(), policy.reference, policy.digest],
            [
                "facts",
                self.counted_until.isoformat(),
                *counted,
                [list(each) for each in facts.meals_from_age],
            ],
            ["assessment", *assessed],
            ["amount", self.amount_fen],
            *(["paid", month, fen] for month, fen in self.paid),
            *(["instalment", part.number, part.due_month, part.amount_fen] for part in self.instalments),
        ]
        return "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)

    @property
    def hash(self) -> str:
        """Give SHA-256 over the canonical form."""
        return hash_of(self.canonical)


def hash_of(canonical: str) -> str:
    """Give SHA-256 over a canonical form, in 64 lower-case hexadecimal digits."""
    return hashlib.sha256(canonical.encode()).hexdigest()


def award_number(year: Year, site_code: str, issue: int = 1) -> str:
    """Give an award's number: year, site, and how often it was issued. No counter is asked.

    >>> award_number(Year(2026), "C01")
    'A2026-C01-01'
    """
    return f"A{year.number}-{site_code}-{issue:02d}"


@dataclass(frozen=True, slots=True)
class Grounds:
    """What an award is made of."""

    policy: AwardPolicy
    policy_digest: str
    counted_until: date
    facts: YearFacts
    assessed: Assessed | None
    paid: Mapping[str, int]


def award_of(grounds: Grounds, *, site_code: str, year: Year, issue: int = 1) -> AwardContent:
    """Make an award of its grounds: nothing else enters it.

    Raises: DomainError when the policy asks for something that nobody has assessed.
    """
    policy, assessed = grounds.policy, grounds.assessed
    amount_fen = reckoned(policy, grounds.facts, assessed.marks if assessed else None).amount_fen
    return AwardContent(
        award_no=award_number(year, site_code, issue),
        site_code=site_code,
        year=year,
        policy=PolicyNamed(policy.district, policy.effective_from, policy.reference, grounds.policy_digest),
        counted_until=grounds.counted_until,
        facts=grounds.facts,
        assessed=assessed,
        amount_fen=amount_fen,
        paid=tuple(sorted(grounds.paid.items())),
        instalments=instalments_of(amount_fen, due_months(policy.schedule, year.number), paid=grounds.paid),
    )


def content_from_canonical(written: str) -> AwardContent:
    """Read an award back; it is the inverse of `AwardContent.canonical`."""
    (_, award_no, site_code, year), policy, facts, assessment, amount, *rest = (
        json.loads(line) for line in written.splitlines()
    )
    _, until, days_open, days_in_year, served_days, meals, ages = facts
    return AwardContent(
        award_no=award_no,
        site_code=site_code,
        year=Year(year),
        policy=PolicyNamed(policy[1], date.fromisoformat(policy[2]), policy[3], policy[4]),
        counted_until=date.fromisoformat(until),
        facts=YearFacts(
            meals, served_days, days_open, days_in_year, tuple((age, count) for age, count in ages)
        ),
        assessed=Assessed(assessment[1], Marks(*assessment[2:])) if len(assessment) > 1 else None,
        amount_fen=amount[1],
        paid=tuple((line[1], line[2]) for line in rest if line[0] == "paid"),
        instalments=tuple(Instalment(*line[1:]) for line in rest if line[0] == "instalment"),
    )
