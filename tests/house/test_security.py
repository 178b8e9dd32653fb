"""What docs/security.md names is there: every test that proves a point, every place that it is kept in."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config import Config
from tests.support.source import APP, ROOT

_ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in (ROOT / "docs" / "security.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and "---" not in line
]
POINTS = [row for row in _ROWS if len(row) == 3 and row[0] != "point"]
"""Each line of the checklist: the point, what it is kept in, what proves it."""

_PATH = re.compile(r"(?:house|journeys|service|unit|web)/[a-z_/]+")
_NAMED = re.compile(r"`([^`]+)`")
_SOURCES = {path: path.read_text(encoding="utf-8") for path in APP.rglob("*.py")}
_NO_TEST = {"page_rules": ROOT / "tests" / "support" / "page_rules.py", "ruff": ROOT / "pyproject.toml"}


def id_of(row: list[str]) -> str:
    return row[0][:40]


def is_there(path: str) -> bool:
    return any((ROOT / "tests" / f"{path}{end}").exists() for end in (".py", ""))


def test_the_checklist_is_read() -> None:
    assert len(POINTS) > 50
    assert sum(len(_PATH.findall(row[2])) for row in POINTS) > 50


@pytest.mark.parametrize("row", POINTS, ids=id_of)
def test_every_test_that_is_named_is_there(row: list[str]) -> None:
    point, kept, proof = row
    assert [path for path in _PATH.findall(proof) if not is_there(path)] == []
    for name in _NAMED.findall(proof):
        assert name in _NO_TEST or _PATH.fullmatch(name) or (ROOT / name).exists(), name
        assert name not in _NO_TEST or _NO_TEST[name].exists()
    says_no = "**No**" in kept or "**no**" in kept or kept.startswith("not used")
    assert proof or says_no, f"nothing proves: {point}"


@pytest.mark.parametrize("row", POINTS, ids=id_of)
def test_every_place_that_is_named_is_there(row: list[str]) -> None:
    settings = {name.upper() for name in Config.model_fields}
    missing = [name for name in _NAMED.findall(row[1]) if not _is_known(name, settings)]
    assert missing == []


def _is_known(name: str, settings: set[str]) -> bool:
    """Tell whether a name is a setting, a command, a file, a module, or a name in one."""
    if name in settings or name.startswith("flask ") or re.fullmatch(r"[^a-z]*", name):
        return True
    if any((folder / name).exists() for folder in (ROOT, APP, APP / "static", APP / "templates")):
        return True
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        module = Path(*parts[:end])
        for path in (APP / module.with_suffix(".py"), APP / module / "__init__.py", ROOT / f"{module}.py"):
            if path.exists():
                rest = parts[end:]
                return not rest or _defines(path, rest[0])
    # A name of a module in a deeper folder, a table, an act of the trail, or a word that the code sends.
    return any(re.search(rf"\b{re.escape(parts[-1])}\b", written) for written in _SOURCES.values())


def _defines(path: Path, name: str) -> bool:
    """Tell whether a module, or one of its package, holds a name of its own."""
    inside = path.parent.rglob("*.py") if path.name == "__init__.py" else [path]
    own = rf"^\s*(?:def|class) {name}\b|^{name}\b\s*[:=]"
    return any(re.search(own, each.read_text(encoding="utf-8"), re.MULTILINE) for each in inside)
