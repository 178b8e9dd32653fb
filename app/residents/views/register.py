"""Home of the pages that find, show and register residents, one by one or from a file."""

from __future__ import annotations

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug import Response as Redirection

from app import clock
from app.access import require, viewer
from app.areas import queries as areas
from app.errors import DomainError
from app.residents import queries, service
from app.residents.forms.file import RESIDENTS_FILE
from app.residents.forms.screen import PersonForm, area_choices
from app.residents.models import Resident
from app.residents.rules.categories import grade_label
from app.residents.rules.contact import masked_phone
from app.residents.rules.facts import Category
from app.residents.rules.identity import Sex
from app.residents.views.blueprint import REFUSED, Answer, bp, known, saved
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.imports import ImportPage
from app.web.notices import notice
from app.web.paging import page_of

_IMPORT = ImportPage(
    RESIDENTS_FILE,
    service.import_residents,
    title=text("Take in a file of residents"),
    name="residents",
    back="residents.find",
    permission=Permission.RESIDENTS_IMPORT,
)


@bp.get("")
@bp.post("")
@require(Permission.RESIDENTS_VIEW)
def find() -> str:
    """Find residents; while somebody types, only the list is sent anew.

    A search is posted, since names and numbers of persons do not belong in addresses, histories and logs.
    """
    query, area = request.values.get("q", ""), request.values.get("area", "")
    category = next((each for each in Category if each == request.values.get("category")), None)
    page = page_of(queries.residents(viewer().scope, query=query, area=area, category=category))
    today = clock.today()
    shown = {
        "page": page,
        "ages": {resident.id: resident.facts.age_on(today) for resident in page.rows},
        "held": {resident.id: resident.facts.categories_on(today) for resident in page.rows},
        "status": {resident.id: resident.facts.status_on(today) for resident in page.rows},
        "places": areas.labels(resident.residence_area for resident in page.rows),
        "query": query,
        "card": queries.card_sought(query),
    }
    if request.headers.get("HX-Request") == "true" and "HX-History-Restore-Request" not in request.headers:
        return render_template("residents/found.html", **shown)
    return render_template(
        "residents/find.html",
        **shown,
        area=area,
        areas=area_choices(viewer().scope.area or _district()),
        category=category,
        categories=list(Category),
    )


@bp.get("/<resident_no>")
@require(Permission.RESIDENTS_VIEW)
def resident(resident_no: str) -> str:
    """Show one resident: who it is, how things stand today, and since when."""
    return _resident_page(known(resident_no))


@bp.post("/<resident_no>/identity")
@require(Permission.IDENTITY_REVEAL)
def reveal(resident_no: str) -> str:
    """Show the whole identity number this once; the trail keeps who looked."""
    with transaction():
        number = service.reveal_identity(resident_no, by=viewer(), at=clock.now())
    return _resident_page(known(resident_no), revealed=number)


@bp.post("/<resident_no>/phone")
@require(Permission.RESIDENTS_EDIT)
def reveal_phone(resident_no: str) -> str:
    """Show the whole phone number this once; the trail keeps who looked."""
    with transaction():
        number = service.reveal_phone(resident_no, by=viewer(), at=clock.now())
    return _resident_page(known(resident_no), phone=number)


def _resident_page(found: Resident, *, revealed: str = "", phone: str = "") -> str:
    today = clock.today()
    facts = found.facts
    return render_template(
        "residents/resident.html",
        resident=found,
        revealed=revealed,
        phone=phone,
        age=facts.age_on(today),
        sex=Sex(found.sex) if found.sex else None,
        status=facts.status_on(today),
        held=facts.categories_on(today),
        today=today,
        away=next((each for each in found.absences if each.days.covers(today)), None),
        places=areas.labels([found.residence_area, found.registered_area]),
        masked_phone=masked_phone(found.phone) if found.phone else "",
        grade_label=grade_label,
        cards=queries.cards_of(found.id),
        form=EmptyForm(),
    )


@bp.get("/new")
@require(Permission.RESIDENTS_EDIT)
def new() -> str:
    """Show the form for a new resident."""
    form = PersonForm()
    form.offer(viewer().scope.area or _district())
    return render_template("residents/person.html", form=form, resident=None)


@bp.post("/new")
@require(Permission.RESIDENTS_EDIT)
def register() -> Answer:
    """Register a resident."""
    form = PersonForm()
    form.offer(viewer().scope.area or _district())
    if form.validate_on_submit():
        try:
            with transaction():
                made = service.register(
                    form.needed_identity(),
                    form.person(),
                    consent_on=form.consent_on.data,
                    by=viewer(),
                    at=clock.now(),
                )
                number = made.resident_no
            notice(text("Registered as {resident_no}.", resident_no=number))
            return redirect(url_for("residents.resident", resident_no=number))
        except DomainError as error:
            form.refuse(error)
    return render_template("residents/person.html", form=form, resident=None), REFUSED


@bp.get("/<resident_no>/edit")
@require(Permission.RESIDENTS_EDIT)
def edit(resident_no: str) -> str:
    """Show the form with what is kept about a resident."""
    found = known(resident_no)
    form = PersonForm()
    form.show(found)
    form.offer(viewer().scope.area or _district())
    return _person_page(form, found)


@bp.post("/<resident_no>/edit")
@require(Permission.RESIDENTS_EDIT)
def save(resident_no: str) -> Answer:
    """Correct what is kept about a resident."""
    form = PersonForm()
    form.offer(viewer().scope.area or _district())
    if form.validate_on_submit():
        try:
            with transaction():
                service.edit(
                    resident_no,
                    form.person(kept_phone=known(resident_no).phone),
                    identity=form.identity(),
                    consent_on=form.consent_on.data,
                    by=viewer(),
                    at=clock.now(),
                )
            return saved(resident_no)
        except DomainError as error:
            form.refuse(error)
    return _person_page(form, known(resident_no)), REFUSED


def _person_page(form: PersonForm, found: Resident) -> str:
    masked = masked_phone(found.phone) if found.phone else ""
    return render_template("residents/person.html", form=form, resident=found, masked_phone=masked)


@bp.get("/import")
@require(Permission.RESIDENTS_IMPORT)
def import_form() -> str:
    """Show the form for a file of residents."""
    return _IMPORT.show()


@bp.post("/import")
@require(Permission.RESIDENTS_IMPORT)
def import_file() -> Redirection | Response | tuple[str, int]:
    """Take in a file of residents."""
    return _IMPORT.answer()


def _district() -> str:
    district: str = current_app.config["MEAL_CIRCLE"].district
    return district
