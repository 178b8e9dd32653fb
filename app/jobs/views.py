"""Home of the pages of background work: what the viewer asked for, how far it is, and what came of it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import BinaryIO

from flask import Blueprint, Response, redirect, render_template, send_file, url_for
from werkzeug import Response as Redirection

from app import clock
from app.access import signed_in, viewer
from app.errors import DomainError, NotFound
from app.jobs import queries, service
from app.jobs.models import Job
from app.jobs.rules import STEPS, JobState, Step
from app.jobs.service import imports as _imports  # noqa: F401 - a kind of work of its own
from app.jobs.service.kinds import KINDS
from app.text import Text, text
from app.transaction import transaction
from app.web import imports
from app.web.form import EmptyForm
from app.web.language import chosen_language
from app.web.notices import notice

bp = Blueprint("jobs", __name__, url_prefix="/jobs")


@bp.get("")
@signed_in
def mine() -> str:
    """Show what the viewer asked for; while something is under way, the list renews itself."""
    return render_template("jobs/mine.html", **_shown())


@bp.get("/list")
@signed_in
def listed() -> str:
    """Give the list alone."""
    return render_template("jobs/list.html", **_shown())


@bp.post("/<int:job_id>/cancel")
@signed_in
def cancel(job_id: int) -> Redirection:
    """Cancel a job of the viewer's."""
    with transaction():
        service.cancel(job_id, by=viewer(), at=clock.now())
    return redirect(url_for("jobs.mine"))


@bp.post("/<int:job_id>/again")
@signed_in
def again(job_id: int) -> Redirection:
    """Let a job that came to nothing begin again."""
    with transaction():
        service.again(job_id, by=viewer(), at=clock.now())
    service.announce([job_id])
    return redirect(url_for("jobs.mine"))


@bp.get("/<int:job_id>/result")
@signed_in
def result(job_id: int) -> Response:
    """Hand out the file that came of a job, to whoever asked for it."""
    job = queries.job(job_id)
    if job is None or job.asked_by != viewer().user_no or job.result_name is None:
        raise NotFound(text("The file is not there, or no longer. Ask for the work again."))
    answer = send_file(service.result_of(job.id), as_attachment=True, download_name=job.result_name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def hand_over(
    kind: str, arguments: Sequence[Mapping[str, object]], *, file: BinaryIO | None = None
) -> Redirection:
    """Let work be done beside, a job for each of the arguments, and lead to where it is shown."""
    batch = secrets.token_hex(8)
    with transaction():
        asked = [
            service.ask(
                kind,
                each,
                key=f"{batch}:{number}",
                batch=batch,
                by=viewer(),
                at=clock.now(),
                language=chosen_language() or "",
                file=file,
            ).id
            for number, each in enumerate(arguments)
        ]
    service.announce(asked)
    notice(text("This takes a while and is done in the background. You may go on working."))
    return redirect(url_for("jobs.mine"))


def _take_in_beside(page: imports.ImportPage[object], file: BinaryIO, *, skip_bad_rows: bool) -> Redirection:
    return hand_over("import", [{"table": page.name, "skip_bad_rows": skip_bad_rows}], file=file)


imports.beside.append(_take_in_beside)


def _shown() -> dict[str, object]:
    jobs = queries.jobs_of(viewer().user_no)
    return {
        "batches": [list(batch) for _, batch in groupby(jobs, key=lambda job: job.batch)],
        "is_moving": any(not job.state.is_over for job in jobs),
        "name_of": lambda job: KINDS[job.kind].label if job.kind in KINDS else job.kind,
        "about": _about,
        "may_cancel": lambda job: (job.state, Step.CANCEL) in STEPS,
        "may_begin_again": lambda job: (job.state, Step.AGAIN) in STEPS,
        "over": lambda batch: sum(job.state.is_over for job in batch),
        "JobState": JobState,
        "form": EmptyForm(formdata=None),
    }


def _about(job: Job) -> Text:
    """Say what a job is about."""
    try:
        return KINDS[job.kind].about(json.loads(job.arguments))
    except (KeyError, DomainError):
        return text("{what}", what=job.kind)
