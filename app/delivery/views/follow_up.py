"""Home of what pages of followed-up cases share: noting a step, closing, who had a hand in it, the clocks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Protocol, TypeVar

from app import clock
from app.access import viewer
from app.delivery.forms.cases import StepForm
from app.delivery.queries.family import contacts_of
from app.delivery.rules.cases import CaseOrder, CaseOutcome, Next, Step, StepResult, Taken, next_of, timeline
from app.residents.models import Resident
from app.residents.rules.contact import masked_phone
from app.text import Text, text
from app.web.form import EmptyForm, Form

_Order = TypeVar("_Order")


class _Step(Protocol):
    @property
    def taken_by(self) -> str: ...


class _Closing(Protocol):
    @property
    def closed_by(self) -> str: ...


class _Case(Protocol):
    @property
    def steps(self) -> Sequence[_Step]: ...

    @property
    def closing(self) -> _Closing | None: ...


def step_noted(note_step: Callable[..., None], number: int, form: StepForm) -> Text:
    """Note the step that a form tells; give what is said then."""
    note_step(
        number,
        Step(form.step.data),
        StepResult(form.result.data),
        note=form.note.data or "",
        turn=form.seen_turn,
        by=viewer(),
        at=clock.now(),
    )
    return text("Noted.")


def case_closed(close: Callable[..., None], number: int, form: Form) -> Text:
    """Close a case as a form tells; give what is said then."""
    outcome = CaseOutcome(form["outcome"].data)
    close(number, outcome, note=form["words"].data or "", by=viewer(), at=clock.now())
    return text("The case is closed: {outcome}.", outcome=outcome.label)


def hands_in(cases: Iterable[_Case]) -> set[str]:
    """Give who took steps in these cases, or closed one."""
    hands: set[str] = set()
    for each in cases:
        hands |= {step.taken_by for step in each.steps}
        if each.closing is not None:
            hands.add(each.closing.closed_by)
    return hands


def by_day(asked: Callable[[date], _Order]) -> Callable[[date], _Order]:
    """Ask once for what was ordered for a day."""
    known: dict[date, _Order] = {}

    def on(day: date) -> _Order:
        if day not in known:
            known[day] = asked(day)
        return known[day]

    return on


def shown(
    resident: Resident, begun_at: datetime, taken: Sequence[Taken], order: CaseOrder, *, at: datetime
) -> dict[str, object]:
    """Give what every page of a case shows: its clocks, and whom to call."""
    coming = next_of(begun_at, taken, order)
    return {
        "resident": resident,
        "next": coming,
        "late_minutes": coming.late_minutes(at),
        "lines": timeline(begun_at, taken, order),
        "contacts": contacts_of(resident.id),
        "masked_phone": masked_phone,
        "form": EmptyForm(),
    }


def empty_step_form(coming: Next, steps: int) -> StepForm:
    """Give the form for the step that comes next, of a case with so many."""
    first = (coming.step or Step.RESIDENT).value
    return StepForm(formdata=None, step=first, turn=str(steps + 1))
