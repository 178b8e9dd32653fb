"""What every start does about the demo: it fills nothing that is in real use, and fails on nothing."""

from __future__ import annotations

from flask import Flask

from app.demo import queries
from app.roles import Role
from tests.factories.auth import user


def test_a_database_in_real_use_is_left_alone_without_a_word(app: Flask) -> None:
    user(Role.ADMINISTRATOR)
    answer = app.test_cli_runner().invoke(args=["demo", "--if-empty"])
    assert (answer.exit_code, answer.output) == (0, "")
    assert not queries.demo_is_made()


def test_without_the_option_it_is_refused_with_a_sentence(app: Flask) -> None:
    user(Role.ADMINISTRATOR)
    answer = app.test_cli_runner().invoke(args=["demo"])
    assert answer.exit_code == 1
    assert "nothing was made" in answer.output
