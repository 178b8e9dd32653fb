"""Home of showing evidence: each row in words, with a link to the page that shows it, for who may open it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.access import Permission, may
from app.oversight.rules.checks import EvidenceKind
from app.text import Text, text


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One piece of evidence on a page."""

    kind: Text
    words: str
    day: str
    figure: int | None
    url: str | None


_KINDS = {
    EvidenceKind.MEAL: text("meal"),
    EvidenceKind.DAY: text("day"),
    EvidenceKind.RESIDENT: text("resident"),
    EvidenceKind.SITTING: text("portions of a sitting"),
    EvidenceKind.RUN: text("run"),
    EvidenceKind.USER: text("account"),
    EvidenceKind.STATEMENT: text("statement"),
    EvidenceKind.PURCHASE: text("purchases"),
    EvidenceKind.CALL: text("call"),
}


def shown_row(row: Mapping[str, Any], month: str) -> ShownRow:
    """Give a kept row of evidence as the page shows it."""
    kind = EvidenceKind(row["kind"])
    ref = str(row["ref"])
    words = ref[:8] if kind is EvidenceKind.MEAL else ref.replace("|", " ")
    return ShownRow(_KINDS[kind], words, str(row["on"] or ""), row["figure"], _link(kind, row, month))


def _link(kind: EvidenceKind, row: Mapping[str, Any], month: str) -> str | None:
    permission, made = _LINKS[kind]
    return made(row, month) if may(permission) else None


def _meal(row: Mapping[str, Any], _month: str) -> str:
    return url_for("meals.meal", meal_id=row["ref"])


def _day(row: Mapping[str, Any], _month: str) -> str:
    return url_for("meals.ledger", day=row["on"], site=row["site"])


def _resident(row: Mapping[str, Any], month: str) -> str:
    return url_for("meals.ledger", month=month, resident_no=row["ref"])


def _sitting(row: Mapping[str, Any], month: str) -> str:
    return url_for("settlement.site_portions", month=month, site_code=row["site"])


def _run(row: Mapping[str, Any], _month: str) -> str:
    return url_for("delivery.run", run_id=int(row["ref"]))


def _user(row: Mapping[str, Any], _month: str) -> str:
    return url_for("auth.user", user_no=row["ref"])


def _statement(row: Mapping[str, Any], _month: str) -> str:
    return url_for("settlement.statement", statement_no=row["ref"])


def _purchase(row: Mapping[str, Any], month: str) -> str:
    return url_for("oversight.purchase", site_code=row["site"], month=month)


def _call(_row: Mapping[str, Any], month: str) -> str:
    return url_for("oversight.calls", month=month)


_LINKS: dict[EvidenceKind, tuple[Permission, Callable[[Mapping[str, Any], str], str]]] = {
    EvidenceKind.MEAL: (Permission.MEALS_VIEW, _meal),
    EvidenceKind.DAY: (Permission.MEALS_VIEW, _day),
    EvidenceKind.RESIDENT: (Permission.MEALS_VIEW, _resident),
    EvidenceKind.SITTING: (Permission.STATEMENTS_VIEW, _sitting),
    EvidenceKind.RUN: (Permission.DELIVERY_VIEW, _run),
    EvidenceKind.USER: (Permission.USERS_VIEW, _user),
    EvidenceKind.STATEMENT: (Permission.STATEMENTS_VIEW, _statement),
    EvidenceKind.PURCHASE: (Permission.PURCHASES_ENTER, _purchase),
    EvidenceKind.CALL: (Permission.CALLS_MAKE, _call),
}
