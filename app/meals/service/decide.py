"""Home of keeping decisions equal to what the facts say, in the same transaction as the facts."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import delete

from app.canteens import queries as canteens
from app.canteens.rules import SiteFacts, Sitting
from app.database import insert_rows
from app.donations import queries as donations
from app.errors import NotFound
from app.extensions import db
from app.locks import lock_names, lock_space
from app.meals import queries
from app.meals.models import Decision as DecisionRow
from app.meals.models import DecisionLayer, Meal, Revision
from app.meals.queries import DecidedMeal
from app.meals.rules import Channel, Decision, MealFact, adjudicate, affected_span
from app.meals.service.charity import Pair, as_funds_last
from app.residents import queries as residents
from app.residents.rules.facts import ResidentFacts
from app.subsidy import queries as subsidy
from app.subsidy.rules import PolicyBook, WorkCalendar
from app.text import text

Days = tuple[date, date]
_Name = TypeVar("_Name", str, UUID)
_RESIDENTS, _GROUND = "meals.resident", "meals.ground"
_HYPOTHETICAL = UUID(int=2**128 - 1)
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Ground:
    """What every decision rests on beside the meals and their residents."""

    sites: Mapping[str, SiteFacts]
    policies: PolicyBook
    policy_ids: Mapping[tuple[str, date], int]
    calendar: WorkCalendar

    @classmethod
    def now(cls) -> Ground:
        """Give it as it stands; it is read once for each mark that the database gives it."""
        return cls._read(queries.ground_mark())

    @classmethod
    @lru_cache(maxsize=4)
    def _read(cls, _mark: str) -> Ground:
        policies = subsidy.policies_by_id()
        ids = {policy.key: number for number, policy in policies.items()}
        return cls(canteens.site_facts(), PolicyBook(policies.values()), ids, subsidy.work_calendar())

    def judge(self, meals: Sequence[DecidedMeal], resident: ResidentFacts | None) -> dict[UUID, Decision]:
        """Decide one resident's meals of a closed span, as if charity's funds lasted."""
        return adjudicate(
            [meal.fact for meal in meals],
            reversed_ids={meal.fact.meal_id for meal in meals if meal.is_reversed},
            resident=resident,
            sites=self.sites,
            policies=self.policies,
            calendar=self.calendar,
        )


def decide_again(
    touched: Mapping[str, Collection[date]], guests: Collection[UUID] = ()
) -> dict[UUID, Decision]:
    """Decide every meal that a change of facts on these days may touch; give the decisions that result.

    `touched` names days by resident number; no days mean all of the resident's meals. `guests` are meals of
    nobody in particular: they decide nothing about each other, so each is looked at alone.
    """
    lock_names(db.session, _RESIDENTS, touched.keys(), within=_GROUND)
    ground = Ground.now()
    decisions: dict[UUID, Decision] = {}
    for portion in _portions(touched):
        decisions.update(_decide_portion({number: touched[number] for number in portion}, ground))
    for ids in _portions(guests):
        decisions.update(_decide_guests(ids, ground))
    return decisions


def decide_many(touched: Mapping[str, Collection[date]], guests: Collection[UUID]) -> None:
    """Decide as `decide_again` does, for any number of residents, while nobody else decides.

    One lock on all replaces one on each: a database holds only some thousands of those.
    """
    lock_space(db.session, _GROUND)
    ground = Ground.now()
    for portion in _portions(touched):
        _decide_portion({number: touched[number] for number in portion}, ground)
    for ids in _portions(guests):
        _decide_guests(ids, ground)


def _portions(wanted: Collection[_Name]) -> Iterator[list[_Name]]:
    """Cut names into parts that are decided at once, in one order for all who decide."""
    in_order = sorted(wanted)
    return (in_order[start : start + _AT_ONCE] for start in range(0, len(in_order), _AT_ONCE))


def decide_on_new_ground(*, site_codes: Collection[str] | None = None, since: date = date.min) -> None:
    """Decide all meals of whoever ate at these sites (everywhere when None) since a day, on new ground."""
    lock_space(db.session, _GROUND)
    ground = Ground.now()
    for portion in list(queries.eaters(site_codes=site_codes, since=since)):
        lock_names(db.session, _RESIDENTS, portion)
        _decide_portion(dict.fromkeys(portion, ()), ground)


def quote(
    resident_no: str, site_code: str, *, sitting: Sitting, on: date, price_fen: int, at: datetime
) -> Decision:
    """Give what a meal would get if it were recorded now; nothing is written.

    Raises: NotFound for an unknown site.
    """
    ground = Ground.now()
    if site_code not in ground.sites:
        raise NotFound(text("No site {code}", code=site_code))
    fact = MealFact(_HYPOTHETICAL, resident_no, site_code, on, sitting, Channel.DINE_IN, price_fen, at)
    first, last = affected_span(on, ground.policies)
    known = queries.decided_meals([resident_no], first, last).get(resident_no, []) if resident_no else []
    meals = [*known, DecidedMeal(fact, is_reversed=False, stored=None)]
    decision = ground.judge(meals, residents.facts_of([resident_no]).get(resident_no))[_HYPOTHETICAL]
    if not decision.charity_fen:
        return decision
    return decision.with_charity(donations.held_for(ground.sites[site_code].area_code))


def changes_by_reversing(meal: Meal) -> list[tuple[DecidedMeal, Decision]]:
    """Give which other meals of the resident would be decided differently without this one, and how."""
    ground = Ground.now()
    first, last = affected_span(meal.served_on, ground.policies)
    known = queries.decided_meals([meal.resident_no], first, last).get(meal.resident_no, [])
    resident = residents.facts_of([meal.resident_no]).get(meal.resident_no)
    now = ground.judge(known, resident)
    without = ground.judge(
        [replace(each, is_reversed=each.is_reversed or each.fact.meal_id == meal.id) for each in known],
        resident,
    )
    return [
        (each, without[each.fact.meal_id])
        for each in known
        if each.fact.meal_id != meal.id and without[each.fact.meal_id].split != now[each.fact.meal_id].split
    ]


def _decide_portion(touched: Mapping[str, Collection[date]], ground: Ground) -> dict[UUID, Decision]:
    spans = _spans(touched, ground.policies)
    if not spans:
        return {}
    first, last = min(span[0] for span in spans.values()), max(span[1] for span in spans.values())
    facts = residents.facts_of(spans)
    pairs: list[Pair] = []
    for resident_no, found in queries.decided_meals(list(spans), first, last).items():
        span = spans[resident_no]
        meals = [meal for meal in found if span[0] <= meal.fact.served_on <= span[1]]
        judged = ground.judge(meals, facts.get(resident_no))
        pairs += [(meal, judged[meal.fact.meal_id]) for meal in meals]
    return _keep(as_funds_last(pairs, ground.sites), ground)


def _decide_guests(ids: Collection[UUID], ground: Ground) -> dict[UUID, Decision]:
    meals = queries.decided_guests(ids)
    judged = ground.judge(meals, None)
    return _keep([(meal, judged[meal.fact.meal_id]) for meal in meals], ground)


def _keep(pairs: Sequence[Pair], ground: Ground) -> dict[UUID, Decision]:
    """Write the decisions that changed; give them all."""
    _write(
        [(meal, decision) for meal, decision in pairs if meal.stored != _as_stored(decision, ground)], ground
    )
    return {decision.meal_id: decision for _, decision in pairs}


def _spans(touched: Mapping[str, Collection[date]], policies: PolicyBook) -> dict[str, Days]:
    """Give for each resident the closed range of days to decide; residents who never ate are left out."""
    spans = {}
    reached: dict[Days, Days] = {}
    everything = [number for number, days in touched.items() if not days]
    whole = queries.spans_of_meals(everything) if everything else {}
    for number, days in touched.items():
        if days:
            ends = min(days), max(days)
            if ends not in reached:
                reached[ends] = affected_span(ends[0], policies, until=ends[1])
            spans[number] = reached[ends]
        elif number in whole:
            spans[number] = whole[number]
    return spans


def _policy_id(decision: Decision, ground: Ground) -> int | None:
    return ground.policy_ids[decision.policy.key] if decision.policy else None


def _as_stored(decision: Decision, ground: Ground) -> tuple[Any, ...]:
    """Give a decision in the shape of `DecidedMeal.stored`."""
    return (
        _policy_id(decision, ground),
        decision.reason,
        decision.government_fen,
        decision.operator_fen,
        decision.charity_fen,
        decision.resident_fen,
        tuple((layer.payer, layer.fund, layer.amount_fen) for layer in decision.layers if layer.amount_fen),
    )


def decision_rows(decision: Decision, ground: Ground) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Give a decision as the row of its table and the rows of its layers."""
    row = {
        "meal_id": decision.meal_id,
        "policy_id": _policy_id(decision, ground),
        "reason": decision.reason,
        "price_fen": decision.government_fen
        + decision.operator_fen
        + decision.charity_fen
        + decision.resident_fen,
        "government_fen": decision.government_fen,
        "operator_fen": decision.operator_fen,
        "charity_fen": decision.charity_fen,
        "resident_fen": decision.resident_fen,
    }
    paying = [layer for layer in decision.layers if layer.amount_fen]
    layers = [
        {
            "meal_id": decision.meal_id,
            "position": position,
            "payer": layer.payer,
            "fund": layer.fund,
            "amount_fen": layer.amount_fen,
        }
        for position, layer in enumerate(paying)
    ]
    return row, layers


def _write(changed: Sequence[Pair], ground: Ground) -> None:
    """Replace the decisions that changed."""
    revised = [meal.fact for meal, _ in changed if meal.stored is not None]
    if revised:
        stale = [fact.meal_id for fact in revised]
        db.session.execute(delete(DecisionLayer).where(DecisionLayer.meal_id.in_(stale)))
        db.session.execute(delete(DecisionRow).where(DecisionRow.meal_id.in_(stale)))
    rows: list[dict[str, Any]] = []
    layers: list[dict[str, Any]] = []
    for _, decision in changed:
        row, its_layers = decision_rows(decision, ground)
        rows.append(row)
        layers.extend(its_layers)
    insert_rows(db.session, DecisionRow, rows)
    insert_rows(db.session, DecisionLayer, layers)
    insert_rows(
        db.session,
        Revision,
        [
            {"meal_id": fact.meal_id, "site_code": fact.site_code, "served_on": fact.served_on}
            for fact in revised
        ],
    )
    for known in list(db.session.identity_map.values()):
        if isinstance(known, Meal | DecisionRow):
            db.session.expire(known)
