"""What is decided about users: roles that check each other, passwords, PINs, the second factor. Pure."""

from app.auth.rules.factor import (
    RECOVERY_CODES,
    code_hash,
    enrolment_address,
    is_one_time_code,
    needs_second_factor,
    new_recovery_code,
    new_secret,
    step_of,
)
from app.auth.rules.passwords import MIN_PASSWORD, as_told, ensure_strong
from app.auth.rules.pins import PIN_ITERATIONS, ensure_pin, pin_check, pin_key
from app.auth.rules.requests import Act, Outcome, act_name, ensure_decidable, needs_second_person
from app.auth.rules.roles import CONFLICTS, Conflicting, NewUser, Place, ensure_separate, runs_a_site

__all__ = [
    "CONFLICTS",
    "MIN_PASSWORD",
    "PIN_ITERATIONS",
    "RECOVERY_CODES",
    "Act",
    "Conflicting",
    "NewUser",
    "Outcome",
    "Place",
    "act_name",
    "as_told",
    "code_hash",
    "enrolment_address",
    "ensure_decidable",
    "ensure_pin",
    "ensure_separate",
    "ensure_strong",
    "is_one_time_code",
    "needs_second_factor",
    "needs_second_person",
    "new_recovery_code",
    "new_secret",
    "pin_check",
    "pin_key",
    "runs_a_site",
    "step_of",
]
