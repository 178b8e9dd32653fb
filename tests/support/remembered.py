"""Home of what every test's own application has the same, and so is compiled once in a process.

Of making an application werkzeug takes four fifths to write and compile two functions for each address, and
of its first pages jinja takes most to compile their templates, SQLAlchemy to write their statements.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

_Builder = Callable[..., tuple[str, str]]


class _Templates(BytecodeCache):
    """The templates compiled so far; jinja itself looks whether a text is still the one that was compiled."""

    def __init__(self) -> None:
        """Begin with none."""
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Fill the bucket, if its template was compiled before."""
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what the bucket holds."""
        self._compiled[bucket.key] = bucket.bytecode_to_string()


class _Statements(LRUCache[tuple[Any, ...], object]):
    """The statements written last, by kind of database instead of by the one engine that each test has."""

    def get(self, key: tuple[Any, ...], default: object = None) -> object:
        """Give what was written for a statement, or the default; a key begins with the engine's dialect."""
        return super().get(_of_its_kind(key), default)

    def __setitem__(self, key: tuple[Any, ...], written: object) -> None:
        """Keep what was written."""
        super().__setitem__(_of_its_kind(key), written)


def _of_its_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect, *statement = key
    return (dialect.name, *statement)


TEMPLATES = _Templates()
STATEMENTS = _Statements(capacity=2_000)


def remember_addresses() -> None:
    """Let each kind of address be compiled once in this process."""
    compiled: dict[object, _Builder] = {}
    compile_anew = Rule._compile_builder  # noqa: SLF001 - there is no other way to it

    def remembered(rule: Rule, append_unknown: bool = True) -> _Builder:  # noqa: FBT001, FBT002 - werkzeug's
        address = (tuple(rule._trace), tuple(sorted((rule.defaults or {}).items())), append_unknown)  # noqa: SLF001 - as above
        if address not in compiled:
            compiled[address] = compile_anew(rule, append_unknown)
        return compiled[address]

    Rule._compile_builder = remembered  # type: ignore[method-assign, assignment]  # noqa: SLF001 - as above
