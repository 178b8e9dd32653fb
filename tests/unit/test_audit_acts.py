"""The names of acts on the trail's page."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from app.audit.rules import act_label
from tests.support.source import ROOT


def written_acts() -> Iterator[str]:
    """Give the acts whose names stand whole in a call of `audit.record`."""
    for path in sorted((ROOT / "app").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                named = node.args[0]
                choices = [named.body, named.orelse] if isinstance(named, ast.IfExp) else [named]
                yield from (str(each.value) for each in choices if isinstance(each, ast.Constant))


@pytest.mark.parametrize("action", sorted(set(written_acts())))
def test_every_act_has_a_name_that_an_auditor_reads(action: str) -> None:
    assert str(act_label(action)) != action
