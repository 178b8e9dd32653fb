"""Who signs in to the demo."""

from __future__ import annotations

from app.auth.rules import ensure_separate, ensure_strong
from app.demo.rules.sign_ins import PASSWORD, SIGN_INS
from app.roles import Role


def test_there_is_one_user_for_each_role_with_a_strong_password() -> None:
    assert {role for user in SIGN_INS for role in user.roles} == set(Role)
    for user in SIGN_INS:
        ensure_separate(user.roles)
        ensure_strong(user.password, username=user.username)
        assert user.password == PASSWORD
