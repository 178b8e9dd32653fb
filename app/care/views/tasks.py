"""Home of the pages on who did not come or did not open: who is called next, by when, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import render_template, request, url_for

from app import clock
from app.access import require, viewer
from app.areas import queries as areas
from app.auth import queries as users
from app.canteens.queries import sites_by_code
from app.care.forms.missed import ClosingForm, StepForm
from app.care.queries import missed as queries
from app.care.queries import regulars
from app.care.queries.missed import FollowedUp
from app.care.rules.watching import WatchOrder, begins_at
from app.care.service import missed as service
from app.care.views.blueprint import bp
from app.delivery.queries import cases as doors
from app.delivery.queries.cases import CaseAtDoor
from app.delivery.rules.cases import Next, Taken, next_of
from app.delivery.service.follow_up import UNKNOWN
from app.delivery.views.follow_up import by_day, case_closed, empty_step_form, hands_in, shown, step_noted
from app.errors import NotFound
from app.residents.rules.categories import grade_label
from app.residents.rules.facts import age_on
from app.roles import Permission
from app.transaction import transaction
from app.web.acting import Answer, acted
from app.web.form import EmptyForm
from app.web.navigation import MANY, counts
from app.web.paging import page_of, page_of_rows

_AT_ONCE = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits, as the list shows it: a missed meal or a door, its next step, and how late that is.

    `not_known` tells that tablets may know better still, so that nothing is late yet.
    """

    next: Next
    late_minutes: int
    missed: FollowedUp | None = None
    door: CaseAtDoor | None = None
    not_known: bool = False


@bp.get("")
@require(Permission.CARE_VIEW)
def tasks() -> str:
    """Show who waits for a call, the most urgent first, and whose case is over."""
    at, scope = clock.now(), viewer().scope
    waiting = sorted([*_missed(at), *_doors(at)], key=lambda each: (each.not_known, each.next.due_at))
    is_over = bool(request.args.get("over"))
    over = page_of(queries.ended_missed(scope), per_page=_AT_ONCE)
    calls = page_of_rows([] if is_over else waiting, per_page=_AT_ONCE)
    ended = queries.followed_up(over.rows) if is_over or calls.number == 1 else []
    listed = [each.missed for each in calls.rows if each.missed is not None]
    today = clock.today()
    order, rounds = regulars.order_on(today), regulars.rounds_on(today)
    return render_template(
        "care/tasks.html",
        waiting=len(waiting),
        calls=calls,
        is_over=is_over,
        late=sum(each.late_minutes > 0 for each in waiting),
        unknown=sum(each.not_known for each in waiting),
        over=over,
        ended=ended,
        people=users.names_of(hands_in(each.missed for each in [*listed, *ended])),
        places=areas.labels(each.missed.resident.residence_area for each in [*listed, *ended]),
        age=age_on,
        rounds=rounds,
        overdue=[each for each in order.due(at) if each not in rounds],
        sites={code: site.name for code, site in sites_by_code().items()},
        order=order,
        form=EmptyForm(),
    )


@bp.get("/meals/<int:missed_id>")
@require(Permission.CARE_VIEW)
def task(missed_id: int) -> str:
    """Show one missed meal: what is known of the person, what was done, what is next and by when."""
    return _page(_found(missed_id))


@bp.post("/meals/<int:missed_id>/steps")
@require(Permission.CARE_RECORD)
def take_step(missed_id: int) -> Answer:
    """Note a step that was taken."""
    form = StepForm()
    return acted(
        form,
        lambda: step_noted(service.note_step, missed_id, form),
        onward=lambda: url_for("care.task", missed_id=missed_id),
        again=lambda: _page(_found(missed_id), step_form=form),
    )


@bp.post("/meals/<int:missed_id>/close")
@require(Permission.CARE_RECORD)
def close(missed_id: int) -> Answer:
    """Close a missed meal."""
    form = ClosingForm()
    return acted(
        form,
        lambda: case_closed(service.close, missed_id, form),
        onward=lambda: url_for("care.task", missed_id=missed_id),
        again=lambda: _page(_found(missed_id), closing_form=form),
    )


@bp.post("/meals/<int:missed_id>/phone")
@require(Permission.CARE_RECORD)
def phone(missed_id: int) -> str:
    """Show the resident's phone number to somebody who calls; the look is recorded."""
    with transaction():
        number = service.reveal_phone(missed_id, by=viewer(), at=clock.now())
    return _page(_found(missed_id), number=number)


@bp.post("/meals/<int:missed_id>/contacts/<int:contact_id>/phone")
@require(Permission.CARE_RECORD)
def family_phone(missed_id: int, contact_id: int) -> str:
    """Show the phone number of one of the family to somebody who calls; the look is recorded."""
    with transaction():
        number = service.reveal_contact(missed_id, contact_id, by=viewer(), at=clock.now())
    return _page(_found(missed_id), numbers={contact_id: number})


def open_count() -> int:
    """Count the missed meals that wait for the viewer; doors are counted at their own entrance."""
    return queries.count_open_missed(viewer().scope, most=MANY)


counts["care.tasks"] = open_count


def _missed(at: datetime) -> Iterable[Waiting]:
    orders = by_day(regulars.order_on)
    for each in queries.open_missed(viewer().scope):
        coming, late, not_known = _coming(each, orders(each.missed.served_on), at)
        yield Waiting(coming, late, missed=each, not_known=not_known)


def _doors(at: datetime) -> Iterable[Waiting]:
    orders = by_day(doors.order_on)
    for door in doors.open_cases(viewer().scope):
        taken = [Taken(each.step, each.result, each.taken_at) for each in door.case.steps]
        coming = next_of(door.case.opened_at, taken, orders(door.case.served_on))
        yield Waiting(coming, coming.late_minutes(at), door=door)


def _coming(found: FollowedUp, order: WatchOrder, at: datetime) -> tuple[Next, int, bool]:
    """Give what comes next, by how many minutes it is late, and whether tablets may know better still."""
    missed = found.missed
    begun_at = begins_at(missed.opened_at, missed.known_at, order)
    coming = next_of(begun_at, missed.taken, order.case_order)
    return coming, coming.late_minutes(at), missed.known_at is None and at < begun_at


def _found(missed_id: int) -> FollowedUp:
    found = queries.missed_meal(missed_id, viewer().scope)
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def _page(
    found: FollowedUp,
    *,
    step_form: StepForm | None = None,
    closing_form: ClosingForm | None = None,
    number: str = "",
    numbers: Mapping[int, str] | None = None,
) -> str:
    at, missed = clock.now(), found.missed
    order, resident = regulars.order_on(missed.served_on), missed.resident
    coming, _, not_known = _coming(found, order, at)
    begun_at = begins_at(missed.opened_at, missed.known_at, order)
    return render_template(
        "care/task.html",
        **shown(resident, begun_at, missed.taken, order.case_order, at=at),
        found=found,
        missed=missed,
        age=age_on(resident.birth_on, missed.served_on),
        held=[each.period for each in resident.categories if each.period.holds_on(missed.served_on)],
        grade_label=grade_label,
        places=areas.labels([resident.residence_area]),
        last=queries.last_meal(resident.resident_no),
        not_known=not_known,
        begun_at=begun_at,
        people=users.names_of(hands_in([missed])),
        number=number,
        numbers=numbers or {},
        step_form=step_form or empty_step_form(coming, len(missed.steps)),
        closing_form=closing_form or ClosingForm(formdata=None),
    )
