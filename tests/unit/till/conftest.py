"""Home of the fixture that lets tests ask the tablet's rules."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.javascript import Script
from tests.support.source import APP

RULES = APP / "static" / "till" / "rules.js"


@pytest.fixture(scope="session")
def tablet_rules() -> Iterator[Script]:
    """Give the rules as a tablet runs them, one that believes to be on the other side of the date line."""
    with Script(RULES, time_zone="Pacific/Honolulu") as script:
        yield script
