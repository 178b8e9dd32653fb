"""Home of what the demo's kitchens counted: nearly all balances, a little was explained, or forgotten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from random import Random

from app.till.rules.balance import Count, CountKind, SiteSitting

_MISSING = 3
_FORGOTTEN, _DIFFERS, _EXPLAINED = 1 / 400, 1 / 100, 2 / 3
_MISSING_WORDS = (
    "打包时洒了，已当场倒掉",
    "老人临时没来，餐给了值班志愿者",
    "停电时漏记，已核对纸质登记表",
    "留样没有记入",
)
_EXTRA_WORDS = ("临时加炒，制作份数漏记", "分装时每份稍减，多分出来的", "厨房后来补送，送出份数漏记")


@dataclass(frozen=True, slots=True)
class Difference:
    """By how much a site's sitting does not balance, and what was said of it; empty: nothing yet."""

    where: SiteSitting
    portions: int
    words: str


class Counting:
    """Counts what kitchens cooked for the meals that were served at them and at their points."""

    def __init__(self, kitchens: Mapping[str, str], random: Random, *, short: str = "") -> None:
        """Know which site cooks for which, by its code; who is not named cooks itself.

        The kitchen `short` cooks fewer portions than it says were eaten.
        """
        self._short = short
        self.differences: list[Difference] = []
        self._kitchens = kitchens
        self._random = random

    def counts(self, served: Mapping[SiteSitting, int]) -> Iterator[Count]:
        """Give the counts for the meals of some days."""
        cooked_for: defaultdict[SiteSitting, dict[str, int]] = defaultdict(dict)
        for where, meals in served.items():
            kitchen = where._replace(site_code=self._kitchens.get(where.site_code, where.site_code))
            cooked_for[kitchen][where.site_code] = meals
        for where, meals_at in cooked_for.items():
            if self._random.random() > _FORGOTTEN:
                yield from self._of_kitchen(where, meals_at)

    def _of_kitchen(self, where: SiteSitting, meals_at: Mapping[str, int]) -> Iterator[Count]:
        left = self._random.choice((0, 0, 1, 1, 2, 3))
        own = meals_at.get(where.site_code, 0)
        cooked = own + left + self._difference(where, own)
        if where.site_code == self._short:
            cooked = max(0, cooked - _MISSING)
        for point, meals in meals_at.items():
            if point != where.site_code:
                sent = yield from self._of_point(where._replace(site_code=point), meals)
                cooked += sent
                yield Count(where, CountKind.SENT, sent, point)
        yield Count(where, CountKind.COOKED, cooked, where.site_code)
        yield Count(where, CountKind.SPOILED, left, where.site_code)

    def _of_point(self, where: SiteSitting, meals: int) -> Generator[Count, None, int]:
        """Give what a point counted, and return how many portions were sent there."""
        returned = self._random.choice((0, 0, 0, 1, 2))
        if returned:
            yield Count(where, CountKind.RETURNED, returned, where.site_code)
        return meals + returned + self._difference(where, meals)

    def _difference(self, where: SiteSitting, meals: int) -> int:
        """Give by how much a sitting is to differ: mostly not at all."""
        if self._random.random() > _DIFFERS:
            return 0
        portions = max(-meals, self._random.choice((-2, -1, -1, 1, 1, 2, 2, 3))) or 1
        words = self._random.choice(_MISSING_WORDS if portions > 0 else _EXTRA_WORDS)
        is_explained = self._random.random() < _EXPLAINED
        self.differences.append(Difference(where, portions, words if is_explained else ""))
        return portions
