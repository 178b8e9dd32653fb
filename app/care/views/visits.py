"""Home of the pages on monthly visits: how each community stands, who waits, and writing a visit down."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from itertools import groupby

from flask import Response, redirect, render_template, request, url_for
from werkzeug import Response as Redirection

from app import clock
from app.access import require, viewer
from app.areas import queries as areas
from app.auth import queries as users
from app.care.forms.visits import VisitForm
from app.care.queries import visits as queries
from app.care.rules.visits import Finding, NewVisit, VisitFigures, VisitWay, groups_of
from app.care.service.figures import write_visits_book, write_visits_csv
from app.care.service.visits import record_visit, withdraw_visit
from app.care.views.blueprint import CSV, REFUSED, XLSX, asked_month, bp, file
from app.errors import DomainError, NotFound
from app.month import month_of
from app.residents.models import Resident
from app.residents.queries import resident_of
from app.residents.rules.facts import age_on
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.language import say
from app.web.notices import notice
from app.web.paging import page_of

_STREET = 9
_LISTED_AT_ONCE = 3
"""How many communities may be listed by name together: who looks at more chooses one."""


@bp.get("/visits")
@require(Permission.CARE_VIEW)
def visits() -> str:
    """Show how a month's visits stand by community and group, and who was not visited yet."""
    month, scope, today = asked_month(), viewer().scope, clock.today()
    span, area = queries.span_of(month, today), request.args.get("area", "")
    by_area = queries.figures_by_area(span, scope)
    page = page_of(queries.not_visited(span, scope, area=area))
    return render_template(
        "care/visits.html",
        month=month,
        area=area,
        streets=_by_street(by_area),
        by_group=queries.figures_by_group(span, scope),
        total=sum(by_area.values(), VisitFigures()),
        places=areas.labels(
            [*by_area, *(code[:_STREET] for code in by_area), *(each.residence_area for each in page.rows)]
        ),
        page=page,
        groups={
            each.id: groups_of([held.period for held in each.categories if held.period.holds_on(span.as_of)])
            for each in page.rows
        },
        last=queries.last_visits([each.id for each in page.rows]),
        age=lambda each: age_on(each.birth_on, today),
        is_this_month=month == month_of(today),
        is_listed=bool(area) or len(by_area) <= _LISTED_AT_ONCE,
        form=EmptyForm(),
    )


def _by_street(
    by_area: Mapping[str, VisitFigures],
) -> list[tuple[str, VisitFigures, list[tuple[str, VisitFigures]]]]:
    """Give each street with its sum and its communities, those first where most wait."""
    streets = [
        (code, sum((figures for _, figures in rows), VisitFigures()), sorted(rows, key=_most_waiting))
        for code, each in groupby(sorted(by_area.items()), key=lambda row: row[0][:_STREET])
        if (rows := list(each))
    ]
    return sorted(streets, key=lambda street: _most_waiting(street[:2]))


def _most_waiting(row: tuple[str, VisitFigures]) -> tuple[int, str]:
    return -row[1].waiting, row[0]


@bp.post("/visits/<resident_no>/today")
@require(Permission.CARE_RECORD)
def visited_today(resident_no: str) -> Redirection:
    """Write down in one tap that somebody was visited at home today and is well."""
    visit = NewVisit(clock.today(), VisitWay.HOME, Finding.WELL)
    try:
        with transaction():
            record_visit(resident_no, visit, by=viewer(), at=clock.now())
        notice(text("Written down: visited today, all is well."))
    except NotFound:
        raise
    except DomainError as error:
        notice(error.message)
    return redirect(url_for("care.visits", area=request.args.get("area") or None))


@bp.get("/visits/<resident_no>")
@require(Permission.CARE_VIEW)
def visit(resident_no: str) -> str:
    """Show a resident's visits, and the form for one more."""
    return _page(_resident(resident_no))


@bp.post("/visits/<resident_no>")
@require(Permission.CARE_RECORD)
def record(resident_no: str) -> Redirection | tuple[str, int]:
    """Write a visit down."""
    form = VisitForm()
    if form.validate_on_submit():
        try:
            with transaction():
                record_visit(resident_no, form.visit(), by=viewer(), at=clock.now())
            notice(text("Saved."))
            return redirect(url_for("care.visit", resident_no=resident_no))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _page(_resident(resident_no), form), REFUSED


@bp.post("/visits/taken-back/<int:visit_id>")
@require(Permission.CARE_RECORD)
def withdraw(visit_id: int) -> Redirection:
    """Take back a visit that was written down by mistake."""
    with transaction():
        resident_no = withdraw_visit(visit_id, by=viewer(), at=clock.now())
    notice(text("Taken back."))
    return redirect(url_for("care.visit", resident_no=resident_no))


@bp.get("/visits.xlsx")
@require(Permission.CARE_VIEW)
def visits_book() -> Response:
    """Hand out how a month's visits stand, and who waits, as a workbook."""
    month, target = asked_month(), BytesIO()
    span = queries.span_of(month, clock.today())
    write_visits_book(month, span, viewer().scope, target, say=say)
    return file(target, f"visits-{month}.xlsx", XLSX)


@bp.get("/visits.csv")
@require(Permission.CARE_VIEW)
def visits_csv() -> Response:
    """Hand out who was not visited yet as CSV."""
    month, target = asked_month(), BytesIO()
    write_visits_csv(queries.span_of(month, clock.today()), viewer().scope, target, say=say)
    return file(target, f"visits-{month}.csv", CSV)


def _resident(resident_no: str) -> Resident:
    found = resident_of(resident_no, viewer().scope)
    if found is None:
        raise NotFound(text("There is no resident {resident_no} in your area.", resident_no=resident_no))
    return found


def _page(resident: Resident, form: VisitForm | None = None) -> str:
    today, rows = clock.today(), queries.visits_of(resident.id)
    held = [each.period for each in resident.categories if each.period.holds_on(today)]
    return render_template(
        "care/visit.html",
        resident=resident,
        age=age_on(resident.birth_on, today),
        place=areas.labels([resident.residence_area])[resident.residence_area],
        groups=groups_of(held),
        rows=rows,
        people=users.names_of({each.noted_by for each in rows}),
        form=form or VisitForm(formdata=None, visited_on=today, way=VisitWay.HOME, finding=Finding.WELL),
        empty=EmptyForm(),
    )
