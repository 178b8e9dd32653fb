"""Home of drafting awards: a canteen's year is counted, and its award made of it, or made again."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from app.audit import service as audit
from app.awards import queries
from app.awards.models import Assessment, Award
from app.awards.rules.acts import AwardState
from app.awards.rules.content import AwardContent, Grounds, award_of
from app.awards.rules.year import Year
from app.canteens.models import Site
from app.clock import on
from app.errors import DomainError, NotFound
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor, Scope
from app.subsidy import queries as subsidy
from app.subsidy.models import AwardPolicyVersion
from app.text import Text, text

SITE_LOCK = "awards.site"
"""What whoever makes or moves an award of a canteen holds meanwhile."""


class Drafted(Enum):
    """What drafting did to a canteen's award; an approved one stands as it is."""

    MADE = "made"
    REFRESHED = "refreshed"
    UNCHANGED = "unchanged"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True)
class NotDrafted:
    """A canteen that got no award, and why."""

    site_code: str
    reason: Text


def drafted_words(year: Year, done: Counter[Drafted]) -> Text:
    """Say what drafting did."""
    return text(
        "Drafted {year}: {made} new, {refreshed} made again, {unchanged} unchanged, {frozen} approved.",
        year=year.number,
        made=done[Drafted.MADE],
        refreshed=done[Drafted.REFRESHED],
        unchanged=done[Drafted.UNCHANGED],
        frozen=done[Drafted.FROZEN],
    )


def canteens_to_draft(year: Year, *, site_code: str | None = None, by: Actor) -> list[str]:
    """Give the canteens in scope that were open in the year.

    Raises: NotFound when there is none.
    """
    found = [site.site_code for site in queries.canteens_open(year, by.scope)]
    chosen = [code for code in found if site_code in (None, code)]
    if not chosen and site_code is not None:
        raise NotFound(
            text("No canteen {code} was open in {year}.", code=site_code, year=year.number), field="site"
        )
    if not chosen:
        raise NotFound(text("No canteen was open in {year}.", year=year.number), field="year")
    return chosen


def draft_awards(year: Year, *, by: Actor, at: datetime) -> list[Drafted | NotDrafted]:
    """Draft the award of every canteen in scope; one that cannot be made keeps none of the others back.

    Raises: NotFound without a canteen; DomainError before the year has begun.
    """
    year.counted_until(on(at))
    return [draft_or_say_why(code, year, by=by, at=at) for code in canteens_to_draft(year, by=by)]


def draft_or_say_why(site_code: str, year: Year, *, by: Actor, at: datetime) -> Drafted | NotDrafted:
    """Draft one canteen's award, or give the reason why it cannot be; then nothing was written."""
    try:
        return draft_award(site_code, year, by=by, at=at)
    except DomainError as error:
        return NotDrafted(site_code, error.message)


def draft_award(site_code: str, year: Year, *, by: Actor, at: datetime) -> Drafted:
    """Draft one canteen's award from its meals until yesterday; drafting again changes what changed.

    Raises: NotFound; DomainError without a policy, or without an assessment that it asks for.
    """
    lock_names(db.session, SITE_LOCK, [site_code])
    last = queries.newest_award(site_code, year)
    if last is not None and last.state is AwardState.APPROVED:
        return Drafted.FROZEN
    issue = 1 if last is None else last.issue + (last.state is AwardState.VOIDED)
    award = last if last is not None and last.issue == issue else None
    made = Made.now(site_code, year, issue=issue, until=year.counted_until(on(at)))
    if award is not None and award.hash == made.content.hash:
        return Drafted.UNCHANGED
    drafted = Drafted.REFRESHED if award else Drafted.MADE
    if award is None:
        award = Award(award_no=made.content.award_no, site_code=site_code, year=year.number, issue=issue)
        db.session.add(award)
    made.write(award)
    award.state, award.drafted_by, award.drafted_at = AwardState.DRAFT, by.user_no, at
    db.session.flush()
    detail = {"amount_fen": award.amount_fen, "hash": award.hash}
    audit.record(f"award.{_ACTS[drafted]}", f"award:{award.award_no}", by=by, at=at, detail=detail)
    return drafted


_ACTS = {Drafted.MADE: "drafted", Drafted.REFRESHED: "drafted_again"}


@dataclass(frozen=True, slots=True)
class Made:
    """What an award says if it is made now, and the rows that it rests on."""

    content: AwardContent
    policy: AwardPolicyVersion
    assessment: Assessment | None

    @classmethod
    def now(cls, site_code: str, year: Year, *, issue: int, until: date) -> Made:
        """Make it of the decisions, the policy and the assessment as they stand.

        Raises: NotFound; DomainError without a policy, or without an assessment that it asks for.
        """
        site = _canteen(site_code, year)
        policy = subsidy.award_policy_deciding(site.area_code, year.number)
        if policy is None:
            raise DomainError(
                text("No policy on awards was in force when {year} began. Draft one.", year=year.number)
            )
        assessment = queries.newest_assessment(site_code, year)
        grounds = Grounds(
            policy=policy.policy,
            policy_digest=policy.digest,
            counted_until=until,
            facts=queries.year_facts(site, year, until, policy.policy.formula),
            assessed=assessment.facts if assessment else None,
            paid=queries.paid_before(site_code, year, issue),
        )
        return cls(award_of(grounds, site_code=site_code, year=year, issue=issue), policy, assessment)

    def write(self, award: Award) -> None:
        """Write it into an award."""
        award.policy, award.assessment = self.policy, self.assessment
        award.assessed_by = self.assessment.assessed_by if self.assessment else None
        award.amount_fen = self.content.amount_fen
        award.content, award.hash = self.content.canonical, self.content.hash


def _canteen(site_code: str, year: Year) -> Site:
    """Give a canteen that was open in the year.

    Raises: NotFound.
    """
    for site in queries.canteens_open(year, Scope(site_code=site_code)):
        return site
    raise NotFound(text("No canteen {code} was open in {year}.", code=site_code, year=year.number))


def is_current(award: Award) -> bool:
    """Tell whether the facts, the policy and the assessment still give this draft."""
    try:
        made = Made.now(award.site_code, award.period, issue=award.issue, until=award.document.counted_until)
    except DomainError:
        return False
    return made.content.hash == award.hash
