"""Home of the pages of residents: find, register, keep categories, status and cards, take in a file."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, redirect, render_template, request, url_for
from werkzeug import Response as Redirection

from app import clock
from app.access import Permission, require, viewer
from app.areas import queries as areas
from app.errors import DomainError, NotFound
from app.residents import queries, service
from app.residents.forms.file import RESIDENTS_FILE
from app.residents.forms.screen import CardForm, CategoryForm, EndForm, PersonForm, StatusForm, area_choices
from app.residents.models import Resident, ResidentCategory
from app.residents.rules.cards import EndReason, grouped, tail
from app.residents.rules.categories import grade_label
from app.residents.rules.contact import masked_phone
from app.residents.rules.facts import Category
from app.residents.rules.identity import Sex, masked_identity
from app.residents.service import cards
from app.residents.service.card_sheets import card_sheets
from app.text import text
from app.transaction import transaction
from app.web.downloads import paper
from app.web.form import EmptyForm
from app.web.imports import ImportPage
from app.web.notices import notice
from app.web.paging import page_of

bp = Blueprint("residents", __name__, url_prefix="/residents")
Answer = str | Redirection | tuple[str, int]
_REFUSED = 422
_IMPORT = ImportPage(
    RESIDENTS_FILE,
    service.import_residents,
    title=text("Take in a file of residents"),
    name="residents",
    back="residents.find",
)


@bp.app_template_filter()
def masked_number(number: str | None) -> str:
    """Show an identity number as far as a screen may."""
    return masked_identity(number) if number else "—"


@bp.app_template_filter()
def card_code(code: str) -> str:
    """Show a card's code as the card does; by its end alone to those who may not give one."""
    return grouped(code) if viewer().may(Permission.RESIDENTS_EDIT) else f"… {tail(code)}"


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
    return _resident_page(_resident(resident_no))


@bp.post("/<resident_no>/identity")
@require(Permission.IDENTITY_REVEAL)
def reveal(resident_no: str) -> str:
    """Show the whole identity number this once; the trail keeps who looked."""
    with transaction():
        number = service.reveal_identity(resident_no, by=viewer(), at=clock.now())
    return _resident_page(_resident(resident_no), revealed=number)


def _resident_page(found: Resident, *, revealed: str = "") -> str:
    today = clock.today()
    facts = found.facts
    return render_template(
        "residents/resident.html",
        resident=found,
        revealed=revealed,
        age=facts.age_on(today),
        sex=Sex(found.sex) if found.sex else None,
        status=facts.status_on(today),
        held=facts.categories_on(today),
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
    return render_template("residents/person.html", form=form, resident=None), _REFUSED


@bp.get("/<resident_no>/edit")
@require(Permission.RESIDENTS_EDIT)
def edit(resident_no: str) -> str:
    """Show the form with what is kept about a resident."""
    found = _resident(resident_no)
    form = PersonForm()
    form.show(found)
    form.offer(viewer().scope.area or _district())
    return render_template("residents/person.html", form=form, resident=found)


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
                    form.person(),
                    identity=form.identity(),
                    consent_on=form.consent_on.data,
                    by=viewer(),
                    at=clock.now(),
                )
            return _done(resident_no)
        except DomainError as error:
            form.refuse(error)
    return render_template("residents/person.html", form=form, resident=_resident(resident_no)), _REFUSED


@bp.get("/<resident_no>/categories/new")
@require(Permission.RESIDENTS_EDIT)
def new_category(resident_no: str) -> str:
    """Show the form for a category."""
    return render_template("residents/category.html", form=CategoryForm(), resident=_resident(resident_no))


@bp.post("/<resident_no>/categories/new")
@require(Permission.RESIDENTS_EDIT)
def begin_category(resident_no: str) -> Answer:
    """Write down a category."""
    form = CategoryForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.begin_category(
                    resident_no,
                    form.period(),
                    evidence=form.evidence.data or "",
                    by=viewer(),
                    at=clock.now(),
                )
            return _done(resident_no)
        except DomainError as error:
            form.refuse(error)
    return render_template("residents/category.html", form=form, resident=_resident(resident_no)), _REFUSED


@bp.get("/<resident_no>/categories/<int:category_id>/end")
@require(Permission.RESIDENTS_EDIT)
def end_form(resident_no: str, category_id: int) -> str:
    """Show the form that ends a category."""
    found = _resident(resident_no)
    return render_template(
        "residents/end.html", form=EndForm(), resident=found, row=_category(found, category_id)
    )


@bp.post("/<resident_no>/categories/<int:category_id>/end")
@require(Permission.RESIDENTS_EDIT)
def end_category(resident_no: str, category_id: int) -> Answer:
    """Let a category end."""
    form = EndForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.end_category(
                    resident_no, category_id, until_on=form.day(), by=viewer(), at=clock.now()
                )
            return _done(resident_no)
        except DomainError as error:
            form.refuse(error)
    found = _resident(resident_no)
    row = _category(found, category_id)
    return render_template("residents/end.html", form=form, resident=found, row=row), _REFUSED


@bp.post("/<resident_no>/categories/<int:category_id>/withdraw")
@require(Permission.RESIDENTS_EDIT)
def withdraw_category(resident_no: str, category_id: int) -> Redirection:
    """Take back a category that was a mistake."""
    with transaction():
        service.withdraw_category(resident_no, category_id, by=viewer(), at=clock.now())
    return _done(resident_no)


@bp.get("/<resident_no>/status")
@require(Permission.RESIDENTS_EDIT)
def status(resident_no: str) -> str:
    """Show the form for a change of status."""
    return render_template("residents/status.html", form=StatusForm(), resident=_resident(resident_no))


@bp.post("/<resident_no>/status")
@require(Permission.RESIDENTS_EDIT)
def change_status(resident_no: str) -> Answer:
    """Write down a change of status."""
    form = StatusForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.change_status(
                    resident_no, form.change(), note=form.note.data or "", by=viewer(), at=clock.now()
                )
            return _done(resident_no)
        except DomainError as error:
            form.refuse(error)
    return render_template("residents/status.html", form=form, resident=_resident(resident_no)), _REFUSED


@bp.post("/<resident_no>/card")
@require(Permission.RESIDENTS_EDIT)
def issue_card(resident_no: str) -> Redirection:
    """Give a resident a card."""
    with transaction():
        cards.issue(resident_no, by=viewer(), at=clock.now())
    return _given(resident_no)


@bp.get("/<resident_no>/card.pdf")
@require(Permission.RESIDENTS_EDIT)
def print_card(resident_no: str) -> Response:
    """Print the card that a resident holds."""
    _resident(resident_no)
    faces = queries.card_faces([resident_no], viewer().scope)
    if not faces:
        raise NotFound(text("{resident_no} has no card to print. Issue one first.", resident_no=resident_no))
    phone = current_app.config["MEAL_CIRCLE"].contact_phone
    return paper(card_sheets(faces, phone=phone, at=clock.now()), name=f"card-{resident_no}.pdf")


@bp.post("/<resident_no>/card/lost")
@require(Permission.RESIDENTS_EDIT)
def lose_card(resident_no: str) -> Redirection:
    """Write down that a card is lost."""
    form = _card_form()
    with transaction():
        cards.report_lost(resident_no, form.code.data, by=viewer(), at=clock.now())
    notice(text("The card is reported lost. A till that sees it will say so."))
    return redirect(url_for("residents.resident", resident_no=resident_no, _anchor="card"))


@bp.post("/<resident_no>/card/new")
@require(Permission.RESIDENTS_EDIT)
def reissue_card(resident_no: str) -> Redirection:
    """End a card and give a new one."""
    form = _card_form()
    with transaction():
        cards.reissue(resident_no, form.code.data, EndReason(form.reason.data), by=viewer(), at=clock.now())
    return _given(resident_no)


def _card_form() -> CardForm:
    form = CardForm()
    if not form.validate_on_submit():
        abort(400)
    return form


def _given(resident_no: str) -> Redirection:
    notice(text("The card is issued. Now print it."))
    return redirect(url_for("residents.resident", resident_no=resident_no, _anchor="card"))


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


def _done(resident_no: str) -> Redirection:
    notice(text("Saved."))
    return redirect(url_for("residents.resident", resident_no=resident_no))


def _resident(resident_no: str) -> Resident:
    found = queries.resident_of(resident_no, viewer().scope)
    if found is None:
        raise NotFound(text("There is no resident {resident_no} in your area.", resident_no=resident_no))
    return found


def _category(found: Resident, category_id: int) -> ResidentCategory:
    for row in found.categories:
        if row.id == category_id:
            return row
    raise NotFound(text("This category is no longer there. Reload the page."))


def _district() -> str:
    district: str = current_app.config["MEAL_CIRCLE"].district
    return district
