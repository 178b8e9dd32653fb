"""Home of the verbs on lists: look at one, apply it, decide a question, take a match back, answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.audit import service as audit
from app.care.models import StatusList, StatusListRow
from app.care.queries import lists as queries
from app.care.rules.lists import (
    LateAnswer,
    Listed,
    ListState,
    Match,
    RowState,
    ensure_state,
    match_of,
    standing_of,
)
from app.errors import DomainError, NotFound
from app.extensions import db
from app.locks import lock_names
from app.residents.rules.facts import Status
from app.residents.service import change_status, withdraw_status
from app.roles import Actor
from app.sheet.form import BadRow, Row
from app.sheet.report import refuse_bad
from app.text import Text, text

NAMES_KEPT = timedelta(days=90)
"""How long the name of a list is kept for a person to compare."""

_AT_ONCE = 500


def look_at_list(
    kind: Status,
    source: str,
    rows: Iterable[Row[Listed] | BadRow],
    *,
    skip_bad_rows: bool = False,
    by: Actor,
    at: datetime,
) -> tuple[StatusList, Sequence[BadRow]]:
    """Match a list's rows with the register by identity number, and write down what each would do.

    No status changes. Of rows that mean nobody here nothing but their count is kept.

    Raises: BadFile naming every fault, unless `skip_bad_rows`; then the rows left out come back.
    """
    read = list(rows)
    bad = [row for row in read if isinstance(row, BadRow)]
    if not skip_bad_rows:
        refuse_bad(bad)
    made = StatusList(
        kind=kind,
        source=source.strip(),
        area=by.scope.area,
        listed=len(read),
        bad=len(bad),
        state=ListState.PREVIEW,
        brought_at=at,
        brought_by=by.user_no,
    )
    db.session.add(made)
    good = [row for row in read if isinstance(row, Row)]
    for some in _portions(good):
        made.rows += _matched(some, by=by)
    db.session.flush()
    detail = {"kind": kind.value, "listed": len(read), "bad": len(bad), "here": len(made.rows)}
    audit.record("status_list.brought", f"status_list:{made.id}", by=by, at=at, detail=detail)
    return made, bad


def _portions(rows: Sequence[Row[Listed]]) -> Iterable[Sequence[Row[Listed]]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _matched(rows: Sequence[Row[Listed]], *, by: Actor) -> list[StatusListRow]:
    people = queries.residents_numbered([row.value.identity.number for row in rows], by.scope)
    taken_back = queries.taken_back([each.id for each in people.values()])
    found = []
    for row in rows:
        listed, resident = row.value, people.get(row.value.identity.number)
        if resident is None:
            continue
        match = match_of(listed, resident.name, resident.facts, taken_back.get(resident.id, ()))
        found.append(
            StatusListRow(
                line=row.line,
                resident_id=resident.id,
                from_on=listed.change.from_on,
                name=listed.name if match is Match.OTHER_NAME else None,
                match=match,
                state=RowState.REFUSED if match is Match.ALREADY else RowState.WAITING,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Decided:
    """What became of one row of several: its line, whom it is about, and why it stays, if it does."""

    line: int
    name: str
    refused: Text | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the clear rows of a list: how many were set, how many known by then, what stays."""

    count_set: int
    count_known: int
    stays: Sequence[Decided]


def apply_list(list_id: int, *, by: Actor, at: datetime) -> Applied:
    """Set the statuses of all clear rows of a list that was looked at. Questions stay for a person.

    Each row stands for itself: what changed in the register since the look, and what the register does not
    take, becomes a question too and hinders no other.

    Raises: NotFound outside the scope; Conflict when it was applied or thrown away already.
    """
    found = _list(list_id, by=by)
    ensure_state(found.state, ListState.PREVIEW)
    rows = [row for row in queries.rows_of(list_id, by.scope) if row.state is RowState.WAITING]
    clear = [row for row in rows if row.match is Match.SETS]
    stays = [
        Decided(row.line, row.resident.name, why) for row in clear if (why := _set_clear(row, by=by, at=at))
    ]
    count_set = sum(row.state is RowState.APPLIED for row in clear)
    found.state, found.decided_at, found.decided_by = ListState.APPLIED, at, by.user_no
    db.session.flush()
    detail = {"set": count_set, "stays": len(stays)}
    audit.record("status_list.applied", f"status_list:{list_id}", by=by, at=at, detail=detail)
    return Applied(count_set, len(clear) - count_set - len(stays), stays)


def _set_clear(row: StatusListRow, *, by: Actor, at: datetime) -> Text | None:
    """Set the status of a clear row; give why it stays a question, if it does."""
    row.match = standing_of(row.change, row.resident.facts)
    if row.match is Match.ALREADY:
        row.state = RowState.REFUSED
    if row.match is not Match.SETS:
        return row.match.label if row.match.is_question else None
    try:
        with db.session.begin_nested():
            _set(row, by=by, at=at)
    except DomainError as error:
        row.match = Match.CONTRADICTS
        return error.message
    return None


def discard_list(list_id: int, *, by: Actor, at: datetime) -> None:
    """Throw a list away that was only looked at; the names in it go.

    Raises: NotFound outside the scope; Conflict when it was applied or thrown away already.
    """
    found = _list(list_id, by=by)
    ensure_state(found.state, ListState.PREVIEW)
    for row in found.rows:
        row.name = None
        row.state = RowState.REFUSED
    found.state, found.decided_at, found.decided_by = ListState.DISCARDED, at, by.user_no
    db.session.flush()
    audit.record("status_list.discarded", f"status_list:{list_id}", by=by, at=at)


def decide_row(row_id: int, *, is_same: bool, by: Actor, at: datetime) -> int:
    """Decide a question: it is the same person and the list is right, or it is not. Give the list's id.

    Raises: NotFound outside the scope; Conflict when somebody decided it already; DomainError for a status
    that the register cannot take as it is.
    """
    row = _row(row_id, by=by)
    ensure_state(row.list.state, ListState.APPLIED)
    ensure_state(row.state, RowState.WAITING)
    if is_same:
        _set(row, by=by, at=at)
    else:
        row.state, row.name = RowState.REFUSED, None
        row.decided_at, row.decided_by = at, by.user_no
    db.session.flush()
    _record("status_list.decided", row, by=by, at=at, same=is_same)
    return row.list_id


def decide_rows(
    list_id: int, row_ids: Iterable[int], *, is_same: bool, by: Actor, at: datetime
) -> list[Decided]:
    """Decide several questions of a list alike, each for itself: one that cannot be decided hinders no other.

    Raises: NotFound outside the scope; DomainError when none was chosen.
    """
    rows = {row.id: row for row in queries.rows_of(_list(list_id, by=by).id, by.scope)}
    chosen = [rows[row_id] for row_id in dict.fromkeys(row_ids) if row_id in rows]
    if not chosen:
        raise DomainError(text("Tick the rows that are decided together."))
    decided = []
    for row in sorted(chosen, key=lambda each: each.line):
        refused = None
        line, name, row_id = row.line, row.resident.name, row.id
        try:
            with db.session.begin_nested():
                decide_row(row_id, is_same=is_same, by=by, at=at)
        except DomainError as error:
            refused = error.message
        decided.append(Decided(line, name, refused))
    return decided


def take_back(row_id: int, reason: str, *, by: Actor, at: datetime) -> int:
    """Take back a status that a list set for the wrong person or day; give the list's id.

    The same row of a later list is a question from then on.

    Raises: NotFound outside the scope; Conflict unless the list set it; DomainError without a reason.
    """
    row = _row(row_id, by=by)
    ensure_state(row.state, RowState.APPLIED)
    if not reason.strip():
        raise DomainError(text("Please fill this in."), field="reason")
    withdraw_status(row.resident.resident_no, row.change, by=by, at=at)
    row.state, row.note = RowState.TAKEN_BACK, reason.strip()
    row.decided_at, row.decided_by = at, by.user_no
    db.session.flush()
    _record("status_list.taken_back", row, by=by, at=at)
    return row.list_id


def answer(row_id: int, found: LateAnswer, note: str, *, by: Actor, at: datetime) -> int:
    """Say what was found about meals recorded since; a later answer takes the place. Give the list's id.

    Raises: NotFound outside the scope; Conflict unless the list set the status; DomainError where only the
    note could say why.
    """
    row = _row(row_id, by=by)
    ensure_state(row.state, RowState.APPLIED)
    if found is LateAnswer.ALLOWED and not note.strip():
        raise DomainError(text("Write what it is."), field="words")
    row.answer, row.answer_note = found, note.strip()
    row.answered_at, row.answered_by = at, by.user_no
    db.session.flush()
    _record("status_list.answered", row, by=by, at=at, answer=found.value)
    return row.list_id


def forget_names(*, by: Actor, at: datetime) -> int:
    """Let go of names that nobody compared within `NAMES_KEPT`; the questions stay. Give how many."""
    rows = queries.named_before(at - NAMES_KEPT)
    for row in rows:
        row.name = None
    if rows:
        db.session.flush()
        detail = {"names": len(rows)}
        audit.record("status_list.names_forgotten", "status_lists", by=by, at=at, detail=detail)
    return len(rows)


def _set(row: StatusListRow, *, by: Actor, at: datetime) -> None:
    """Write the status of a row down."""
    note = text("list {number}", number=row.list_id)
    change_status(row.resident.resident_no, row.change, note=str(note), by=by, at=at)
    row.state, row.name = RowState.APPLIED, None
    row.decided_at, row.decided_by = at, by.user_no
    db.session.flush()


def _list(list_id: int, *, by: Actor) -> StatusList:
    lock_names(db.session, "status_list", [str(list_id)])
    found = queries.status_list(list_id, by.scope)
    if found is None:
        raise NotFound(text("There is no such list in your area."))
    db.session.refresh(found)
    return found


def _row(row_id: int, *, by: Actor) -> StatusListRow:
    lock_names(db.session, "status_list_row", [str(row_id)])
    row = queries.row(row_id, by.scope)
    if row is None:
        raise NotFound(text("There is no such row in your area."))
    return row


def _record(action: str, row: StatusListRow, *, by: Actor, at: datetime, **more: object) -> None:
    detail = {"list": row.list_id, "from_on": row.from_on.isoformat(), **more}
    audit.record(action, f"resident:{row.resident.resident_no}", by=by, at=at, detail=detail)
