"""Home of the pages at the table: somebody says something without an account, and looks the answer up.

They need no script and keep no more than what is typed. How often one address may come is limited, and how
often one number may be tried.
"""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, render_template, session, url_for

from app import clock
from app.access import public
from app.areas import queries as areas
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.complaints import queries, service
from app.complaints.forms.public import LookForm, VoiceForm
from app.complaints.rules.intake import NewComplaint, Way
from app.complaints.views.blueprint import REFUSED, Answer, phone
from app.errors import DomainError, NotFound
from app.roles import Actor, Scope
from app.text import text
from app.transaction import transaction
from app.web import throttle

bp = Blueprint("voice", __name__, url_prefix="/voice")

AT_THE_TABLE = Actor("table")
"""Who acts when somebody without an account says something."""

_SAID = "voice_said"
_EVERYWHERE = Scope()


@bp.get("")
@public
def look() -> str:
    """Show the form by which an answer is looked up."""
    return render_template("complaints/look.html", form=LookForm(formdata=None), phone=phone())


@bp.post("")
@public
def look_up() -> Answer:
    """Show where a complaint stands and what was answered, and nothing else of it."""
    config = current_app.config["MEAL_CIRCLE"]
    throttle.count_visit(config.complaint_limit, step="complaint-look")
    form = LookForm()
    if not form.validate_on_submit():
        return render_template("complaints/look.html", form=form, phone=phone()), REFUSED
    throttle.count_visit(config.account_limit, step="complaint-number", key=form.number.data)
    found = service.complaint_of_code(form.number.data, form.code.data)
    if found is None:
        form.refuse(DomainError(text("Number and code do not fit together. Compare both with your note.")))
        return render_template("complaints/look.html", form=form, phone=phone()), REFUSED
    return render_template("complaints/stands.html", complaint=found, phone=phone())


@bp.get("/said")
@public
def said() -> Answer:
    """Show the number and the code of what was just said in this browser."""
    kept = session.get(_SAID)
    if not isinstance(kept, list):
        return redirect(url_for("voice.look"))
    number, code = kept
    return render_template("complaints/said.html", number=number, code=code, phone=phone())


@bp.get("/<site_code>")
@public
def form(site_code: str) -> str:
    """Show the form of one site's tables."""
    return _page(_site(site_code), _form())


@bp.post("/<site_code>")
@public
def say_it(site_code: str) -> Answer:
    """Take in what was said, once however often it is sent."""
    site = _site(site_code)
    config = current_app.config["MEAL_CIRCLE"]
    throttle.count_visit(config.complaint_limit, step="complaint")
    form = _form()
    if form.validate_on_submit():
        throttle.count_visit(config.complaint_site_limit, step="complaint-site", key=site_code)
        try:
            new = NewComplaint(
                way=Way.QR,
                class_code=form.class_code.data,
                content=form.content.data,
                area_code=site.area_code,
                site_code=site.site_code,
                name=(form.name.data or "").strip(),
                phone=form.phone.data or "",
                is_confidential=form.is_confidential.data,
                sent_id=form.number,
            )
            with transaction():
                made = service.receive(new, by=AT_THE_TABLE, at=clock.now())
                session[_SAID] = [made.complaint_no, service.code_of(made)]
            return redirect(url_for("voice.said"))
        except DomainError as error:
            form.refuse(error)
    return _page(site, form), REFUSED


def _form() -> VoiceForm:
    form = VoiceForm()
    form.offer(queries.class_book().offered(clock.today()))
    return form


def _site(site_code: str) -> Site:
    """Give a site that is open to the public.

    Raises: NotFound.
    """
    found = canteens.site_of(site_code, _EVERYWHERE)
    if found is None or (found.closed_on is not None and found.closed_on <= clock.today()):
        raise NotFound(text("This code belongs to no canteen any more. Please call us."))
    return found


def _page(site: Site, form: VoiceForm) -> str:
    place = areas.labels([site.area_code])[site.area_code]
    months = current_app.config["MEAL_CIRCLE"].retain_complaints_months
    return render_template(
        "complaints/voice.html", site=site, place=place, form=form, phone=phone(), months=months
    )
