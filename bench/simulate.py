"""How long a policy's simulation takes on a month of 200,000 meals, beside a plain pass over the same facts.

Run `python -m bench.simulate [sqlite|postgresql] [MEALS]`. The plain pass is what `settlement verify` does
with the month: read every meal, decide it once, keep its line. Each runs in a process of its own, so that its
memory is its own too: it is by how much the pass raised the process's peak. The ratio is of the processor's
seconds, which a busy machine distorts less.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal

from app.month import Month
from app.residents.rules.facts import Category
from app.roles import Scope
from app.settlement.service import simulate
from app.settlement.service.verify import recompute
from app.subsidy.rules import Caps, FenCaps, Layer, MealCaps, Policy, Rate, When
from app.subsidy.rules.document import default_policy
from bench.district import RESIDENTS, add_meals, apart, district, people

MONTH = Month(2026, 3)
SIMPLE = replace(default_policy(), layers=(Layer("district", "一般公共预算", (Rate(amount_fen=400),)),))
RICH = Policy(
    "示例〔2026〕3号",
    date(2027, 1, 1),
    "430103",
    (
        Layer("city", "福彩公益金", (Rate(percent=Decimal(25), at_most_fen=300),)),
        Layer(
            "district",
            "一般公共预算",
            (
                Rate(amount_fen=300),
                Rate(amount_fen=400, when=When(age_from=80)),
                Rate(amount_fen=500, when=When(category=Category.DESTITUTE)),
                Rate(amount_fen=500, when=When(category=Category.DISABLED, grades=frozenset("12"))),
            ),
        ),
    ),
    caps=Caps(MealCaps(sitting=1, day=2, week=10, month=40), FenCaps(day=1200, month=30_000)),
    operator_discount_fen=100,
    charity_fen=50,
)
ELSEWHERE = replace(SIMPLE, district="430103005")


def _plain() -> object:
    return recompute(MONTH)


def _four_yuan() -> object:
    return simulate(SIMPLE, MONTH, scope=Scope())


def _two_payers() -> object:
    return simulate(RICH, MONTH, scope=Scope())


def _one_street() -> object:
    return simulate(ELSEWHERE, MONTH, scope=Scope())


PASSES = {
    "plain pass (recompute of verify)": _plain,
    "simulate: 4 yuan instead of 3": _four_yuan,
    "simulate: two payers, six caps": _two_payers,
    "simulate: one street only": _one_street,
}


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
    with district(kind, lambda: add_meals(MONTH, count, people())) as (folder, url):
        print(f"{kind}: {count:,} meals of {MONTH} by {RESIDENTS:,} residents")
        print(f"{'':36}{'seconds':>9}{'processor':>11}{'+ peak MB':>11}{'× plain':>9}")
        plain = 0.0
        for what, act in PASSES.items():
            took = apart(folder, url, act)
            plain = plain or took.processor
            ratio = took.processor / plain
            print(f"{what:36}{took.seconds:>9.2f}{took.processor:>11.2f}{took.megabytes:>11.0f}{ratio:>9.2f}")


if __name__ == "__main__":
    main()
