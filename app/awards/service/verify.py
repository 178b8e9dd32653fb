"""Home of the proof of a year's awards: each reckoned once more from the facts alone, and compared.

It reads the ledger, the residents, the sites and the policies, and decides every meal again; neither the
decision table nor what an award says of its meals is believed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain

from app.awards import queries
from app.awards.models import Award
from app.awards.rules.acts import AwardState
from app.awards.rules.content import Grounds, award_of, hash_of
from app.awards.rules.differences import Difference, differences
from app.awards.rules.year import Year, YearTally
from app.errors import DomainError, NotFound
from app.roles import Scope
from app.settlement.service import lines_from_facts
from app.subsidy.service import digest_of
from app.text import text


@dataclass(frozen=True, slots=True)
class Verification:
    """What proving a year found: how many awards were looked at, and every difference.

    Of void ones only their own words, hash and payments are proven: the facts may have moved since.
    """

    awards: int
    differences: tuple[Difference, ...]


_Tallies = Mapping[str, YearTally]


def verify_year(year: Year) -> Verification:
    """Reckon every award of the year from the facts alone and compare.

    Raises: NotFound when the year has no award.
    """
    standing, void = queries.awards_of(year, Scope()), queries.void_awards(year, Scope())
    if not standing and not void:
        raise NotFound(
            text("No award of {year} has been drafted. Draft the year first.", year=year.number), field="year"
        )
    tallies = _tallies(year, standing)
    found = chain(
        chain.from_iterable(_own_differences(award) for award in (*standing, *void)),
        chain.from_iterable(_differences_from_facts(award, tallies) for award in standing),
    )
    return Verification(len(standing) + len(void), tuple(found))


def _tallies(year: Year, awards: list[Award]) -> _Tallies:
    """Count each canteen's year until the day that its award counts to, all in one pass over the meals."""
    until = {award.site_code: award.document.counted_until for award in awards}
    found = {site_code: YearTally() for site_code in until}
    for line, resident in lines_from_facts(year.first_on, max(until.values(), default=year.first_on)):
        if line.counts and line.served_on <= until.get(line.site_code, date.min):
            age = resident.age_on(line.served_on) if resident is not None else None
            found[line.site_code].add(line.served_on, is_subsidised=bool(line.shares), age=age)
    return found


def _own_differences(award: Award) -> Iterator[Difference]:
    """Prove what an award says against itself: its hash, its policy's text, its columns, its payments."""
    said = award.document
    parts_fen = sum(part.amount_fen for part in said.instalments)
    pairs: dict[str, tuple[object, object]] = {
        "hash": (award.hash, hash_of(award.content)),
        "policy_digest": (said.policy.digest, digest_of(award.policy.document)),
        "award_no": (award.award_no, said.award_no),
        "amount_fen": (award.amount_fen, said.amount_fen),
        "total_fen": (said.amount_fen, said.paid_before_fen + parts_fen),
        "state": (award.state is not AwardState.DRAFT, award.approved_by is not None),
    }
    due = {part.number: (part.due_month, part.amount_fen) for part in said.instalments}
    for payment in award.payments:
        paid = (payment.due_month, payment.amount_fen)
        pairs[f"payment_{payment.number}"] = (paid, due.get(payment.number))
    for field, (stored, must) in pairs.items():
        if stored != must:
            what = text("{field}: stored {stored}, must be {must}", field=field, stored=stored, must=must)
            yield Difference(award.award_no, what)


def _differences_from_facts(award: Award, tallies: _Tallies) -> Iterator[Difference]:
    """Compare a standing award with one that is made anew of facts, its policy and its assessment."""
    said = award.document
    policy = award.policy.policy
    tally = tallies[award.site_code]
    grounds = Grounds(
        policy=policy,
        policy_digest=digest_of(award.policy.document),
        counted_until=said.counted_until,
        facts=tally.facts(award.period, award.site.facts, policy.formula),
        assessed=award.assessment.facts if award.assessment else None,
        paid=queries.paid_before(award.site_code, award.period, award.issue),
    )
    try:
        must = award_of(grounds, site_code=award.site_code, year=award.period, issue=award.issue)
    except DomainError as error:
        yield Difference(award.award_no, error.message)
    else:
        yield from differences(said, must)
