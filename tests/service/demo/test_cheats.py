"""The demo's planted cheats are found by the checks that ask about them."""

from __future__ import annotations

from collections import defaultdict

import pytest
from flask import Flask

from app.access import COMMAND
from app.demo import service
from app.oversight.service.check import judge_month
from app.settlement.rules.month import Month
from app.transaction import transaction
from tests.factories.demo import NOW, SEED, quietly


@pytest.mark.usefixtures("app")
def test_every_planted_cheat_that_concerns_a_person_or_a_kitchen_is_found(app: Flask) -> None:
    assert app
    with transaction():
        cheats = service.make_demo(service.DemoSize(700, 2, SEED), by=COMMAND, at=NOW, tell=quietly)
    found: defaultdict[str, list[str]] = defaultdict(list)
    for outcome in judge_month(Month(2026, 10), by=COMMAND).outcomes:
        found[outcome.check.name] += [finding.subject for finding in outcome.answer.findings]
    of_few = {"while_away", "two_far_sites", "shared_phone", "staff_eating", "purchases_per_cover"}
    sought = [cheat for cheat in cheats if cheat.check in of_few]
    assert {cheat.check for cheat in sought} == of_few
    missed = [
        cheat for cheat in sought if not any(each.startswith(cheat.subject) for each in found[cheat.check])
    ]
    assert missed == []
