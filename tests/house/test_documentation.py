"""What a person who runs the system must know is written down: every setting and every command."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from flask import Flask

from app.late import LateCommand
from config import Config
from tests.support.databases import SqliteTemplate, Template
from tests.support.source import ROOT

OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
OF_OTHERS = {"routes", "run", "shell"}
"""Commands that Flask and its extensions bring along."""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Give SQLite alone: commands are the same on both."""
    return SqliteTemplate(tmp_path_factory.mktemp("documentation"))


def commands(group: click.Group, path: str = "flask") -> Iterator[tuple[str, click.Command]]:
    """Give every command of ours by the words that call it."""
    for name, named in group.commands.items():
        if path == "flask" and name in OF_OTHERS:
            continue
        command = named.real if isinstance(named, LateCommand) else named
        if isinstance(command, click.Group):
            yield from commands(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


@pytest.mark.parametrize("name", Config.model_fields)
def test_a_setting_has_its_line_in_the_table_and_its_sentence(name: str) -> None:
    assert f"| `{name.upper()}` |" in OPERATIONS
    assert Config.model_fields[name].description


def test_the_table_names_no_setting_that_is_not_there() -> None:
    named = {line.split("`")[1] for line in OPERATIONS.splitlines() if line.startswith("| `")}
    settings = {name.upper() for name in Config.model_fields}
    assert {name for name in named if name.isupper()} == settings


def test_every_command_is_written_down(app: Flask) -> None:
    unwritten = [words for words, _ in commands(app.cli) if f"| `{words}" not in OPERATIONS]
    assert unwritten == []


def test_every_command_and_every_option_says_what_it_does(app: Flask) -> None:
    silent = [
        f"{words} {parameter.name}"
        for words, command in commands(app.cli)
        for parameter in command.params
        if isinstance(parameter, click.Option) and not parameter.help
    ]
    silent += [words for words, command in commands(app.cli) if not command.help]
    assert silent == []


def test_the_list_of_commands_says_of_each_what_it_says_itself(app: Flask) -> None:
    late = [command for command in app.cli.commands.values() if isinstance(command, LateCommand)]
    assert len(late) > 15
    assert [(each.name, each.help) for each in late] == [(each.real.name, each.real.help) for each in late]
