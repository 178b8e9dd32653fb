"""Home of the roster: the least that a till must know offline to name a resident and decide a meal."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from app import clock
from app.areas import queries as areas
from app.auth import queries as auth
from app.auth.models import User
from app.auth.rules import PIN_ITERATIONS, pin_check
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.donations import queries as donations
from app.meals import queries as meals
from app.meals.rules import affected_span
from app.residents import queries as residents
from app.residents.rules.facts import ResidentFacts
from app.subsidy import queries as subsidy
from app.subsidy.rules import Policy, PolicyBook
from app.subsidy.rules.document import policy_document
from app.till import queries
from app.till.models import Tablet
from app.till.rules.conflicts import read_content
from app.till.rules.cursor import Cursor
from app.till.rules.receipts import TabletReceipt, of_decided, of_review
from app.till.service.settled import receipt_of

FORMAT = "till-roster/1"
_FOUND_AT_MOST = 24
_CORRECTED_WITHIN = timedelta(days=40)  # As long as a tablet keeps what it has sent.
_OVERLAP = timedelta(minutes=2)
"""What came before an instant may be committed after it; what is told twice does no harm."""


@dataclass(frozen=True, slots=True)
class Roster:
    """What a tablet is told: the document's members but the cursor, and the decisions that changed since.

    The cursor stands apart: another one for the same news is no news.
    """

    cursor: str
    members: dict[str, Any]
    corrections: list[tuple[TabletReceipt, date]]


def roster(tablet: Tablet, *, since: str, at: datetime) -> Roster:
    """Give a tablet's roster, or what of its residents changed since a cursor that it was given before.

    The whole is given again on another day and after a change of policy or calendar: then everybody's entry
    may differ. Residents are who lives in the site's street and who ate at the site in the last eight weeks.
    """
    ground = _Ground.of(tablet, at)
    cursor = Cursor(ground.today, ground.digest, at)
    asked = Cursor.read(since)
    is_complete = asked is None or not asked.is_followed_by(cursor)
    if is_complete:
        numbers, removed = queries.roster_numbers(ground.site, ground.today), []
    else:
        changed = queries.changed_since(asked.at - _OVERLAP) if asked else set()
        members = set(queries.roster_numbers(ground.site, ground.today, among=changed))
        numbers, removed = sorted(members), sorted(changed - members)
    return Roster(
        str(cursor),
        {
            "format": FORMAT,
            "complete": is_complete,
            **ground.members(tablet),
            "residents": _entries(numbers, ground, but=tablet),
            "removed": removed,
        },
        _corrections(tablet, at - _CORRECTED_WITHIN),
    )


def found(tablet: Tablet, words: str, *, at: datetime) -> list[dict[str, Any]]:
    """Give the entries of whom a search means that went beyond the roster."""
    ground = _Ground.of(tablet, at)
    sought = meals.sought_at(ground.site, words, ground.today, limit=_FOUND_AT_MOST) if words.strip() else []
    return _entries([resident.resident_no for resident in sought], ground, but=tablet)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What every decision at the tablet's site rests on beside the resident."""

    site: Site
    today: date
    policies: Sequence[Policy]
    calendar: Mapping[str, bool]
    digest: str
    charity_lasts: bool

    @classmethod
    def of(cls, tablet: Tablet, at: datetime) -> _Ground:
        policies = [policy for policy in subsidy.policy_book() if policy.covers(tablet.site.area_code)]
        exceptions = subsidy.work_calendar().exceptions
        calendar = {day.isoformat(): is_workday for day, is_workday in sorted(exceptions.items())}
        written = json.dumps([[policy_document(policy) for policy in policies], calendar], sort_keys=True)
        digest = hashlib.sha256(written.encode()).hexdigest()[:16]
        lasts = any(policy.charity_fen for policy in policies) and donations.charity_lasts(
            tablet.site.area_code
        )
        return cls(tablet.site, clock.on(at), policies, calendar, digest, lasts)

    def members(self, tablet: Tablet) -> dict[str, Any]:
        """Give the members of the document that are always whole."""
        site = self.site
        return {
            "tablet": {"no": tablet.tablet_no, "name": tablet.name, "site_code": site.site_code},
            "site": {
                "code": site.site_code,
                "name": site.name,
                "kind": site.kind.value,
                "area_code": site.area_code,
                "opened_on": site.opened_on.isoformat(),
                "closed_on": site.closed_on.isoformat() if site.closed_on else None,
            },
            "prices": [
                {
                    "sitting": price.sitting.value,
                    "from_on": price.from_on.isoformat(),
                    "price_fen": price.price_fen,
                }
                for price in canteens.prices_of(site.site_code)
            ],
            "people": [_person(user) for user in auth.people_of(site.site_code)],
            "policies": [policy_document(self._as_funds_last(policy)) for policy in self.policies],
            "calendar": self.calendar,
        }

    def _as_funds_last(self, policy: Policy) -> Policy:
        """Leave charity's pledge out while no fund for the site holds money: the till must not promise it.

        The digest knows nothing of it: a fund that runs dry is no reason to send everybody again.
        """
        return policy if self.charity_lasts else replace(policy, charity_fen=0)

    def window(self) -> tuple[date, date]:
        """Give the days whose subsidised meals can decide about a meal of today."""
        return affected_span(self.today, PolicyBook(self.policies))[0], self.today


def _person(user: User) -> dict[str, Any]:
    pin = None
    if user.pin_key is not None and user.pin_salt is not None:
        check = pin_check(bytes.fromhex(user.pin_key))
        pin = {"salt": user.pin_salt, "iterations": PIN_ITERATIONS, "check": check}
    return {"user_no": user.user_no, "name": user.name, "pin": pin}


def _entries(resident_nos: Sequence[str], ground: _Ground, *, but: Tablet) -> list[dict[str, Any]]:
    """Give the entries of residents in the order of their numbers."""
    people = queries.roster_people(resident_nos)
    facts = residents.facts_of(resident_nos)
    cards = residents.card_codes_of([person.id for person in people])
    places = areas.labels({person.residence_area for person in people})
    usual = _usual(ground, resident_nos)
    first, last = ground.window()
    used = queries.subsidised(resident_nos, first, last, but=but.tablet_no)
    entries = []
    for person in people:
        valid, lost = cards.get(person.id, ((), ()))
        entries.append(
            {
                "no": person.resident_no,
                "name": person.name,
                "keys": person.search_keys.strip(),
                "tail": person.phone_tail or "",
                "id_tail": person.identity_tail or "",
                "community": places[person.residence_area].split(" ")[-1],
                **_facts(facts[person.resident_no]),
                "cards": list(valid),
                "lost": list(lost),
                "usual": usual.get(person.resident_no, {}),
                "used": used.get(person.resident_no, []),
            }
        )
    return entries


def _facts(facts: ResidentFacts) -> dict[str, Any]:
    return {
        "birth_on": facts.birth_on.isoformat(),
        "registered_area": facts.registered_area,
        "residence_area": facts.residence_area,
        "statuses": [[change.status.value, change.from_on.isoformat()] for change in facts.statuses],
        "categories": [
            [
                held.category.value,
                held.grade,
                held.from_on.isoformat(),
                held.until_on.isoformat() if held.until_on else None,
            ]
            for held in facts.categories
        ],
    }


def _usual(ground: _Ground, resident_nos: Collection[str]) -> dict[str, dict[str, list[Any]]]:
    """Give how often each resident ate here at each sitting lately, and in which channel mostly."""
    usual: dict[str, dict[str, list[Any]]] = {}
    for habit in queries.habits(ground.site.site_code, ground.today, resident_nos):
        sittings = usual.setdefault(habit.resident_no, {})
        # The most frequent channel of a sitting comes first.
        times, channel = sittings.get(habit.sitting.value, (0, habit.channel.value))
        sittings[habit.sitting.value] = [times + habit.times, channel]
    return usual


def _corrections(tablet: Tablet, since: datetime) -> list[tuple[TabletReceipt, date]]:
    """Give what the tablet was told otherwise: decisions that changed, and records that were settled."""
    revised = queries.revised(tablet, since)
    others = queries.witnesses({meal.resident_no for meal in revised}, {meal.served_on for meal in revised})
    corrections = [
        (
            of_decided(meal.decided, others.get((meal.resident_no, meal.served_on, meal.sitting), ())),
            meal.served_on,
        )
        for meal in revised
    ]
    corrections += [
        (receipt_of(row), clock.on(row.received_at)) for row in queries.settled_since(tablet.id, since)
    ]
    return corrections + [
        (of_review(conflict.meal_id, conflict.digest, verdict), sent.served_on)
        for conflict, verdict in queries.reviewed_since(since)
        if (sent := read_content(conflict.content)).tablet == tablet.tablet_no
    ]
