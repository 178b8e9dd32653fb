"""Home of what the ledger listens to: facts below it change, and it decides again in the same act."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from app.canteens.service import facts_changed as sites_changed
from app.meals.service.decide import decide_again, decide_on_new_ground
from app.residents.service import facts_changed as residents_changed
from app.subsidy import queries as subsidy
from app.subsidy.rules import Days
from app.subsidy.service import calendar_changed, policies_changed


@residents_changed.connect
def _residents_changed(_sender: None, *, resident_nos: Collection[str]) -> None:
    """Decide all meals of these residents again."""
    decide_again(dict.fromkeys(resident_nos, ()))


@sites_changed.connect
def _sites_changed(_sender: None, *, site_codes: Collection[str]) -> None:
    """Decide all meals of whoever ate at these sites again."""
    decide_on_new_ground(site_codes=site_codes)


@policies_changed.connect
def _policies_changed(_sender: None, *, district: str, effective_from: date) -> None:  # noqa: ARG001 - the signal's shape
    """Decide all meals of whoever ate since the policy's first day again."""
    decide_on_new_ground(since=effective_from)


@calendar_changed.connect
def _calendar_changed(_sender: None, *, on: date) -> None:
    """Decide all meals of whoever ate since that day again, if a policy then in force asks for workdays."""
    if any(policy.days is Days.WORKDAYS for policy in subsidy.policy_book().in_force_during(on, on)):
        decide_on_new_ground(since=on)
