"""Home of showing evidence: each row in words, with a link to the page that shows it, for who may open it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import url_for

from app.access import may
from app.auth import queries as users
from app.canteens import queries as canteens
from app.canteens.rules import Sitting
from app.clock import SHANGHAI
from app.meals import queries as ledger
from app.oversight.models.checks import CheckCase
from app.oversight.queries import cases as queries
from app.oversight.queries.cases import NamedMeal
from app.oversight.rules.checks import EvidenceKind, check_named
from app.residents.rules.absence import AbsenceReason
from app.residents.rules.facts import Status
from app.roles import Permission
from app.text import Text, text
from app.web.filters import day as day_shown
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
    EvidenceKind.STAY: text("the register says, since"),
    EvidenceKind.SITTING: text("portions of a sitting"),
    EvidenceKind.RUN: text("run"),
    EvidenceKind.USER: text("account"),
    EvidenceKind.STATEMENT: text("statement"),
    EvidenceKind.PURCHASE: text("purchases"),
    EvidenceKind.CALL: text("call"),
}


_PLACED = frozenset({EvidenceKind.DAY, EvidenceKind.SITTING, EvidenceKind.PURCHASE})
"""Evidence that is named by the site where it was."""


@dataclass(frozen=True, slots=True)
class Named:
    """What the codes of some evidence stand for: sites, accounts and residents by name, and meals."""

    names: Mapping[str, str]
    meals: Mapping[str, NamedMeal]


def shown_rows(rows: Sequence[Mapping[str, Any]], month: str) -> list[ShownRow]:
    """Give kept rows of evidence as a page shows them: sites, accounts and residents by their names.

    Who may not see the ledger reads a resident's number alone. The residents are those of the evidence,
    wherever they live: who decides has to know whom it is about.
    """
    named = _named(rows)
    return [_shown(row, month, named) for row in rows]


def _named(rows: Sequence[Mapping[str, Any]]) -> Named:
    refs: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        refs[row["kind"]].add(str(row["ref"]))
    meals = (
        queries.named_meals({UUID(ref) for ref in refs[EvidenceKind.MEAL]}) if refs[EvidenceKind.MEAL] else {}
    )
    away = {ref.partition("|")[0] for ref in refs[EvidenceKind.STAY]}
    numbers = refs[EvidenceKind.RESIDENT] | away | {meal.resident_no for meal in meals.values()}
    people = ledger.people(numbers) if may(Permission.MEALS_VIEW) else {}
    return Named(
        {
            **{code: site.name for code, site in canteens.sites_by_code().items()},
            **users.names_of(refs[EvidenceKind.USER]),
            **{number: resident.name for number, resident in people.items()},
        },
        meals,
    )


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


def _shown(row: Mapping[str, Any], month: str, named: Named) -> ShownRow:
    kind = EvidenceKind(row["kind"])
    day = date.fromisoformat(row["on"]) if row["on"] else None
    return ShownRow(_KINDS[kind], _words(kind, row, named), day, row["figure"], _link(kind, row, month))


def _words(kind: EvidenceKind, row: Mapping[str, Any], named: Named) -> str:
    ref, site = str(row["ref"]), named.names.get(str(row["site"]), "")
    if kind is EvidenceKind.MEAL:
        return f"{site} {_meal_words(ref, named)}".strip()
    if kind is EvidenceKind.STAY:
        return _stay_words(ref, named)
    if kind is EvidenceKind.SITTING:
        sitting = ref.rpartition("|")[2]
        return f"{site} {say(Sitting(sitting).label)}" if sitting in set(Sitting) else ref
    if kind in _PLACED and site:
        return site
    return _called(ref, named) if ref in named.names else ref.replace("|", " ")


def _meal_words(ref: str, named: Named) -> str:
    meal = named.meals.get(ref)
    if meal is None:
        return ref[:8]
    second = f"{meal.served_at.astimezone(SHANGHAI):%H:%M:%S}"
    return f"{say(meal.sitting.label)} {second} {_called(meal.resident_no, named)}"


def _stay_words(ref: str, named: Named) -> str:
    number, why, back_on = ref.split("|")
    label = AbsenceReason(why).label if why in set(AbsenceReason) else Status(why).label
    until = f" – {day_shown(date.fromisoformat(back_on))}" if back_on else ""
    return f"{_called(number, named)} {say(label)}{until}"


def _called(code: str, named: Named) -> str:
    return f"{named.names[code]} {code}" if code in named.names else code


def _link(kind: EvidenceKind, row: Mapping[str, Any], month: str) -> str | None:
    permission, made = _LINKS[kind]
    return made(row, month) if may(permission) else None


def _meal(row: Mapping[str, Any], _month: str) -> str:
    return url_for("meals.meal", meal_id=row["ref"])


def _day(row: Mapping[str, Any], _month: str) -> str:
    return url_for("meals.ledger", day=row["on"], site=row["site"])


def _resident(row: Mapping[str, Any], month: str) -> str:
    return url_for("meals.ledger", month=month, resident_no=row["ref"])


def _stay(row: Mapping[str, Any], _month: str) -> str:
    return url_for("residents.resident", resident_no=str(row["ref"]).partition("|")[0])


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
    EvidenceKind.STAY: (Permission.RESIDENTS_VIEW, _stay),
    EvidenceKind.SITTING: (Permission.STATEMENTS_VIEW, _sitting),
    EvidenceKind.RUN: (Permission.DELIVERY_VIEW, _run),
    EvidenceKind.USER: (Permission.USERS_VIEW, _user),
    EvidenceKind.STATEMENT: (Permission.STATEMENTS_VIEW, _statement),
    EvidenceKind.PURCHASE: (Permission.PURCHASES_ENTER, _purchase),
    EvidenceKind.CALL: (Permission.CALLS_MAKE, _call),
}
