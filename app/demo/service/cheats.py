"""Home of writing the demo's cheats into the register, and what its kitchens bought in that month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import insert, update

from app.canteens.models import Site
from app.database import insert_rows
from app.demo import queries
from app.demo.rules.chance import stream
from app.demo.rules.cheats import Plot, plot, shell_place
from app.demo.rules.habits import Diner
from app.demo.service.district import District
from app.extensions import db
from app.month import month_of
from app.oversight.models.purchases import SitePurchase
from app.oversight.rules.purchases import Food
from app.oversight.service.check import judge_month, keep_findings
from app.residents.models import Resident, ResidentAbsence
from app.residents.rules.absence import AbsenceReason
from app.residents.rules.names import search_keys, sort_key
from app.roles import Actor
from app.till import queries as till

_FEW_SEATS = 4
_SHARED_PHONE = "19900009999"
_GRAMS = {Food.MEAT: (85, 165), Food.RICE: (90, 160), Food.VEGETABLES: (160, 320)}
_GREEDY, _THIN = 9, 5
"""Times too much meat, and the part of it that is missing where meals were made up."""


def plant_cheats(
    diners: Sequence[Diner],
    district: District,
    days: Sequence[date],
    *,
    seed: int,
    namesake: str,
    reviewer: str,
) -> Plot | None:
    """Decide who cheats, and write into the register what their cheats need; the ledger follows the plot."""
    planned = plot(diners, district.by_code, days, seed=seed, reviewer=reviewer)
    if planned is None:
        return None
    ids = queries.ids_of({*planned.away, *planned.sharing, planned.namesake} - {""})
    if planned.away:
        db.session.execute(
            insert(ResidentAbsence),
            [
                {
                    "resident_id": ids[number],
                    "reason": AbsenceReason.HOSPITAL,
                    "from_on": planned.days[3],
                    "back_on": planned.days[24],
                }
                for number in sorted(planned.away)
            ],
        )
    for number in planned.sharing:
        _change(ids[number], phone=_SHARED_PHONE, phone_tail=_SHARED_PHONE[-4:])
    if planned.namesake:
        searched = f" {' '.join(search_keys(namesake))} "
        _change(ids[planned.namesake], name=namesake, name_key=sort_key(namesake), search_keys=searched)
    seats = update(Site).where(Site.site_code == planned.sites["seats"]).values(seats=_FEW_SEATS)
    db.session.execute(seats)
    if planned.shell:
        place = shell_place(district.by_code[planned.shell])
        moved = {"latitude": place.lat, "longitude": place.lon}
        db.session.execute(update(Site).where(Site.site_code == planned.shell).values(moved))
    return planned


def _change(resident_id: int, **values: object) -> None:
    db.session.execute(update(Resident).where(Resident.id == resident_id).values(**values))


def buy_food(district: District, planned: Plot | None, *, seed: int, by: Actor, at: datetime) -> int:
    """Enter what every kitchen bought in the plot's month: about what its covers need, but for two."""
    if planned is None:
        return 0
    kitchens = {code: site.record.kitchen_code or code for code, site in district.by_code.items()}
    covers: Counter[str] = Counter()
    served = till.meals_served(list(kitchens), planned.days[0], planned.days[-1])
    for where, meals in served.items():
        covers[kitchens[where.site_code]] += meals
    random = stream(seed, "purchases")
    rows = [
        {
            "site_code": kitchen,
            "month": f"{planned.days[0]:%Y-%m}",
            "food": food.value,
            "turn": 1,
            "grams": round(covers[kitchen] * random.randint(*_GRAMS[food]) * _times(planned, kitchen, food)),
            "reason": "",
            "entered_by": by.user_no,
            "entered_at": at,
        }
        for kitchen in sorted(covers)
        for food in Food
    ]
    insert_rows(db.session, SitePurchase, rows)
    return len(rows)


def _times(planned: Plot, kitchen: str, food: Food) -> float:
    if food is Food.MEAT and kitchen == planned.greedy_kitchen:
        return _GREEDY
    return 1 / _THIN if kitchen == planned.thin_kitchen else 1.0


def ask_about_cheats(planned: Plot | None, *, by: Actor, at: datetime) -> int:
    """Run the integrity checks over the plot's month, so that questions wait for a person; give how many."""
    if planned is None:
        return 0
    return keep_findings(judge_month(month_of(planned.days[0]), by=by), by=by, at=at).findings
