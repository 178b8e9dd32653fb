"""The verbs on users: sign in, let in, shut out, second factors, and what waits for a second person."""

from app.auth.service.factor import begin_factor, check_second_step, prove_factor, renew_recovery_codes
from app.auth.service.passwords import (
    change_password,
    hasher,
    set_own_pin,
    set_password,
    set_pin,
    user_called,
)
from app.auth.service.requests import ask, confirm, refuse, take_back, take_on, withdraw
from app.auth.service.sessions import begin_session, end_other_sessions, end_session, token_hash
from app.auth.service.sign_in import note_refusal, sign_in
from app.auth.service.users import let_in, off_board, reset_factor, set_place, shut_out

__all__ = [
    "ask",
    "begin_factor",
    "begin_session",
    "change_password",
    "check_second_step",
    "confirm",
    "end_other_sessions",
    "end_session",
    "hasher",
    "let_in",
    "note_refusal",
    "off_board",
    "prove_factor",
    "refuse",
    "renew_recovery_codes",
    "reset_factor",
    "set_own_pin",
    "set_password",
    "set_pin",
    "set_place",
    "shut_out",
    "sign_in",
    "take_back",
    "take_on",
    "token_hash",
    "user_called",
    "withdraw",
]
