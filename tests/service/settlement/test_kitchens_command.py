"""The commands on kitchens: the balance of a month, and the order to count."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask

from app.till.rules.balance import CountKind
from tests.factories.portions import a_kitchen, counted, explained, served


@pytest.fixture(autouse=True)
def _march(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_kitchen()
    served("C01", 57, first=1)
    served("P01", 40, first=101)
    served("C02", 4, first=201)
    counted(CountKind.COOKED, 100)
    counted(CountKind.SENT, 40, to_code="P01")


def run(app: Flask, *words: str) -> Result:
    return app.test_cli_runner().invoke(args=["kitchens", *words])


def test_a_month_is_printed_sitting_by_sitting(app: Flask) -> None:
    printed = run(app, "balance", "--month", "2026-03")
    assert printed.exit_code == 0
    assert printed.stdout.splitlines() == [
        "Day\tSitting\tSite\tCooked\tSent here\tArrived\tMeals served\tSent on\tReturned\tLeft over\tState",
        "2026-03-02\tlunch\tC01\t100\t-\t-\t57\t40\t-\t-\tdiffers · 3 portions are not accounted for",
        "2026-03-02\tlunch\tP01\t-\t40\t-\t40\t-\t-\t-\tbalances",
        "2026-03: 2 sittings, 1 balance, 0 are explained, 1 differ, 0 are not counted.",
    ]
    explained(3)
    assert "1 are explained, 0 differ" in run(app, "balance", "--month", "2026-03").stdout


def test_from_the_ordered_day_on_what_is_missing_is_printed(app: Flask) -> None:
    assert run(app, "order", "--from", "2026-03-02").stdout == "2 kitchens count from 2026-03-02 on.\n"
    assert run(app, "order", "--from", "2026-03-02").stdout == "0 kitchens count from 2026-03-02 on.\n"
    printed = run(app, "balance", "--month", "2026-03", "--kitchen", "C02")
    said = "not counted · nobody counted what was cooked or sent for 4 meals"
    assert printed.stdout.splitlines()[1:] == [
        f"2026-03-02\tlunch\tC02\t-\t-\t-\t4\t-\t-\t-\t{said}",
        "2026-03: 1 sittings, 0 balance, 0 are explained, 0 differ, 1 are not counted.",
    ]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("balance", "--month", "2026-3"), "is not a month"),
        (("balance", "--month", "2026-03", "--kitchen", "C99"), "no site C99"),
        (("order", "--from", "soon"), "soon"),
        (("order", "--from", "2026-03-02", "--kitchen", "C99"), "no site C99"),
        (("order", "--from", "2026-03-02", "--kitchen", "P01"), "P01 does not cook itself"),
    ],
)
def test_what_cannot_be_done_is_said_in_words(app: Flask, words: tuple[str, ...], sentence: str) -> None:
    refused = run(app, *words)
    assert refused.exit_code == 1
    assert sentence in refused.stderr
