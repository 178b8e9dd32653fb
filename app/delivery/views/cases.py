"""Home of the pages of cases: who did not answer, what is done next and by when, and how each case ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import Permission, require, viewer
from app.auth import queries as users
from app.delivery.forms.cases import ClosingForm, OrderForm, StepForm
from app.delivery.models import Subscription
from app.delivery.queries import cases as queries
from app.delivery.queries.cases import CaseAtDoor
from app.delivery.queries.family import contacts_of
from app.delivery.rules.cases import CaseOrder, CaseOutcome, Next, Step, StepResult, Taken, next_of, timeline
from app.delivery.rules.proof import run_code
from app.delivery.service.cases import close_case, note_step, order_steps, reveal_contact, reveal_phone
from app.delivery.views.blueprint import bp
from app.delivery.views.day import name_of
from app.errors import DomainError, NotFound
from app.residents.rules.contact import masked_phone
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.navigation import counts
from app.web.notices import notice
from app.web.paging import page_of

_REFUSED = 422
Answer = Response | tuple[str, int]


@dataclass(frozen=True, slots=True)
class Shown:
    """An open case as the list shows it: what it waits for, and by how many minutes that is late."""

    door: CaseAtDoor
    next: Next
    late_minutes: int


@bp.get("/cases")
@require(Permission.DELIVERY_VIEW)
def cases() -> str:
    """Show the cases that wait, the most urgent first, and those that are over."""
    at, scope = clock.now(), viewer().scope
    orders = _Orders()
    shown = []
    for door in queries.open_cases(scope):
        coming = next_of(door.case.opened_at, taken_in(door), orders.on(door.case.served_on))
        shown.append(Shown(door, coming, coming.late_minutes(at)))
    page = page_of(queries.ended_cases(scope), per_page=20)
    ended = queries.at_doors(page.rows)
    return render_template(
        "delivery/cases.html",
        waiting=sorted(shown, key=lambda each: (each.next.due_at, each.door.case.id)),
        late=sum(each.late_minutes > 0 for each in shown),
        page=page,
        ended=ended,
        name=_names(),
        people=users.names_of(_hands([*(each.door for each in shown), *ended])),
    )


@bp.get("/cases/<int:case_id>")
@require(Permission.DELIVERY_VIEW)
def case(case_id: int) -> str:
    """Show one case: what was done, what is next and by when."""
    return _case_page(_case(case_id))


@bp.post("/cases/<int:case_id>/steps")
@require(Permission.DELIVERY_RECORD)
def take_step(case_id: int) -> Answer:
    """Note a step that was taken."""
    form = StepForm()
    if form.validate_on_submit():
        try:
            with transaction():
                note_step(
                    case_id,
                    Step(form.step.data),
                    StepResult(form.result.data),
                    note=form.note.data or "",
                    turn=form.seen_turn,
                    by=viewer(),
                    at=clock.now(),
                )
            notice(text("Noted."))
            return redirect(url_for("delivery.case", case_id=case_id))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _case_page(_case(case_id), step_form=form), _REFUSED


@bp.post("/cases/<int:case_id>/close")
@require(Permission.DELIVERY_RECORD)
def close(case_id: int) -> Answer:
    """Close a case."""
    form = ClosingForm()
    if form.validate_on_submit():
        try:
            outcome = CaseOutcome(form.outcome.data)
            with transaction():
                close_case(case_id, outcome, note=form.words.data or "", by=viewer(), at=clock.now())
            notice(text("The case is closed: {outcome}.", outcome=outcome.label))
            return redirect(url_for("delivery.case", case_id=case_id))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _case_page(_case(case_id), closing_form=form), _REFUSED


@bp.post("/cases/<int:case_id>/phone")
@require(Permission.DELIVERY_RECORD)
def phone(case_id: int) -> str:
    """Show the resident's phone number to somebody who asks for it; the look is recorded."""
    with transaction():
        number = reveal_phone(case_id, by=viewer(), at=clock.now())
    return _case_page(_case(case_id), number=number)


@bp.post("/cases/<int:case_id>/contacts/<int:contact_id>/phone")
@require(Permission.DELIVERY_RECORD)
def family_phone(case_id: int, contact_id: int) -> str:
    """Show the phone number of one of the family to somebody who asks for it; the look is recorded."""
    with transaction():
        number = reveal_contact(case_id, contact_id, by=viewer(), at=clock.now())
    return _case_page(_case(case_id), numbers={contact_id: number})


@bp.get("/cases/order")
@require(Permission.DELIVERY_VIEW)
def steps() -> str:
    """Show what is ordered to be done when nobody answers."""
    return _order_page()


@bp.post("/cases/order")
@require(Permission.POLICY_EDIT)
def set_steps() -> Answer:
    """Order what is done from a day on when nobody answers."""
    form = OrderForm()
    if form.validate_on_submit():
        try:
            with transaction():
                order_steps(form.order(), (form.reference.data or "").strip(), by=viewer(), at=clock.now())
            notice(text("Ordered. Days before keep what was ordered for them."))
            return redirect(url_for("delivery.steps"))
        except DomainError as error:
            form.refuse(error)
    return _order_page(form), _REFUSED


def open_count() -> int:
    """Count the cases that wait for the viewer."""
    return queries.count_open_cases(viewer().scope)


counts["delivery.cases"] = open_count


def taken_in(door: CaseAtDoor) -> list[Taken]:
    """Give the steps of a case as the rules know them."""
    return [Taken(each.step, each.result, each.taken_at) for each in door.case.steps]


class _Orders:
    """What was ordered for each day that a page is about, asked for once."""

    def __init__(self) -> None:
        self._known: dict[date, CaseOrder] = {}

    def on(self, day: date) -> CaseOrder:
        if day not in self._known:
            self._known[day] = queries.order_on(day)
        return self._known[day]


def _names() -> Callable[[Subscription, date], str]:
    return lambda subscription, on: name_of(on)(subscription)


def _hands(doors: Iterable[CaseAtDoor]) -> set[str]:
    hands: set[str] = set()
    for door in doors:
        hands |= {door.case.report.reported_by, *(each.taken_by for each in door.case.steps)}
        if door.case.closing is not None:
            hands.add(door.case.closing.closed_by)
    return hands


def _case(case_id: int) -> CaseAtDoor:
    found = queries.case(case_id, viewer().scope)
    if found is None:
        raise NotFound(text("There is no such case, or it is not yours to see."))
    return found


def _case_page(
    door: CaseAtDoor,
    *,
    step_form: StepForm | None = None,
    closing_form: ClosingForm | None = None,
    number: str = "",
    numbers: Mapping[int, str] | None = None,
) -> str:
    at, order = clock.now(), queries.order_on(door.case.served_on)
    taken = taken_in(door)
    coming = next_of(door.case.opened_at, taken, order)
    resident = door.case.subscription.resident
    return render_template(
        "delivery/case.html",
        door=door,
        resident=resident,
        name=name_of(door.case.served_on)(door.case.subscription),
        next=coming,
        late_minutes=coming.late_minutes(at),
        lines=timeline(door.case.opened_at, taken, order),
        people=users.names_of(_hands([door])),
        run_code=run_code,
        number=number,
        numbers=numbers or {},
        contacts=contacts_of(resident.id),
        masked_phone=masked_phone,
        step_form=step_form or _step_form(door, coming),
        closing_form=closing_form or ClosingForm(formdata=None),
        form=EmptyForm(),
    )


def _step_form(door: CaseAtDoor, coming: Next) -> StepForm:
    first = (coming.step or Step.RESIDENT).value
    return StepForm(formdata=None, step=first, turn=str(len(door.case.steps) + 1))


def _order_page(form: OrderForm | None = None) -> str:
    today = clock.today()
    in_force = queries.order_on(today)
    given = queries.orderings()
    if form is None:
        form = OrderForm.of(in_force)
        form.from_on.data = today + timedelta(days=1)
    return render_template(
        "delivery/case_order.html",
        form=form,
        order=in_force,
        given=given,
        today=today,
        people=users.names_of({each.ordered_by for each in given}),
    )
