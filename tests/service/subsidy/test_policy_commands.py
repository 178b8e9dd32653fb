"""The policy's commands: taking a file in, and writing one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.subsidy.rules.document import default_policy, policy_from_yaml, policy_to_yaml
from tests.factories import facts


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def run(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["policy", *arguments])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(policy_to_yaml(default_policy()), encoding="utf-8")
    return path


def test_a_policy_goes_in_and_comes_out_the_same(app: Flask, file: Path, tmp_path: Path) -> None:
    taken = run(app, "import", str(file))
    assert (taken.exit_code, taken.output) == (
        0,
        "The policy 示例〔2026〕1号 of 430103 holds from 2026-01-01.\n",
    )
    printed = run(app, "export", "--effective-from", "2026-01-01")
    assert policy_from_yaml(printed.output) == default_policy()
    written = run(app, "export", "--effective-from", "2026-01-01", "-o", str(tmp_path / "out.yaml"))
    assert written.exit_code == 0
    assert (tmp_path / "out.yaml").read_text(encoding="utf-8") == printed.output


def test_taking_a_file_twice_says_so_and_changes_nothing(app: Flask, file: Path) -> None:
    run(app, "import", str(file))
    again = run(app, "import", str(file))
    assert again.exit_code == 0
    assert "was there already" in again.output


def test_a_bad_file_is_refused_with_each_fault(app: Flask, file: Path) -> None:
    written = file.read_text(encoding="utf-8").replace("min_age: 60", "min_age: x").replace("every", "some")
    file.write_text(written, encoding="utf-8")
    refused = run(app, "import", str(file))
    assert refused.exit_code == 1
    assert "Line 6, column eligible.min_age: “x” cannot stand here." in refused.output
    assert "Line 10, column days:" in refused.output
    assert run(app, "export", "--effective-from", "2026-01-01").exit_code == 1


def test_a_change_of_what_is_published_is_refused(app: Flask, file: Path) -> None:
    run(app, "import", str(file))
    file.write_text(policy_to_yaml(facts.policy(charity_fen=1)), encoding="utf-8")
    refused = run(app, "import", str(file))
    assert refused.exit_code == 1
    assert "cannot be changed" in refused.output


def test_an_export_names_what_it_does_not_find_and_what_it_cannot_choose(app: Flask, file: Path) -> None:
    assert "No policy begins on 2026-01-01" in run(app, "export", "--effective-from", "2026-01-01").output
    run(app, "import", str(file))
    file.write_text(policy_to_yaml(facts.policy(district="430104")), encoding="utf-8")
    run(app, "import", str(file))
    unclear = run(app, "export", "--effective-from", "2026-01-01")
    assert unclear.exit_code == 1
    assert "430103, 430104" in unclear.output
    chosen = run(app, "export", "--effective-from", "2026-01-01", "--district", "430104")
    assert policy_from_yaml(chosen.output).district == "430104"


def test_a_year_s_holidays_are_entered_once(app: Flask) -> None:
    assert run(app, "calendar", "2026").output == "39 days are written down. What was there already stays.\n"
    assert run(app, "calendar", "2026").output == "0 days are written down. What was there already stays.\n"
    unknown = run(app, "calendar", "2199")
    assert unknown.exit_code == 1
    assert "The holidays of 2199 are not known to this version" in unknown.output
