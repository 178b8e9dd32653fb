"""Home of the demo's cheats: what was planted where, for tests and benchmarks; no page and no row tells it.

Each is of the month before this one, at a site of its own, and of the kind that real cases were.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from app.canteens.rules import Sitting
from app.demo.rules.chance import stream
from app.demo.rules.habits import Diner
from app.demo.rules.land import moved
from app.demo.rules.rides import Manner
from app.demo.rules.sites import BUSY_CANTEEN, DemoSite
from app.place import Point
from app.residents.rules.facts import Status

FAR_METRES = 6000
_SUSPECTS = ("flat", "exact", "eager", "burst", "night", "late", "typed", "undone", "afar", "phone", "seats")
_BEST_SIZE = 45
_FEW, _SHARING, _FAR_DINERS = 3, 6, 60
_LONG_BEFORE = 20
_SHELL_STREET = "430103016"
_SHELL_DINERS, _SHELL_METRES = 12, 7000


@dataclass(frozen=True, slots=True)
class Cheat:
    """One cheat: the check that asks about it, and how the subject of its finding begins."""

    check: str
    subject: str


@dataclass(frozen=True)
class Plot:
    """Who cheats where in the month of `days`: sites by what they do, people by number.

    `pretended` are people and the sites that made up their meals, `rides` how kitchens' riders tell of rides,
    `shell` a point that is said to stand where nobody lives, and `reviewer` a user who helps at the counter.
    """

    seed: int
    days: tuple[date, ...]
    sites: Mapping[str, str] = field(default_factory=dict)
    point: str = ""
    kitchen: str = ""
    greedy_kitchen: str = ""
    thin_kitchen: str = ""
    over_kitchen: str = ""
    reviewer: str = ""
    shell: str = ""
    rides: Mapping[str, Manner] = field(default_factory=dict)
    pretended: frozenset[tuple[str, str]] = frozenset()
    dead: frozenset[str] = frozenset()
    away: frozenset[str] = frozenset()
    far: Mapping[str, str] = field(default_factory=dict)
    from_afar: frozenset[str] = frozenset()
    sharing: tuple[str, ...] = ()
    namesake: str = ""

    @property
    def cheats(self) -> tuple[Cheat, ...]:
        """Give every cheat that was planted, with the checks that ought to ask about it."""
        of_sites = [
            Cheat(check, self.sites[what])
            for what, checks in _ASKED.items()
            if what in self.sites
            for check in checks
        ]
        of_people = [
            *(Cheat("after_death", number) for number in sorted(self.dead)),
            *(Cheat("while_away", number) for number in sorted(self.away)),
            *(Cheat("two_far_sites", number) for number in sorted(self.far)),
        ]
        others = (
            ("kitchen_and_point", self.point),
            ("purchases_per_cover", self.greedy_kitchen),
            ("purchases_per_cover", self.thin_kitchen),
            ("beyond_portions", self.over_kitchen),
            ("staff_eating", self.namesake),
            ("shared_phone", "phone:" if self.sharing else ""),
            ("more_than_registered", self.shell),
            ("from_afar", self.shell),
            ("own_work_reviewed", f"{BUSY_CANTEEN}:{self.reviewer}" if self.reviewer else ""),
        )
        return (*of_sites, *of_people, *(Cheat(check, subject) for check, subject in others if subject))


_ASKED = {
    "flat": ("flat_counts", "no_rest_day_dip", "all_the_same", "beyond_peers"),
    "exact": ("all_the_same", "no_rest_day_dip"),
    "eager": ("beyond_peers", "no_rest_day_dip", "flat_counts"),
    "burst": ("bursts",),
    "night": ("outside_hours",),
    "late": ("late_in_bulk",),
    "typed": ("by_hand",),
    "undone": ("undone_before_close",),
    "afar": ("from_afar",),
    "seats": ("beyond_seats",),
}
"""What a site's cheat looks like to which checks."""


def plot(
    diners: Sequence[Diner],
    sites: Mapping[str, DemoSite],
    days: Sequence[date],
    *,
    seed: int,
    reviewer: str = "",
) -> Plot | None:
    """Decide who cheats where; None where there is no month, or too few people for one."""
    month = _month_of(days)
    usual = _usual(diners)
    ranked = [code for code in _by_size(usual) if _is_free(sites[code], month)]
    if not month or len(ranked) < len(_SUSPECTS) + 1:
        return None
    chosen = dict(zip(_SUSPECTS, ranked, strict=False))
    rest = ranked[len(_SUSPECTS) :]
    point = next((code for code in rest if sites[code].record.kitchen_code), "")
    kitchens = [code for code in sites if sites[code].record.kitchen_code is None and code != BUSY_CANTEEN]
    here = [diner for diner in diners if diner.usual.record.site_code not in chosen.values()]
    random = stream(seed, "cheats")
    keen = sorted(
        (each for each in here if each.delivery is None and each.until == date.max and _eats_lunch(each)),
        key=lambda each: (-each.appetite[Sitting.LUNCH], each.resident.resident_no),
    )
    from_afar = _from_afar(here, sites[chosen["afar"]])
    lively = random.sample(keen[: max(len(keen) // 3, 2 * _FEW)], min(2 * _FEW, len(keen)))
    return Plot(
        seed=seed,
        days=month,
        sites=chosen,
        point=point,
        kitchen=sites[point].record.kitchen_code or "" if point else "",
        greedy_kitchen=kitchens[3],
        thin_kitchen=kitchens[5],
        over_kitchen=kitchens[7],
        reviewer=reviewer,
        shell=_shell(rest, usual, sites),
        rides=_rides(diners),
        pretended=frozenset(
            {(number, chosen[what]) for what in _PRETENDING for number in usual[chosen[what]]}
            | {(number, chosen["afar"]) for number in from_afar}
        ),
        dead=_dead(here, month),
        away=frozenset(each.resident.resident_no for each in lively[:_FEW]),
        far=_far(lively[_FEW:], sites),
        from_afar=from_afar,
        sharing=tuple(usual[chosen["phone"]][:_SHARING]),
        namesake=next(
            (each.resident.resident_no for each in keen if each.usual.record.site_code == BUSY_CANTEEN), ""
        ),
    )


_PRETENDING = ("flat", "exact", "eager")
"""Sites whose diners of habit eat far less often than they are written down."""


def shell_place(site: DemoSite) -> Point:
    """Give where a shell is said to stand: far to the west of its homes, where nobody is registered."""
    return moved(site.place, north_metres=0, east_metres=-_SHELL_METRES)


def _shell(codes: Iterable[str], usual: Mapping[str, Sequence[str]], sites: Mapping[str, DemoSite]) -> str:
    """Give a service point of the southernmost street that enough people come to; empty for none."""
    southern = [
        code
        for code in codes
        if sites[code].record.area_code.startswith(_SHELL_STREET)
        and sites[code].record.kitchen_code is not None
        and len(usual[code]) >= _SHELL_DINERS
    ]
    return min(southern, default="")


def _rides(diners: Iterable[Diner]) -> dict[str, Manner]:
    """Let the kitchens with the most deliveries ride in their manners, two of them honestly."""
    lunches = Counter(diner.delivery.kitchen_code for diner in diners if diner.delivery is not None)
    manners = (Manner.HONEST, Manner.TWICE, Manner.RACING, Manner.UNPROVEN, Manner.HONEST)
    most = sorted(lunches, key=lambda code: (-lunches[code], code))
    return dict(zip(most, manners, strict=False))


def _month_of(days: Sequence[date]) -> tuple[date, ...]:
    """Give the days of the last month that is over."""
    months = sorted({(day.year, day.month) for day in days})
    if len(months) < 2:  # noqa: PLR2004 - this month, and one before it
        return ()
    return tuple(day for day in days if (day.year, day.month) == months[-2])


def _usual(diners: Iterable[Diner]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for diner in diners:
        if diner.delivery is None and diner.until == date.max:
            found[diner.usual.record.site_code].append(diner.resident.resident_no)
    return found


def _by_size(usual: Mapping[str, Sequence[str]]) -> list[str]:
    """Give the sites, those first that are neither too small for a pattern nor too large to be quiet."""
    sizes = Counter({code: len(people) for code, people in usual.items()})
    return sorted(sizes, key=lambda code: (abs(sizes[code] - _BEST_SIZE), code))


def _is_free(site: DemoSite, month: Sequence[date]) -> bool:
    record = site.record
    is_open = bool(month) and record.opened_on <= month[0] and record.closed_on is None
    return is_open and record.site_code != BUSY_CANTEEN and Sitting.LUNCH in site.prices_fen


def _eats_lunch(diner: Diner) -> bool:
    return Sitting.LUNCH in diner.appetite


def _dead(diners: Iterable[Diner], month: Sequence[date]) -> frozenset[str]:
    gone = (
        diner.resident.resident_no
        for diner in diners
        for change in diner.resident.statuses
        if change.status is Status.DECEASED and (month[0] - change.from_on).days >= _LONG_BEFORE
    )
    return frozenset(sorted(gone)[:_FEW])


def _far(diners: Iterable[Diner], sites: Mapping[str, DemoSite]) -> dict[str, str]:
    """Give for each diner the site that is farthest from their own."""
    return {
        diner.resident.resident_no: max(
            (code for code, site in sites.items() if site.record.closed_on is None),
            key=lambda code, diner=diner: diner.usual.place.metres_to(sites[code].place),  # type: ignore[misc]
        )
        for diner in diners
    }


def _from_afar(diners: Iterable[Diner], site: DemoSite) -> frozenset[str]:
    """Give people who live far from a site and do not eat at any dinner of their own."""
    far = [
        diner.resident.resident_no
        for diner in diners
        if diner.until == date.max
        and diner.delivery is None
        and Sitting.DINNER not in diner.appetite
        and diner.usual.place.metres_to(site.place) > FAR_METRES
    ]
    return frozenset(sorted(far)[:_FAR_DINERS])
