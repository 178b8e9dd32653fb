"""Home of showing evidence: each row in words, with a link to the page that shows it, for who may open it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import url_for

from app.access import may
from app.auth import queries as users
from app.canteens import queries as canteens
from app.canteens.rules import Sitting
from app.oversight.models.checks import CheckCase
from app.oversight.rules.checks import EvidenceKind, check_named
from app.roles import Permission
from app.text import Text, text
from app.web.language import say


@dataclass(frozen=True, slots=True)
class ShownRow:
    """One piece of evidence on a page."""

    kind: Text
    words: str
    day: date | None
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


_PLACED = frozenset({EvidenceKind.DAY, EvidenceKind.SITTING, EvidenceKind.PURCHASE})
"""Evidence that is named by the site where it was."""


def shown_rows(rows: Sequence[Mapping[str, Any]], month: str) -> list[ShownRow]:
    """Give kept rows of evidence as a page shows them: sites and accounts by their names."""
    sites = {code: site.name for code, site in canteens.sites_by_code().items()}
    people = users.names_of({str(row["ref"]) for row in rows if row["kind"] == EvidenceKind.USER})
    return [_shown(row, month, {**sites, **people}) for row in rows]


def said_of(cases: Iterable[CheckCase]) -> dict[int, Text]:
    """Say what was found of each case, by its id: an account by the name of whoever holds it."""
    found = {case.id: (case.check_name, case.newest.figures) for case in cases}
    names = _accounts([figures for _, figures in found.values()])
    return {case_id: _said(name, figures, names) for case_id, (name, figures) in found.items()}


def said_by_runs(case: CheckCase) -> list[Text]:
    """Say what each run found of a case, the newest last."""
    figures = [each.figures for each in case.evidence]
    names = _accounts(figures)
    return [_said(case.check_name, each, names) for each in figures]


def _accounts(figures: Iterable[Mapping[str, object]]) -> dict[str, str]:
    return users.names_of({str(each["user"]) for each in figures if "user" in each})


def _said(check_name: str, figures: Mapping[str, object], names: Mapping[str, str]) -> Text:
    user_no = str(figures.get("user", ""))
    called = {"user": f"{names[user_no]} {user_no}"} if user_no in names else {}
    return check_named(check_name).said({**figures, **called})


def _shown(row: Mapping[str, Any], month: str, names: Mapping[str, str]) -> ShownRow:
    kind = EvidenceKind(row["kind"])
    day = date.fromisoformat(row["on"]) if row["on"] else None
    return ShownRow(_KINDS[kind], _words(kind, row, names), day, row["figure"], _link(kind, row, month))


def _words(kind: EvidenceKind, row: Mapping[str, Any], names: Mapping[str, str]) -> str:
    ref, site = str(row["ref"]), names.get(str(row["site"]), "")
    if kind is EvidenceKind.MEAL:
        return f"{site} {ref[:8]}".strip()
    if kind is EvidenceKind.SITTING:
        sitting = ref.rpartition("|")[2]
        return f"{site} {say(Sitting(sitting).label)}" if sitting in set(Sitting) else ref
    if kind in _PLACED and site:
        return site
    return f"{names[ref]} {ref}" if ref in names else ref.replace("|", " ")


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
