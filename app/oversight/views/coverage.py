"""Home of the pages of coverage: who is within 15 minutes, who is not, where to open, whom to visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from flask import Response, redirect, render_template, request, send_file, url_for
from werkzeug import Response as Redirection

from app import clock
from app.access import require, viewer
from app.areas import queries as areas
from app.delivery.queries.roads import road_network
from app.delivery.rules.doors import honorific
from app.errors import DomainError
from app.extensions import db
from app.jobs.views import hand_over
from app.oversight.forms.coverage import SitingForm
from app.oversight.models import SitingStudy
from app.oversight.queries import coverage as queries
from app.oversight.rules.coverage import People, Way, people_label, people_of
from app.oversight.rules.reach_map import Marked
from app.oversight.service import coverage as service
from app.oversight.service import jobs as _jobs  # noqa: F401 - a kind of background work
from app.oversight.views.blueprint import bp
from app.oversight.views.reach import (
    MOST_NAMED,
    STREET,
    beyond_map,
    both_of,
    chosen_map,
    groups_of,
    streets_of,
    worst_of,
)
from app.residents.models import Resident
from app.residents.rules.facts import age_on
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.language import say
from app.web.notices import notice
from app.web.paging import page_of
from app.workbook import Column, Sheet, write_workbook

REFUSED = 422
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/coverage")
@require(Permission.OVERSIGHT_VIEW)
def coverage() -> str:
    """Show which share of residents is within 15 minutes of an open site, by people, street, community."""
    scope = viewer().scope
    found = queries.reached(scope)
    chosen = request.args.get("people", People.ALL.value)
    chosen = chosen if chosen in groups_of(found) else People.ALL.value
    way = _asked_way()
    streets = streets_of(found, chosen, way)
    worst = worst_of(streets, way)
    return render_template(
        "oversight/coverage.html",
        measured_on=queries.measured_on(scope),
        by_people=[(each, people_label(each), *both_of(found, each)) for each in groups_of(found)],
        streets=streets,
        worst=worst,
        most_named=MOST_NAMED,
        people=chosen,
        groups=[(each, people_label(each)) for each in groups_of(found)],
        wide_groups=[each.value for each in People],
        way=way,
        ways=list(Way),
        cells=queries.cells(scope, way),
        by_roads=road_network() is not None,
        form=EmptyForm(),
        People=People,
        people_label=people_label,
        **beyond_map(worst, way),
    )


def _asked_way() -> Way:
    return Way.RIDING if request.args.get("way") == Way.RIDING else Way.WALKING


@bp.post("/coverage/measure")
@require(Permission.OVERSIGHT_ENTER)
def measure_coverage() -> Redirection:
    """Measure coverage anew."""
    with transaction():
        count = service.measure_coverage(by=viewer(), at=clock.now())
    notice(text("Measured for {count} residents.", count=count))
    return redirect(url_for("oversight.coverage"))


@bp.get("/siting")
@require(Permission.OVERSIGHT_VIEW)
def siting() -> str:
    """Show where the next sites should open, by the newest study, and the form for another."""
    return _siting_page(SitingForm())


@bp.post("/siting")
@require(Permission.OVERSIGHT_ENTER)
def study_sites() -> Redirection | tuple[str, int]:
    """Let it be studied beside where the next sites should open."""
    form = SitingForm()
    if form.validate_on_submit():
        try:
            return hand_over("oversight.siting", [form.question().arguments])
        except DomainError as error:
            form.refuse(error)
    return _siting_page(form), REFUSED


def _siting_page(form: SitingForm) -> str:
    study = queries.newest_study(viewer().scope)
    number = request.args.get("k", default=5, type=int)
    rows: list[dict[str, Any]] = study.answer["rows"] if study is not None else []  # type: ignore[assignment]
    row = next((each for each in rows if each["sites"] == number), rows[-1] if rows else None)
    chosen = _chosen(study, row) if study is not None and row is not None else []
    return render_template(
        "oversight/siting.html",
        form=form,
        study=study,
        rows=rows,
        row=row,
        chosen=chosen,
        people_label=people_label,
        Way=Way,
        most=max((each["won"] for each in rows), default=0),
        by_roads=road_network() is not None,
        **(chosen_map(Way(study.asked["way"]), chosen) if study is not None else {}),
    )


def _chosen(study: SitingStudy, row: Mapping[str, Any]) -> list[Marked]:
    candidates: list[list[Any]] = study.answer["candidates"]  # type: ignore[assignment]
    return [(candidates[each][2], candidates[each][1], 14.0, candidates[each][0]) for each in row["chosen"]]


@dataclass(frozen=True, slots=True)
class Visit:
    """Whom to visit: with honorific, where, and why; nothing more."""

    resident_no: str
    called: str
    area: str
    reasons: list[Any]


@bp.get("/outreach")
@require(Permission.OVERSIGHT_VIEW)
def outreach() -> str:
    """Show how many in need never ate, by community; and of one community who they are."""
    scope, today, area = viewer().scope, clock.today(), request.args.get("area", "")
    counts = queries.never_ate_by_area(scope, today)
    names = areas.labels([*counts, *(code[:STREET] for code in counts)])
    by_street: defaultdict[str, list[tuple[str, str, int]]] = defaultdict(list)
    for code, count in counts.items():
        by_street[code[:STREET]].append((code, names[code], count))
    return render_template(
        "oversight/outreach.html",
        total=sum(counts.values()),
        communities=len(counts),
        streets=[(names[code], _most_first(rows)) for code, rows in by_street.items()],
        area=area,
        place=names.get(area, area),
        form=EmptyForm(),
    )


def _most_first(rows: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    return sorted(rows, key=lambda row: (-row[2], row[0]))


@bp.post("/outreach/<area>")
@require(Permission.RESIDENTS_VIEW)
def outreach_of(area: str) -> str:
    """Show who of a community is in need and never ate; the look is written down."""
    page = page_of(queries.never_ate(viewer().scope, clock.today(), area=area), per_page=200)
    with transaction():
        service.note_look(area, page.total, by=viewer(), at=clock.now(), as_file=False)
    names = areas.labels([area])
    return render_template(
        "oversight/outreach_of.html",
        visits=[_visit(each) for each in page.rows],
        place=names[area],
        area=area,
        total=page.total,
        form=EmptyForm(),
    )


@bp.post("/outreach/<area>/list.xlsx")
@require(Permission.RESIDENTS_VIEW)
def outreach_file(area: str) -> Response:
    """Hand out whom to visit in a community as a workbook whose foot says who took it; it is written down."""
    chosen = queries.never_ate(viewer().scope, clock.today(), area=area)
    visits = [_visit(each) for each in db.session.execute(chosen).scalars()]
    with transaction():
        service.note_look(area, len(visits), by=viewer(), at=clock.now(), as_file=True)
    names = areas.labels({visit.area for visit in visits})
    columns = [
        Column(say(text("Resident")), width=16),
        Column(say(text("Number")), width=16),
        Column(say(text("Community")), width=26),
        Column(say(text("Why")), width=40),
    ]
    rows = [
        [each.called, each.resident_no, names[each.area], "、".join(say(why) for why in each.reasons)]
        for each in visits
    ]
    file = BytesIO()
    title = say(text("In need, never ate: to be visited"))
    write_workbook(file, [Sheet(title[:20], title, columns, rows)])
    file.seek(0)
    answer = send_file(file, mimetype=_XLSX, as_attachment=True, download_name=f"outreach-{area}.xlsx")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _visit(resident: Resident) -> Visit:
    today = clock.today()
    age = age_on(resident.birth_on, today)
    held = [period.category for period in resident.facts.categories_on(today)]
    reasons = [
        each for each in people_of(age=age, categories=held) if each not in (People.ALL, People.IN_NEED)
    ]
    called = honorific(resident.name, sex=resident.sex, age=age)
    return Visit(
        resident.resident_no, called, resident.residence_area, [people_label(why) for why in reasons]
    )
