"""Home of the award files: awards, the steps of their reckoning, and instalments as CSV; whole fen."""

from __future__ import annotations

from typing import IO

from app.awards.service.listing import Listed, WantedAwards
from app.settlement.service.csv_files import harmless, write_rows

AWARDS = (
    "award_no",
    "site_code",
    "year",
    "state",
    "policy_reference",
    "template",
    "counted_until",
    "days_open",
    "days_in_year",
    "served_days",
    "meals",
    "score_tenths",
    "satisfaction_tenths",
    "capacity",
    "amount_fen",
    "paid_before_fen",
    "paid_fen",
    "hash",
)
STEPS = ("award_no", "position", "step", "reckoning", "result")
INSTALMENTS = ("award_no", "number", "due_month", "amount_fen", "paid_on")


def write_awards(target: IO[bytes], wanted: WantedAwards) -> None:
    """Write one row for each award."""
    write_rows(target, AWARDS, (_award(each) for each in wanted.awards))


def _award(each: Listed) -> tuple[str | int, ...]:
    award, said, facts, marks = each.award, each.content, each.content.facts, each.content.marks
    marked = (marks.score_tenths, marks.satisfaction_tenths, marks.capacity) if marks else (None, None, None)
    return (
        award.award_no,
        award.site_code,
        award.year,
        award.state.value,
        harmless(said.policy.reference),
        each.policy.formula.template.value,
        said.counted_until.isoformat(),
        facts.days_open,
        facts.days_in_year,
        facts.served_days,
        facts.meals,
        *("" if mark is None else mark for mark in marked),
        said.amount_fen,
        said.paid_before_fen,
        award.paid_fen,
        award.hash,
    )


def write_steps(target: IO[bytes], wanted: WantedAwards) -> None:
    """Write one row for each step of each award's reckoning."""
    rows = (
        (each.award.award_no, position, step.kind.value, harmless(step.reckoning), step.result)
        for each in wanted.awards
        for position, step in enumerate(each.steps, start=1)
    )
    write_rows(target, STEPS, rows)


def write_instalments(target: IO[bytes], wanted: WantedAwards) -> None:
    """Write one row for each instalment, with the day on which it was paid."""
    paid = {
        (each.award.award_no, payment.number): payment.paid_on.isoformat()
        for each in wanted.awards
        for payment in each.award.payments
    }
    rows = (
        (
            each.award.award_no,
            part.number,
            part.due_month,
            part.amount_fen,
            paid.get((each.award.award_no, part.number), ""),
        )
        for each in wanted.awards
        for part in each.content.instalments
    )
    write_rows(target, INSTALMENTS, rows)
