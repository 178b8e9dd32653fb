"""Home of settling the demo's people: residents, their cards, their lunches at the door, and the riders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import islice
from random import Random

from sqlalchemy import insert

from app.delivery.models import Rider, Subscription
from app.delivery.rules.requests import NewSubscription
from app.demo.rules.cards import cards
from app.demo.rules.chance import stream
from app.demo.rules.habits import Diner, delivery_share, diner, diner_share
from app.demo.rules.people import DemoResident, residents
from app.demo.rules.rounds import riders, subscription
from app.demo.service.district import District
from app.demo.service.register import register
from app.demo.service.telling import Tell
from app.extensions import db
from app.residents.models import ResidentCard
from app.roles import COMMAND
from app.text import text

_AT_ONCE = 2000
_TOLD_EVERY = 20_000


@dataclass
class People:
    """What the meals need to know of the people: who comes to eat. All others are in the database alone."""

    diners: list[Diner] = field(default_factory=list)
    residents: int = 0
    lunches: Counter[str] = field(default_factory=Counter)
    riders: int = 0
    cards: Counter[str] = field(default_factory=Counter)

    @property
    def counts(self) -> dict[str, int]:
        """Give how many live here, and how many of them eat here."""
        return {"residents": self.residents, "diners": len(self.diners)}

    @property
    def deliveries(self) -> dict[str, int]:
        """Give how many are brought lunch, and by how many."""
        return {"subscriptions": self.lunches.total(), "riders": self.riders}

    @property
    def card_counts(self) -> dict[str, int]:
        """Give how many cards were given, and how many of them are lost."""
        return {"cards": self.cards.total(), "lost": self.cards["lost"]}


def settle_people(district: District, seed: int, *, count: int, today: date, tell: Tell) -> People:
    """Register so many residents portion by portion; keep in mind only those who eat."""
    people = People()
    random, chances = stream(seed, "habits"), stream(seed, "cards")
    invented = residents(district.communities, district.outline, seed=seed, today=today, count=count)
    for portion in _portions(invented):
        ids = register(portion)
        wishes: dict[int, NewSubscription] = {}
        diners: list[DemoResident] = []
        for resident in portion:
            wish = subscription(
                resident, district.canteens, share=delivery_share(count), random=random, today=today
            )
            if wish is not None:
                wishes[ids[resident.resident_no]] = wish
            eats = diner(resident, district.neighbourhood, wish, share=diner_share(count), random=random)
            if eats is not None:
                people.diners.append(eats)
                diners.append(resident)
        _subscribe(wishes)
        people.cards.update(_give_cards(diners, ids, chances, today=today))
        people.lunches.update(wish.kitchen_code for wish in wishes.values())
        people.residents += len(portion)
        if people.residents % _TOLD_EVERY == 0:
            tell(text("{count} residents …", count=people.residents))
    people.riders = _take_on_riders(district, people.lunches, seed, today)
    return people


def _portions(invented: Iterator[DemoResident]) -> Iterator[list[DemoResident]]:
    while portion := list(islice(invented, _AT_ONCE)):
        yield portion


def _subscribe(wishes: Mapping[int, NewSubscription]) -> None:
    """Write down the subscriptions by the residents' row ids."""
    rows = [{**asdict(wish), "resident_id": resident_id} for resident_id, wish in wishes.items()]
    for row in rows:
        del row["resident_no"]
    if rows:
        db.session.execute(insert(Subscription), rows)


def _give_cards(
    diners: Sequence[DemoResident], ids: Mapping[str, int], chances: Random, *, today: date
) -> Counter[str]:
    """Give a card to those who eat, by the residents' row ids; give how many hold and how many are lost."""
    rows = [
        {**asdict(card), "resident_id": ids[diner.resident_no], "issued_by": COMMAND.user_no}
        for diner in diners
        for card in cards(diner.registered_at, chances, today=today)
    ]
    if rows:
        db.session.execute(insert(ResidentCard), rows)
    return Counter("valid" if row["ended_at"] is None else "lost" for row in rows)


def _take_on_riders(district: District, lunches: Mapping[str, int], seed: int, today: date) -> int:
    """Take on the volunteers of every canteen; give how many."""
    wanted = {
        kitchen.record.site_code: lunches.get(kitchen.record.site_code, 0)
        for kitchen in district.canteens.values()
    }
    taken = riders(wanted, stream(seed, "riders"), today=today)
    rows = [
        {**asdict(rider), "rider_no": f"Q-{number:03}", "is_active": True}
        for number, rider in enumerate(taken, start=1)
    ]
    db.session.execute(insert(Rider), rows)
    return len(rows)
