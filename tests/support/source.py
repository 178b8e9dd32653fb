"""Home of reading our own source: which files there are, and what is called where."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"


def python_files() -> list[Path]:
    """Give every Python file of the product: the application, its settings and its migrations."""
    return sorted(
        [*APP.rglob("*.py"), *(ROOT / "migrations").rglob("*.py"), ROOT / "config.py", ROOT / "wsgi.py"]
    )


def templates() -> list[Path]:
    """Give every page template."""
    return sorted((APP / "templates").rglob("*.html"))


@cache
def tree(path: Path) -> ast.Module:
    """Give a file's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path, line: int = 0) -> str:
    """Name a place as an editor understands it."""
    relative = path.relative_to(ROOT)
    return f"{relative}:{line}" if line else str(relative)


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function of a file, methods and inner ones too."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
