"""Home of what oversight keeps about one resident: told in their own report, let go with the rest."""

from __future__ import annotations

from collections.abc import Iterator

from app.clock import SHANGHAI
from app.extensions import db
from app.oversight.queries import calls as queries
from app.privacy.service import forget_above, kept_above
from app.privacy.service.report import Say
from app.text import text
from app.workbook import Cell


def _calls_of(resident_no: str, say: Say) -> Iterator[list[Cell]]:
    for task, answer in queries.answers_about(resident_no):
        asked = text("Call about the meals of {month}", month=task.sample.month)
        when = answer.called_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
        yield [say(asked), f"{when} {say(answer.outcome.label)} {answer.note}".strip()]


def _forget_calls(resident_no: str) -> None:
    """Empty the notes of calls; the answer itself stays, since a case may rest on it."""
    for _, answer in queries.answers_about(resident_no):
        answer.note = ""
    db.session.flush()


kept_above.append(_calls_of)
forget_above.append(_forget_calls)
