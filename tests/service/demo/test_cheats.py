"""The demo's planted cheats are found by the checks that ask about them."""

from __future__ import annotations

from collections import defaultdict

import pytest
from flask import Flask

from app.demo import service
from app.demo.rules.cheats import Cheat
from app.month import Month
from app.oversight.rules.checks import CHECKS
from app.oversight.service.check import judge_month
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories.demo import NOW, SEED, quietly

OF_FEW = {
    "all_the_same",
    "by_hand",
    "calls_contradict",
    "conflicting_roles",
    "flat_counts",
    "kitchen_and_point",
    "late_in_bulk",
    "outside_hours",
    "own_work_reviewed",
    "purchases_per_cover",
    "shared_phone",
    "staff_eating",
    "two_far_sites",
    "while_away",
    "without_proof",
}
"""What few residents are enough for; `bench.integrity` measures all checks over a whole district."""

FROM_MANY = {"more_than_registered"}
"""What only a larger demo plants: a point that more people come to than a dozen."""


@pytest.mark.usefixtures("app")
def test_planted_cheats_are_found_by_the_checks_that_ask_about_them(app: Flask) -> None:
    assert app
    with transaction():
        cheats = service.make_demo(service.DemoSize(1500, 2, SEED), by=COMMAND, at=NOW, tell=quietly)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for outcome in judge_month(Month(2026, 10), by=COMMAND).outcomes:
        found[outcome.check.name] += [finding.subject for finding in outcome.answer.findings]
    assert {cheat.check for cheat in cheats} == {check.name for check in CHECKS} - FROM_MANY

    def is_found(cheat: Cheat) -> bool:
        return any(each.startswith(cheat.subject) for each in found[cheat.check])

    assert [cheat for cheat in cheats if cheat.check in OF_FEW and not is_found(cheat)] == []
    assert any(is_found(cheat) for cheat in cheats if cheat.check == "impossible_trip")
