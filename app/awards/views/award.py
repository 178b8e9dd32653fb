"""Home of the page of one award: its inputs, every step, its way, and what was paid of it."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

from flask import Response, redirect, render_template, send_file, url_for
from werkzeug import Response as Redirect

from app import clock
from app.access import require, viewer
from app.areas import queries as areas
from app.auth import queries as users
from app.awards import queries, service
from app.awards.forms import PaymentForm, SeenForm, VoidForm
from app.awards.models import Award
from app.awards.rules.acts import AwardAct, AwardState, acts_open
from app.awards.service import Listed
from app.awards.views.blueprint import bp
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.settlement.rules.canonical import check_code
from app.subsidy.rules.awards.wording import cut_words, formula_words, meals_by_age, schedule_words
from app.text import Text, text
from app.transaction import transaction
from app.web.form import Form
from app.web.notices import notice

_Answer = Redirect | tuple[str, int]


@bp.get("/award/<award_no>")
@require(Permission.AWARDS_VIEW)
def award(award_no: str) -> str:
    """Show one award with every input and every step."""
    return _page(_award(award_no), VoidForm())


@bp.post("/award/<award_no>/approve")
@require(Permission.AWARDS_APPROVE)
def approve(award_no: str) -> _Answer:
    """Approve a draft; from now on it stands."""
    form = SeenForm()

    def done() -> Text:
        service.approve(award_no, seen=form.seen.data or "", by=viewer(), at=clock.now())
        return text("{number} is approved.", number=award_no)

    return _acted(award_no, form, done)


@bp.post("/award/<award_no>/void")
@require(Permission.AWARDS_APPROVE)
def void(award_no: str) -> _Answer:
    """Declare an award void; the next draft bears a new number."""
    form = VoidForm()

    def done() -> Text:
        service.void(award_no, reason=form.reason.data or "", by=viewer(), at=clock.now())
        return text("{number} is void. Draft the year again for a new number.", number=award_no)

    return _acted(award_no, form, done)


@bp.post("/award/<award_no>/instalments/<int:number>/pay")
@require(Permission.AWARDS_PAY)
def pay(award_no: str, number: int) -> _Answer:
    """Confirm that an instalment was paid."""
    form = PaymentForm()

    def done() -> Text:
        service.pay(award_no, number, paid_on=form.paid_on.data, by=viewer(), at=clock.now())
        return text("Instalment {number} of {award} is paid.", number=number, award=award_no)

    return _acted(award_no, form, done)


def _acted(award_no: str, form: Form, act: Callable[[], Text]) -> _Answer:
    """Do what a form asks for, and go back to the award; or show there why it was refused."""
    if not form.validate_on_submit():
        return _page(_award(award_no), form), 422
    try:
        with transaction():
            said = act()
    except NotFound:
        raise
    except DomainError as error:
        form.refuse(error)
        return _page(_award(award_no), form), error.status
    notice(said)
    return redirect(url_for("awards.award", award_no=award_no))


@bp.get("/award/<award_no>.pdf")
@require(Permission.AWARDS_VIEW)
def award_paper(award_no: str) -> Response:
    """Hand out an award as a paper to be sealed."""
    printed = BytesIO(service.award_pdf(_award(award_no), at=clock.now()))
    return send_file(printed, mimetype="application/pdf", download_name=f"{award_no}.pdf")


def _award(award_no: str) -> Award:
    found = queries.award(award_no, viewer().scope)
    if found is None:
        raise NotFound(text("There is no award {number}.", number=award_no))
    return found


def _page(found: Award, form: Form) -> str:
    """Show the award; what a refused form says stands above its acts, or beside its field."""
    each = Listed.of(found)
    faults = [*form.form_errors, *(fault for field in form for fault in field.errors)]
    own = viewer().user_no in (found.drafted_by, found.assessed_by)
    return render_template(
        "awards/award.html",
        award=found,
        each=each,
        content=each.content,
        place=areas.labels([found.site.area_code])[found.site.area_code],
        check_code=check_code(found.hash),
        formula=formula_words(each.policy.formula),
        meals_by_age=meals_by_age(each.content.facts),
        cuts=cut_words(each.policy),
        schedule=schedule_words(each.policy.schedule),
        is_outdated=found.state is AwardState.DRAFT and not service.is_current(found),
        paid={payment.number: payment for payment in found.payments},
        acts={act for act, permission in acts_open(found.state) if viewer().may(permission)},
        AwardAct=AwardAct,
        own=own,
        people=users.names_of({*_people(found)}),
        tenths=service.tenths,
        today=clock.today(),
        form=form,
        faults=faults,
    )


def _people(found: Award) -> set[str]:
    who = {found.drafted_by, found.assessed_by, found.approved_by, found.voided_by}
    return {number for number in who if number} | {payment.recorded_by for payment in found.payments}
