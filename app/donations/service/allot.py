"""Home of giving meals what the funds hold: in the transaction of the decisions, never below nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import bindparam, update

from app.audit import queries as audit
from app.database import fetch, insert_rows
from app.donations import queries
from app.donations.models import Allotment, CharityFund
from app.donations.rules.allotting import Entry, Held, Pledge, drawn, entries_for
from app.extensions import db


def allot(pledges: Sequence[Pledge]) -> dict[UUID, int]:
    """Let meals ask the funds for what they are pledged, or give back; give what each holds then, in fen."""
    hold_the_books()
    purses = queries.purses_for_update()
    held = queries.held_by([pledge.meal_id for pledge in pledges])
    entries = entries_for(pledges, held, purses)
    for fund_id, fen in drawn(entries).items():
        move(fund_id, -fen)
    insert_rows(db.session, Allotment, [_row(entry) for entry in entries])
    return _fen_held(pledges, held, entries)


def hold_the_books() -> None:
    """Let nobody else move a fund's money until this act commits.

    Whoever writes the trail holds its head, and every act that moves money writes it: to hold the head before
    the funds is to hold both in the one order that everybody keeps.
    """
    audit.head_for_update()


def move(fund_id: int, fen: int) -> None:
    """Add to a fund's balance, or take from it what it holds; the balance's own constraint is the judge."""
    if fetch(db.session, _MOVED, {"fund": fund_id, "fen": fen}).rowcount != 1:
        msg = f"there is no charity fund {fund_id}"
        raise LookupError(msg)


# Plain columns: a balance is a row of the database, and no object of a session.
_MOVED = (
    update(CharityFund.__table__)  # type: ignore[arg-type]  # a table
    .where(CharityFund.id == bindparam("fund"))
    .values(balance_fen=CharityFund.balance_fen + bindparam("fen"))
)


def _row(entry: Entry) -> dict[str, object]:
    return {
        "meal_id": entry.meal_id,
        "fund_id": entry.fund_id,
        "served_on": entry.served_on,
        "pledged_fen": entry.pledged_fen,
        "given_fen": entry.given_fen,
    }


def _fen_held(
    pledges: Sequence[Pledge], held: Mapping[UUID, Held], entries: Sequence[Entry]
) -> dict[UUID, int]:
    fen = {pledge.meal_id: held.get(pledge.meal_id, Held()).fen for pledge in pledges}
    for entry in entries:
        fen[entry.meal_id] += entry.given_fen
    return fen
