"""Home of the pages of cases: who did not answer, what is done next and by when, and how each case ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask import render_template, url_for

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.delivery.forms.cases import ClosingForm, OrderForm, StepForm
from app.delivery.models import Subscription
from app.delivery.queries import cases as queries
from app.delivery.queries.cases import CaseAtDoor
from app.delivery.queries.freshness import cooking_on
from app.delivery.rules.cases import Next, Taken, next_of
from app.delivery.rules.proof import run_code, seconds_into
from app.delivery.service.cases import close_case, note_step, order_steps, reveal_contact, reveal_phone
from app.delivery.service.follow_up import UNKNOWN
from app.delivery.views.blueprint import bp
from app.delivery.views.day import name_of
from app.delivery.views.follow_up import by_day, case_closed, empty_step_form, hands_in, shown, step_noted
from app.errors import NotFound
from app.roles import Permission
from app.text import Text, text
from app.transaction import transaction
from app.web.acting import Answer, acted
from app.web.navigation import counts
from app.web.paging import page_of


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
    orders = by_day(queries.order_on)
    shown = []
    for door in queries.open_cases(scope):
        coming = next_of(door.case.opened_at, taken_in(door), orders(door.case.served_on))
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
    return acted(
        form,
        lambda: step_noted(note_step, case_id, form),
        onward=lambda: url_for("delivery.case", case_id=case_id),
        again=lambda: _case_page(_case(case_id), step_form=form),
    )


@bp.post("/cases/<int:case_id>/close")
@require(Permission.DELIVERY_RECORD)
def close(case_id: int) -> Answer:
    """Close a case."""
    form = ClosingForm()
    return acted(
        form,
        lambda: case_closed(close_case, case_id, form),
        onward=lambda: url_for("delivery.case", case_id=case_id),
        again=lambda: _case_page(_case(case_id), closing_form=form),
    )


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

    def order() -> Text:
        order_steps(form.order(), (form.reference.data or "").strip(), by=viewer(), at=clock.now())
        return text("Ordered. Days before keep what was ordered for them.")

    return acted(form, order, onward=lambda: url_for("delivery.steps"), again=lambda: _order_page(form))


def open_count() -> int:
    """Count the cases that wait for the viewer."""
    return queries.count_open_cases(viewer().scope)


counts["delivery.cases"] = open_count


def taken_in(door: CaseAtDoor) -> list[Taken]:
    """Give the steps of a case as the rules know them."""
    return [Taken(each.step, each.result, each.taken_at) for each in door.case.steps]


def _names() -> Callable[[Subscription, date], str]:
    return lambda subscription, on: name_of(on)(subscription)


def _hands(doors: Iterable[CaseAtDoor]) -> set[str]:
    cases = [door.case for door in doors]
    return {case.report.reported_by for case in cases} | hands_in(cases)


def _case(case_id: int) -> CaseAtDoor:
    found = queries.case(case_id, viewer().scope)
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def _case_page(
    door: CaseAtDoor,
    *,
    step_form: StepForm | None = None,
    closing_form: ClosingForm | None = None,
    number: str = "",
    numbers: Mapping[int, str] | None = None,
) -> str:
    order, resident = queries.order_on(door.case.served_on), door.case.subscription.resident
    taken = taken_in(door)
    coming, plan = next_of(door.case.opened_at, taken, order), door.plan
    cooking = cooking_on(plan.served_on, plan.sitting, [plan.kitchen_code])[plan.kitchen_code]
    end = cooking.end_of(door.run.depart_seconds)
    return render_template(
        "delivery/case.html",
        end=end,
        is_past_end=seconds_into(clock.now(), plan.served_on) > end.until_seconds,
        order=order,
        **shown(resident, door.case.opened_at, taken, order, at=clock.now()),
        door=door,
        name=name_of(door.case.served_on)(door.case.subscription),
        people=users.names_of(_hands([door])),
        run_code=run_code,
        number=number,
        numbers=numbers or {},
        step_form=step_form or empty_step_form(coming, len(taken)),
        closing_form=closing_form or ClosingForm(formdata=None),
    )


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
