"""Home of the comparison of an award with what the facts give: each difference in words. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

from app.awards.rules.content import AwardContent
from app.text import Text, text


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that an award says otherwise than the facts."""

    award_no: str
    what: Text

    def as_text(self) -> Text:
        """Give the difference as one sentence."""
        return text("Award {number}: {difference}", number=self.award_no, difference=self.what)


def differences(stored: AwardContent, found: AwardContent) -> Iterator[Difference]:
    """Compare what an award says with what it must say, field by field."""
    for entry in fields(AwardContent):
        said, must = getattr(stored, entry.name), getattr(found, entry.name)
        if said == must:
            continue
        if entry.name == "facts":
            yield from _fact_differences(stored, found)
        else:
            yield _differing(stored.award_no, entry.name, said, must)


def _fact_differences(stored: AwardContent, found: AwardContent) -> Iterator[Difference]:
    for entry in fields(stored.facts):
        said, must = getattr(stored.facts, entry.name), getattr(found.facts, entry.name)
        if said != must:
            yield _differing(stored.award_no, entry.name, said, must)


def _differing(award_no: str, field: str, stored: object, found: object) -> Difference:
    what = text("{field}: stored {stored}, from the facts {found}", field=field, stored=stored, found=found)
    return Difference(award_no, what)
