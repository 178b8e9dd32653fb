"""The command that simulates a policy, as an officer runs it before publishing."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from app.subsidy.rules import Rate
from app.subsidy.rules.document import policy_to_yaml
from tests.factories.facts import layer, meal_caps, policy
from tests.factories.settlement import a_month

DRAFT = policy(
    layer(Rate(amount_fen=4_00)),
    caps=meal_caps(sitting=1),
    reference="示例〔2026〕3号",
    effective_from=date(2027, 1, 1),
)


@pytest.fixture(autouse=True)
def _october(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_month()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.yaml"
    path.write_text(policy_to_yaml(DRAFT), encoding="utf-8")
    return path


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["settlement", "simulate", *words])


def cells(result: Result) -> list[list[str]]:
    """Give the figures and the label of each line that has them."""
    return [line.split(maxsplit=3) for line in result.stdout.splitlines()[1:] if line]


def test_the_tables_are_printed_without_a_name(app: Flask, file: Path) -> None:
    done = run(app, str(file), "--month", "2026-10")
    assert done.exit_code == 0
    assert done.stdout.startswith("2026-10 as if 示例〔2026〕3号 had been in force all month: 9 meals.\n")
    found = cells(done)
    for line in (
        ["before", "after", "difference", "Who pays what"],
        ["21.00", "24.00", "+3.00", "Government"],
        ["80.50", "85.00", "+4.50", "Resident pays"],
        ["18.00", "24.00", "+6.00", "district's budget · 一般公共预算"],
        ["9.50", "8.00", "-1.50", "disabled"],
        ["14.00", "16.00", "+2.00", "no category, younger"],
        ["6", "6", "0", "Subsidised"],
        ["19.50", "20.00", "+0.50", "C01"],
        ["23.50", "24.00", "+0.50", "Total"],
        ["before", "after", "difference", "Residents who pay more: 3, together 4.50 yuan"],
        ["46.50", "48.00", "+1.50", "R-000001"],
    ):
        assert line in found
    for name in ("龙䶮", "王秀英", "老年食堂"):
        assert name not in done.output


def test_one_site_and_the_policys_own_first_day_can_be_asked_for(app: Flask, file: Path) -> None:
    done = run(app, str(file), "--month", "2026-10", "--site", "C02", "--as-of-its-date")
    assert done.exit_code == 0
    assert "2026-10 with 示例〔2026〕3号 in force from 2027-01-01: 2 meals." in done.stdout
    assert cells(done)[-2:] == [["4.00", "4.00", "0.00", "C02"], ["4.00", "4.00", "0.00", "Total"]]


def test_the_file_lists_every_resident_whose_amount_changes(app: Flask, file: Path, tmp_path: Path) -> None:
    output = tmp_path / "changes.csv"
    done = run(app, str(file), "--month", "2026-10", "-o", str(output))
    assert done.exit_code == 0
    assert f"Written to {output}." in done.stderr
    assert output.read_bytes().startswith(b"\xef\xbb\xbf")
    with output.open(encoding="utf-8-sig", newline="") as written:
        assert list(csv.reader(written)) == [
            ["resident_no", "meals", "before_fen", "after_fen", "gain_fen"],
            ["R-000001", "4", "4650", "4800", "-150"],
            ["R-000002", "2", "850", "1100", "-250"],
            ["R-000003", "1", "1050", "1100", "-50"],
        ]


def test_a_refused_simulation_leaves_no_file_and_says_why(app: Flask, file: Path, tmp_path: Path) -> None:
    output = tmp_path / "changes.csv"
    output.write_text("what was there", encoding="utf-8")
    refused = run(app, str(file), "--month", "2026-12", "-o", str(output))
    assert refused.exit_code == 1
    assert "No meals were served in 2026-12" in refused.stderr
    assert output.read_text(encoding="utf-8") == "what was there"
    assert sorted(path.name for path in tmp_path.glob("*changes*")) == ["changes.csv"]


def test_a_bad_policy_is_told_fault_by_fault(app: Flask, file: Path) -> None:
    broken = policy_to_yaml(replace(DRAFT, charity_fen=50)).replace("charity_fen: 50", "charity_fen: half")
    file.write_text(broken, encoding="utf-8")
    refused = run(app, str(file), "--month", "2026-10")
    assert refused.exit_code == 1
    assert "charity_fen" in refused.stderr
    assert "Traceback" not in refused.output
