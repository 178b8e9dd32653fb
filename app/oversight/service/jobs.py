"""Home of what oversight has done beside: the study of where the next sites should open."""

from __future__ import annotations

from collections.abc import Sequence

from app import clock
from app.extensions import db
from app.jobs.service import Work, kind
from app.oversight.rules.coverage import Way, people_label
from app.oversight.service.coverage import Question, keep_study, study_sites
from app.roles import Actor, Permission
from app.text import Text, text


def _about(arguments: dict[str, str]) -> Text:
    return text("{people}, {way}", people=people_label(arguments["people"]), way=Way(arguments["way"]).label)


@kind(
    "oversight.siting",
    text("Study where to open"),
    permission=Permission.OVERSIGHT_ENTER,
    about=_about,
)
def siting(
    work: Work, *, by: Actor, way: str, people: str, is_nearest: bool, candidates: Sequence[Sequence[float]]
) -> None:
    """Study where sites should open, and keep the study; each number of new sites is a step.

    The candidates are as `Question.arguments` wrote them: a name, an east and a north.
    """
    question = Question.read(way, people, candidates, is_nearest=is_nearest)
    answer = study_sites(question, clock.today(), by=by, told=work.progress)
    db.session.rollback()
    with work.act() as act:
        keep_study(question, answer, by=by, at=clock.now())
        act.done(text("Studied. Look at it under “Where the next sites should open”."))
