"""Home of counting what could not run: named at the end, and a failure where nobody is watching."""

from __future__ import annotations

import os
from collections import Counter

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name and count what was not run, with how to get what it needs."""
    counts = _counts(terminalreporter)
    for reason, count in sorted(counts.items()):
        terminalreporter.write_line(f"Not run: {count} {reason}", yellow=True)
    if counts and _is_unattended():
        terminalreporter.write_line(
            "Nobody is watching (CI is set), so a test that was not run has failed.", red=True
        )


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail an unattended run that left something out; a person has read the lines above."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if _is_unattended() and exitstatus == pytest.ExitCode.OK and reporter is not None and _counts(reporter):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _is_unattended() -> bool:
    return os.environ.get("CI", "").lower() in ("true", "1")


def _counts(reporter: pytest.TerminalReporter) -> Counter[str]:
    return Counter(map(_reason, reporter.stats.get("skipped", [])))


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Give the reason of a skip; it is worded `things: what is missing. How to get it`."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return str(reason).removeprefix("Skipped: ")
