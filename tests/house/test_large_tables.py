"""Migrations of tables that hold millions of rows never make the till wait (decision 38)."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from tests.support.source import ROOT

LARGE = frozenset(
    {"ledger", "decision", "decision_layer", "allotment", "audit_entry", "statement_content", "stop_report"}
)
RULED_FROM = 43
"""The first migration that the rule holds for; those before it were run on small tables."""

_OF_WHOLE_TABLES = re.compile(
    rf"\b(UPDATE|DELETE\s+FROM|LOCK\s+TABLE|CLUSTER)\s+({'|'.join(sorted(LARGE))})\b", re.IGNORECASE
)
_CONSTRAINTS = ("create_check_constraint", "create_foreign_key", "create_unique_constraint")


def faults(source: str) -> Iterator[str]:
    """Name each thing in a migration that would rewrite a large table, or lock it while it is read.

    An older house is put back while nobody is served: the way down is not looked at.
    """
    tree = ast.parse(source)
    tree.body = [node for node in tree.body if getattr(node, "name", "") != "downgrade"]
    large = LARGE - {_nth(call, 0) for call in _calls(tree, "create_table")}
    yield from _of_indexes(tree, large)
    yield from _of_columns(tree, large)
    for call in _calls(tree, *_CONSTRAINTS):
        if _nth(call, 1) in large and "postgresql_not_valid" not in _given(call):
            yield f"{_nth(call, 0)} on {_nth(call, 1)}: not valid first, validated apart"
    for text in _texts(tree):
        if found := _OF_WHOLE_TABLES.search(text):
            yield f"{found[0]}: in portions, by a command and not by a migration"


def _of_indexes(tree: ast.AST, large: Collection[str]) -> Iterator[str]:
    for call in _calls(tree, "create_index", "drop_index"):
        if _nth(call, 1) in large:
            yield f"{_nth(call, 0)} on {_nth(call, 1)}: use app.cli.large_tables"


def _of_columns(tree: ast.AST, large: Collection[str]) -> Iterator[str]:
    for call in _calls(tree, "add_column"):
        if _nth(call, 0) in large and not _is_light(call.args[1]):
            yield f"add_column on {_nth(call, 0)}: nullable, or with a constant server_default"
    for call in _calls(tree, "alter_column"):
        if _nth(call, 0) in large and {"type_", "nullable"} & _given(call):
            yield f"alter_column on {_nth(call, 0)} rewrites or reads the whole table"


def _calls(tree: ast.AST, *names: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in names:
            yield node


def _nth(call: ast.Call, place: int) -> str:
    """Give the text that stands at a place among a call's arguments; empty where none does."""
    node = call.args[place] if len(call.args) > place else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _given(call: ast.Call) -> set[str]:
    return {keyword.arg or "" for keyword in call.keywords}


def _is_light(column: ast.expr) -> bool:
    """Tell whether a column is added without touching a row: PostgreSQL keeps a constant default apart."""
    if not isinstance(column, ast.Call):
        return False
    given = {keyword.arg: keyword.value for keyword in column.keywords}
    nullable, default = given.get("nullable"), given.get("server_default")
    is_nullable = nullable is None or (isinstance(nullable, ast.Constant) and nullable.value is True)
    return (is_nullable and default is None) or isinstance(default, ast.Constant)


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def ruled() -> list[Path]:
    versions = sorted((ROOT / "migrations" / "versions").glob("[0-9]*.py"))
    return [path for path in versions if int(path.name[:4]) >= RULED_FROM]


def test_no_new_migration_makes_the_till_wait() -> None:
    found = {path.name: list(faults(path.read_text(encoding="utf-8"))) for path in ruled()}
    assert {name: told for name, told in found.items() if told} == {}


@pytest.mark.parametrize(
    "act",
    [
        'op.create_index("ix", "ledger", ["a"])',
        'op.add_column("ledger", sa.Column("a", sa.Integer(), nullable=False))',
        'op.add_column("ledger", sa.Column("a", sa.DateTime(), server_default=sa.func.now()))',
        'op.alter_column("decision", "a", type_=sa.BigInteger())',
        'op.alter_column("decision", "a", nullable=False)',
        'op.create_check_constraint("c", "ledger", "a > 0")',
        'op.execute("UPDATE ledger SET a = 1")',
    ],
)
def test_the_rule_sees_what_it_forbids(act: str) -> None:
    assert len(list(faults(act))) == 1


@pytest.mark.parametrize(
    "act",
    [
        'index_beside("ix", "ledger", ["a"])',
        'op.create_index("ix", "job", ["a"])',
        'op.add_column("ledger", sa.Column("a", sa.Integer(), nullable=True))',
        'op.add_column("ledger", sa.Column("a", sa.Integer(), nullable=False, server_default="0"))',
        'op.create_check_constraint("c", "ledger", "a > 0", postgresql_not_valid=True)',
        'op.execute("UPDATE job SET state = 1")',
    ],
)
def test_the_rule_lets_pass_what_touches_no_row(act: str) -> None:
    assert list(faults(act)) == []
