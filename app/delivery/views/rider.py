"""Home of one rider's page: training, insurance, riding without them for a while; cover is shown."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.delivery import queries
from app.delivery.forms.riders import MapForm, PapersForm, WaiverForm
from app.delivery.models import Rider
from app.delivery.queries.riders import ends_of
from app.delivery.rules.days import weekday_labels
from app.delivery.rules.doors import MapApp
from app.delivery.rules.readiness import remedy_of
from app.delivery.service import choose_map, end_waiver, enter_papers, waive_papers
from app.delivery.views.blueprint import bp
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice

_REFUSED = 422
Answer = Response | tuple[str, int]


@bp.get("/riders/<rider_no>")
@require(Permission.DELIVERY_VIEW)
def rider(rider_no: str) -> str:
    """Show one rider: papers, and what lets them ride without."""
    return _page(rider_named(rider_no))


@bp.post("/riders/<rider_no>/papers")
@require(Permission.DELIVERY_EDIT)
def papers(rider_no: str) -> Answer:
    """Enter a rider's training and insurance."""
    form = PapersForm()
    if form.validate_on_submit():
        try:
            with transaction():
                enter_papers(rider_no, form.papers, by=viewer(), at=clock.now())
            notice(text("Noted. Plans of days to come go by it; plan again what is planned."))
            return redirect(url_for("delivery.rider", rider_no=rider_no))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _page(rider_named(rider_no), papers_form=form), _REFUSED


@bp.post("/riders/<rider_no>/map")
@require(Permission.DELIVERY_EDIT)
def map_chosen(rider_no: str) -> Answer:
    """Choose the map app that the codes on a rider's paper open."""
    form = MapForm()
    if form.validate_on_submit():
        with transaction():
            choose_map(rider_no, MapApp(form.map_app.data), by=viewer(), at=clock.now())
        notice(text("Noted. Print the route sheets again that are printed already."))
        return redirect(url_for("delivery.rider", rider_no=rider_no))
    return _page(rider_named(rider_no), map_form=form), _REFUSED


@bp.post("/riders/<rider_no>/waiver")
@require(Permission.DELIVERY_EDIT)
def waive(rider_no: str) -> Answer:
    """Let a rider ride without complete papers for a while."""
    form = WaiverForm()
    if form.validate_on_submit():
        try:
            with transaction():
                waive_papers(rider_no, form.waiver(), by=viewer(), at=clock.now())
            notice(text("Noted under your name. The pages go on saying what lacks."))
            return redirect(url_for("delivery.rider", rider_no=rider_no))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _page(rider_named(rider_no), waiver_form=form), _REFUSED


@bp.post("/riders/<rider_no>/waiver/end")
@require(Permission.DELIVERY_EDIT)
def unwaive(rider_no: str) -> Response:
    """Let a rider ride without complete papers no longer."""
    with transaction():
        end_waiver(rider_no, by=viewer(), at=clock.now())
    notice(text("From now on the rider is not planned without papers. Plan again what is planned."))
    return redirect(url_for("delivery.rider", rider_no=rider_no))


def rider_named(rider_no: str) -> Rider:
    """Give a rider whose kitchen lies within the viewer's scope.

    Raises: NotFound.
    """
    found = queries.rider(rider_no, viewer().scope)
    if found is None:
        raise NotFound(text("There is no rider {rider_no}.", rider_no=rider_no))
    return found


def _page(
    shown: Rider,
    *,
    papers_form: PapersForm | None = None,
    waiver_form: WaiverForm | None = None,
    map_form: MapForm | None = None,
) -> str:
    today = clock.today()
    waivers = queries.waivers_of(shown.id)
    return render_template(
        "delivery/rider.html",
        rider=shown,
        today=today,
        gap=shown.papers.to_settle(today),
        remedy_of=remedy_of,
        absence=queries.absences_of([shown.id], after=today).get(shown.id),
        covers=queries.covers_of([shown.id], after=today)[shown.id],
        form=EmptyForm(),
        waivers=waivers,
        ended=ends_of([each.id for each in waivers]),
        waived_until=queries.waivers_on(today, [shown.id]).get(shown.id),
        people=users.names_of({each.granted_by for each in waivers}),
        weekday_labels=weekday_labels,
        papers_form=papers_form
        or PapersForm(formdata=None, trained_on=shown.trained_on, last_insured_on=shown.last_insured_on),
        waiver_form=waiver_form or WaiverForm(formdata=None),
        map_form=map_form or MapForm(formdata=None, map_app=shown.map_app.value),
    )
