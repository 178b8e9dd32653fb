"""Home of the desk: the list of complaints, a new one, and one with what may be done about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import redirect, render_template, request, url_for

from app import clock
from app.access import require, viewer
from app.areas import queries as areas
from app.auth import queries as auth
from app.canteens import queries as canteens
from app.complaints import queries, service
from app.complaints.forms.desk import (
    AnswerForm,
    AssignForm,
    CallForm,
    ClassForm,
    DeskForm,
    HandOnForm,
    MergeForm,
    NoteForm,
)
from app.complaints.models import Complaint
from app.complaints.rules.intake import complaint_no
from app.complaints.rules.states import WAITING, Act, may_follow
from app.complaints.rules.supervision import Supervision, supervision_of
from app.complaints.views.blueprint import REFUSED, Answer, bp, district, known, own_sites
from app.errors import DomainError
from app.residents.rules.contact import masked_phone
from app.roles import Permission
from app.subsidy import queries as subsidy
from app.text import text
from app.transaction import transaction
from app.web import navigation
from app.web.form import EmptyForm, Form
from app.web.notices import notice
from app.web.paging import page_of

KINDS = {
    "open": text("Still open"),
    "late": text("Late"),
    "mine": text("Given to me"),
    "ended": text("Ended"),
    "all": text("All"),
}


@bp.get("")
@require(Permission.COMPLAINTS_VIEW)
def desk() -> str:
    """Show the complaints that the viewer sees, the most urgent first."""
    kind = request.args.get("kind", "open")
    site_code, class_code = request.args.get("site", ""), request.args.get("class", "")
    today = clock.today()
    page = page_of(
        queries.complaints(viewer(), kind=kind, class_code=class_code, site_code=site_code, today=today)
    )
    late = lateness(page.rows, today)
    named = {each.user_no for each in late.values() if each.user_no} | {
        each.assigned_to for each in page.rows if each.assigned_to
    }
    return render_template(
        "complaints/desk.html",
        page=page,
        kind=kind,
        kinds=KINDS,
        site_code=site_code,
        class_code=class_code,
        sites=own_sites(),
        book=queries.class_book(),
        classes=queries.class_book().on(today),
        late=late,
        late_count=queries.count_late(viewer(), today),
        names=auth.names_of(named),
        waiting=WAITING,
        of_site=viewer().scope.site_code is not None,
    )


def lateness(complaints: Sequence[Complaint], today: date) -> dict[int, Supervision]:
    """Give who supervises those of these that wait beyond their day."""
    calendar, named = subsidy.work_calendar(), queries.supervisors()
    found = {
        each.id: supervision_of(
            each.due_on, each.area_code, today=today, calendar=calendar, supervisors=named
        )
        for each in complaints
        if each.state in WAITING
    }
    return {number: each for number, each in found.items() if each is not None}


@bp.get("/new")
@require(Permission.COMPLAINTS_RECORD)
def new() -> str:
    """Show the form for what somebody says at the desk or on the phone."""
    return render_template("complaints/new.html", form=_desk_form())


@bp.post("/new")
@require(Permission.COMPLAINTS_RECORD)
def receive() -> Answer:
    """Take a complaint in, and say the number and the code that the caller is told."""
    form = _desk_form()
    if form.validate_on_submit():
        try:
            with transaction():
                made = service.receive(form.record(own_sites()), by=viewer(), at=clock.now())
                told = text(
                    "Written down. Tell them number {number} and code {code}: with both they look it up.",
                    number=made.complaint_no,
                    code=service.code_of(made),
                )
            notice(told)
            return redirect(url_for("complaints.desk"))
        except DomainError as error:
            form.refuse(error)
    return render_template("complaints/new.html", form=form), REFUSED


def _desk_form() -> DeskForm:
    form = DeskForm()
    form.offer(queries.class_book().offered(clock.today()), own_sites(), viewer().scope, district())
    return form


@bp.get("/<int:number>")
@require(Permission.COMPLAINTS_VIEW)
def complaint(number: int) -> str:
    """Show one complaint: what was said, where it stands, and what may be done next."""
    return complaint_page(known(number))


@dataclass(frozen=True, slots=True)
class Sight:
    """What the viewer sees of a complaint: at the site they see no person, and of some a brief alone."""

    of_site: bool
    content: str
    who: str
    phone: str

    @classmethod
    def of(cls, found: Complaint, *, is_revealed: bool) -> Sight:
        """Give what the viewer sees."""
        of_site = viewer().scope.site_code is not None
        if of_site:
            return cls(of_site, (found.brief or "") if found.is_confidential else found.content, "", "")
        number = found.phone or ""
        shown = number if is_revealed or not number else masked_phone(number)
        return cls(of_site, found.content, (found.name or "") if is_revealed else "", shown)


def complaint_page(
    found: Complaint, *, refused: Mapping[str, Form] | None = None, is_revealed: bool = False
) -> str:
    """Write the page of a complaint, with a form that was refused in the place of its empty one."""
    today = clock.today()
    late = lateness([found], today).get(found.id)
    numbers = {step.taken_by for step in found.steps} | {step.to_whom for step in found.steps}
    numbers |= {late.user_no} if late and late.user_no else set()
    sight = Sight.of(found, is_revealed=is_revealed)
    meal = None if sight.of_site else queries.meal_linked(found.meal_id)
    return render_template(
        "complaints/complaint.html",
        complaint=found,
        sight=sight,
        kind=queries.class_book().of(found.class_code, found.received_on),
        place=areas.labels([found.area_code])[found.area_code],
        late=late,
        names=auth.names_of(numbers),
        forms={**_forms_of(found), **(refused or {})},
        may_follow=lambda act: may_follow(found.state, Act(act)),
        is_mine=found.assigned_to == viewer().user_no,
        is_answerer=found.answered_by == viewer().user_no,
        meal=meal,
        run=queries.run_linked(found.run_id),
        resident=None if sight.of_site else queries.resident_linked(found.resident_id),
        merged=queries.duplicates_of(found.id),
        into_no=complaint_no(found.merged_into) if found.merged_into else "",
        code=service.code_of(found),
        is_revealed=is_revealed,
        form=EmptyForm(formdata=None),
    )


def _forms_of(found: Complaint) -> dict[str, Form]:
    assigning = AssignForm(formdata=None, prefix="assign-", user_no=found.assigned_to or "")
    sites = {code: site.name for code, site in canteens.sites_by_code().items()}
    assigning.offer(queries.candidates(found.area_code, found.site_code), sites)
    classing = ClassForm(formdata=None, prefix="class-", class_code=found.class_code)
    classing.offer(queries.class_book().offered(found.received_on))
    notes = {name: NoteForm(formdata=None, prefix=f"{name}-") for name in ("withdraw", "reopen", "urge")}
    return {
        "assign": assigning,
        "answer": AnswerForm(formdata=None, prefix="answer-", words=found.answer or ""),
        "call": CallForm(formdata=None, prefix="call-"),
        "hand_on": HandOnForm(formdata=None, prefix="hand_on-"),
        "merge": MergeForm(formdata=None, prefix="merge-"),
        "class": classing,
        **notes,
    }


def _to_do() -> int:
    return queries.count_to_do(viewer()) if viewer().may(Permission.COMPLAINTS_ANSWER) else 0


navigation.counts["complaints.desk"] = _to_do
