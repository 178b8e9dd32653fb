"""What the product is built from is pinned to the byte, and under a licence that lets a bureau use it.

Whether a release has a known weakness is asked by `bin/audit`, where that can be asked: see docs/security.md.
"""

from __future__ import annotations

import importlib.util
import json
import re
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.metadata import PackageNotFoundError, distribution
from types import ModuleType

import pytest

from tests.support.source import ROOT

LOCKS = ("requirements.txt", "requirements-distributed.txt", "requirements-test.txt")
ALLOWED = re.compile(
    r"\b(MIT|MIT-CMU|HPND|BSD|BSD-2-Clause|BSD-3-Clause|0BSD|Apache|Apache-2\.0|ISC|MPL|MPL-2\.0|PSF|PSF-2\.0|Python|"
    r"Zlib|Unlicense|CC0|OFL|LGPL|LGPL-3\.0|Boost|BSL-1\.0|WTFPL|PostgreSQL|SIL|ZPL|Artistic)\b",
    re.IGNORECASE,
)
"""Licences under which a bureau may run and change the product without publishing anything of its own."""

SAID_ELSEWHERE = {"pyrage": "MIT, says its repository"}
"""Parts whose metadata is silent."""

FORBIDDEN = re.compile(
    r"\b(AGPL|Affero|SSPL|BUSL|Commons Clause|proprietary|non-?commercial)\b", re.IGNORECASE
)


def pinned(lock: str) -> Iterator[tuple[str, str]]:
    """Give each requirement of a lock with the lines that belong to it."""
    written = (ROOT / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    for line in written.splitlines():
        if line and not line.startswith((" ", "#", "-")):
            name, _, rest = line.partition("==")
            yield name.partition("[")[0].strip(), rest


@pytest.mark.parametrize("lock", LOCKS)
def test_every_part_is_pinned_to_one_release_and_its_bytes(lock: str) -> None:
    parts = list(pinned(lock))
    assert len(parts) > 10
    assert [name for name, rest in parts if not re.match(r"\d\S* .*--hash=sha256:[0-9a-f]{64}", rest)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_every_part_is_under_a_licence_that_is_allowed(lock: str) -> None:
    refused = {}
    for name, _ in pinned(lock):
        said = licence_of(name)
        if said is not None and (FORBIDDEN.search(said) or not ALLOWED.search(said)):
            refused[name] = said[:80]
    assert refused == {}


def licence_of(name: str) -> str | None:
    """Give what an installed part says of its licence; None for one of another system or Python."""
    try:
        told = distribution(name).metadata
    except PackageNotFoundError:
        return None
    classified = [each for each in told.get_all("Classifier") or () if each.startswith("License ::")]
    said = [each for key in ("License-Expression", "License") for each in told.get_all(key) or ()]
    return " ".join([SAID_ELSEWHERE.get(name, ""), *(each[:200] for each in said), *classified])


def test_every_script_of_others_is_pinned_to_its_bytes() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    parts = {path: part for path, part in lock["packages"].items() if path}
    assert parts
    assert [path for path, part in parts.items() if not part["integrity"].startswith("sha512-")] == []
    assert [path for path, part in parts.items() if not ALLOWED.search(part["license"])] == []


@pytest.fixture(scope="module")
def audit() -> ModuleType:
    """Give `bin/audit`."""
    loader = SourceFileLoader("audit", str(ROOT / "bin" / "audit"))
    spec = importlib.util.spec_from_loader("audit", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


KNOWN = {"name": "jinja2", "version": "2.11.2", "vulns": [{"id": "PYSEC-2021-66"}]}
FINE = {"name": "flask", "version": "3.1.2", "vulns": []}
SKIPPED = {"name": "jinja2", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("parts", "code"),
    [([FINE], 0), ([FINE, KNOWN], 1), ([FINE, SKIPPED], 3), ([KNOWN, SKIPPED], 1), ([], 3)],
)
def test_a_known_weakness_fails_and_a_part_that_was_skipped_is_not_called_clean(
    audit: ModuleType, parts: list[dict[str, object]], code: int
) -> None:
    assert audit.verdict_of_pip_audit(json.dumps({"dependencies": parts, "fixes": []}))[0] == code


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ('{"vulnerabilities": {}, "metadata": {"vulnerabilities": {"total": 0}}}', 0),
        (
            json.dumps(
                {
                    "vulnerabilities": {"leaflet": {"severity": "high"}},
                    "metadata": {"vulnerabilities": {"total": 1}},
                }
            ),
            1,
        ),
        ('{"message": "audit endpoint returned an error", "method": "POST"}', 3),
        ("", 3),
    ],
)
def test_what_npm_answers_is_read_the_same_way(audit: ModuleType, answer: str, code: int) -> None:
    assert audit.verdict_of_npm(answer)[0] == code
