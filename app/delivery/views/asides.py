"""Home of the pages of reports kept apart: read each, take it for the right stop, or set it aside."""

from __future__ import annotations

import json

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.delivery.forms.asides import MendForm
from app.delivery.models import ReportAside
from app.delivery.queries import asides as queries
from app.delivery.rules.asides import read_aside
from app.delivery.rules.proof import run_code
from app.delivery.service.asides import set_aside, take_aside
from app.delivery.views.blueprint import bp
from app.delivery.views.day import name_of
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.text import text
from app.till.forms.worklist import SetAsideForm
from app.till.rules.drafts import as_sent
from app.transaction import transaction
from app.web.language import say
from app.web.notices import notice
from app.web.paging import page_of

_REFUSED = 422
_MEMBERS = ("run", "position", "outcome", "happened_at", "note")
Answer = Response | tuple[str, int]


@bp.get("/asides")
@require(Permission.DELIVERY_RECORD)
def asides() -> str:
    """Show the reports that were kept apart: those that wait first."""
    scope = viewer().scope
    page = page_of(queries.asides(scope))
    settled = queries.settlements_of([row.id for row in page.rows])
    return render_template(
        "delivery/asides.html",
        page=page,
        settled=settled,
        waiting=queries.count_asides(scope),
        drafts={row.id: read_aside(json.loads(row.content)) for row in page.rows},
        people=users.names_of({each.settled_by for each in settled.values()}),
    )


@bp.get("/asides/<int:aside_id>")
@require(Permission.DELIVERY_RECORD)
def aside(aside_id: int) -> str:
    """Show one report that was kept apart, as it was sent, with all that can be done about it."""
    return _page(_row(aside_id))


@bp.post("/asides/<int:aside_id>/take")
@require(Permission.DELIVERY_RECORD)
def take(aside_id: int) -> Answer:
    """Take a report as it was put right by hand."""
    row, form = _row(aside_id), MendForm()
    form.offer(_stops(row))
    if form.validate_on_submit():
        try:
            with transaction():
                take_aside(aside_id, form.mended(), by=viewer(), at=clock.now())
            notice(text("Taken as what the rider reported of this stop."))
            return redirect(url_for("delivery.asides"))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _page(_row(aside_id), form=form), _REFUSED


@bp.post("/asides/<int:aside_id>/aside")
@require(Permission.DELIVERY_RECORD)
def leave(aside_id: int) -> Answer:
    """Leave a report out, with a reason."""
    form = SetAsideForm()
    if form.validate_on_submit():
        try:
            with transaction():
                set_aside(aside_id, form.reason.data, by=viewer(), at=clock.now())
            notice(text("Set aside. The record stays here, and so does the reason."))
            return redirect(url_for("delivery.asides"))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _page(_row(aside_id), leaving=form), _REFUSED


def _row(aside_id: int) -> ReportAside:
    row = queries.aside(aside_id, viewer().scope)
    if row is None:
        raise NotFound(text("There is no such report, or it is not yours to see."))
    return row


def _stops(row: ReportAside) -> list[tuple[str, str]]:
    """Name the stops that may be meant: the rider's own runs first."""
    name = name_of(row.link.served_on)
    return [
        (
            f"{run.id}:{stop.position}",
            say(
                text(
                    "{sitting} {run} {rider}, {position}: {name} {address}",
                    sitting=plan.sitting.label,
                    run=run_code(run.id),
                    rider=run.rider.name,
                    position=stop.position,
                    name=name(stop.subscription),
                    address=stop.subscription.resident.address,
                )
            ),
        )
        for plan, run, stop in queries.stops_meant(row.link)
    ]


def _page(row: ReportAside, *, form: MendForm | None = None, leaving: SetAsideForm | None = None) -> str:
    raw = json.loads(row.content)
    if form is None:
        form = MendForm.of(read_aside(raw))
        form.offer(_stops(row))
    settled = queries.settlements_of([row.id]).get(row.id)
    return render_template(
        "delivery/aside.html",
        row=row,
        sent={name: as_sent(raw, name) for name in _MEMBERS},
        draft=read_aside(raw),
        settled=settled,
        people=users.names_of({settled.settled_by} if settled is not None else set()),
        form=form,
        leaving=leaving or SetAsideForm(None),
    )
