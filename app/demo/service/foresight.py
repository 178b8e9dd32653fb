"""Home of the demo's foresight: forecasts of the last days and of those to come, who is within reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from app.access import Actor
from app.clock import on
from app.oversight.rules.coverage import People, Way
from app.oversight.rules.outlook import NoteKind
from app.oversight.service.coverage import Question, keep_study, measure_coverage, study_sites
from app.oversight.service.forecast import NewNote, keep_forecasts, make_forecasts, write_note
from app.oversight.service.sums import refresh_sums

_DAYS = 14
_FEW = 21


def foresee(days: Sequence[date], officer: Actor, *, at: datetime) -> dict[str, int]:
    """Add up the days, write down what is known of those to come, and forecast; give how many sittings."""
    while refresh_sums():
        pass
    today = on(at)
    rain = today + timedelta(days=2)
    write_note(NewNote(NoteKind.RAIN, rain, rain, words="气象台预报：中雨"), by=officer, at=at)
    for back in range(_DAYS, 0, -1):
        if len(days) >= back + _FEW:
            keep_forecasts(today - timedelta(days=back))
    measure_coverage(by=officer, at=at)
    question = Question(Way.WALKING, People.ALL, is_nearest=False)
    keep_study(question, study_sites(question, today, by=officer), by=officer, at=at)
    return {"series": make_forecasts(by=officer, at=at)}
