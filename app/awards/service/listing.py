"""Home of an award as papers, workbooks and files list it: every figure of its inputs, ready to be shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.awards import queries
from app.awards.models import Award
from app.awards.rules.content import AwardContent
from app.awards.rules.year import Year
from app.errors import NotFound
from app.roles import Scope
from app.subsidy.rules.awards import AwardPolicy, Step
from app.subsidy.rules.awards.wording import grade
from app.text import Text, text


@dataclass(frozen=True, slots=True)
class Listed:
    """One award with its policy and the steps of its reckoning."""

    award: Award
    content: AwardContent
    policy: AwardPolicy
    steps: tuple[Step, ...]

    @classmethod
    def of(cls, award: Award) -> Listed:
        """Read an award."""
        content, policy = award.document, award.policy.policy
        return cls(award, content, policy, content.steps(policy))

    @property
    def average_hundredths(self) -> int:
        """Give the daily average, rounded half up to a hundredth of a meal."""
        average = self.content.facts.average
        return (200 * average.numerator + average.denominator) // (2 * average.denominator)

    @property
    def grade(self) -> Text | None:
        """Say how the score was judged; None without an assessment."""
        marks = self.content.marks
        return grade(self.policy, marks.score_tenths) if marks is not None else None


@dataclass(frozen=True, slots=True)
class WantedAwards:
    """The awards to be handed out: one year's, within the scope of whoever asks, never none."""

    year: Year
    awards: Sequence[Listed]

    @classmethod
    def of(cls, year: Year, scope: Scope) -> WantedAwards:
        """Read the year's awards that are not void.

        Raises: NotFound when there is none within the scope.
        """
        found = [Listed.of(award) for award in queries.awards_of(year, scope)]
        if not found:
            raise NotFound(
                text("No award of {year} has been drafted. Draft the year first.", year=year.number),
                field="year",
            )
        return cls(year, found)

    @property
    def amount_fen(self) -> int:
        """Give what they come to."""
        return sum(each.content.amount_fen for each in self.awards)
