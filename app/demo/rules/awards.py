"""Home of what the demo's canteens are paid for a year: an invented notice, and how they were assessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.demo.rules.chance import stream
from app.demo.rules.land import DISTRICT
from app.demo.rules.sites import DemoSite
from app.subsidy.rules.awards import AwardPolicy, Band, Every, Marks, Schedule

_LEFT_OUT = 3
_TURNS = 3
_NO_SEATS = 60


def award_policy(year: int, today: date) -> AwardPolicy:
    """Give the policy: 50,000 to 100,000 yuan by score, paid by the quarter from this month on."""
    return AwardPolicy(
        f"示例民〔{year}〕2号",
        date(year, 1, 1),
        DISTRICT,
        Band(50_000_00, 100_000_00),
        schedule=Schedule(Every.QUARTERLY, today.month, is_next_year=today.year > year),
    )


def marks_of(canteens: Sequence[DemoSite], *, seed: int) -> dict[str, Marks]:
    """Give what was found of each canteen, by code; the last few were not assessed yet."""
    random = stream(seed, "awards")
    return {
        canteen.record.site_code: Marks(
            score_tenths=random.randrange(680, 985, 5),
            satisfaction_tenths=random.randrange(850, 995, 5),
            capacity=(canteen.record.seats or _NO_SEATS) * _TURNS,
        )
        for canteen in canteens[:-_LEFT_OUT]
    }
