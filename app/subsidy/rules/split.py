"""Home of the split: how one price is shared between government, operator, charity and resident, and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from app.canteens.rules import SiteFacts, Sitting
from app.residents.rules.facts import CategoryPeriod, ResidentFacts, Status
from app.subsidy.rules.calendar import WorkCalendar
from app.subsidy.rules.policy import BelongsBy, Caps, Combine, Days, Eligibility, Layer, Policy
from app.subsidy.rules.reasons import Reason


@dataclass(frozen=True, slots=True)
class Occasion:
    """One price asked of one person at one site, day and sitting; the person may be unknown (None)."""

    price_fen: int
    sitting: Sitting
    on: date
    site: SiteFacts
    resident: ResidentFacts | None

    def circumstances(self, resident: ResidentFacts, calendar: WorkCalendar) -> Circumstances:
        """Give all that bears on what a resident is offered."""
        who = resident_on(resident, self.on)
        return Circumstances(
            self.price_fen,
            self.sitting,
            self.site.area_code,
            self.site.is_open_on(self.on),
            calendar.is_workday(self.on),
            who,
        )


class ResidentOn(NamedTuple):
    """What bears on an offer of a resident as they are on one day."""

    status: Status
    age: int
    held: tuple[CategoryPeriod, ...]
    registered_area: str
    residence_area: str


def resident_on(resident: ResidentFacts, day: date) -> ResidentOn:
    """Give a resident as they are on a day."""
    return ResidentOn(
        resident.status_on(day),
        resident.age_on(day),
        resident.categories_on(day),
        resident.registered_area,
        resident.residence_area,
    )


class Circumstances(NamedTuple):
    """All that bears on what a policy offers for one price; the day itself does not.

    So what was found once holds for every meal in the same circumstances.
    """

    price_fen: int
    sitting: Sitting
    site_area: str
    is_open: bool
    is_workday: bool
    resident: ResidentOn


class Usage(NamedTuple):
    """What a resident has had already, of the sitting, day, week and month that an occasion lies in.

    Meals count only if they got government money, `_fen` sums that money; over all sites and policies.
    """

    meals_sitting: int = 0
    meals_day: int = 0
    meals_week: int = 0
    meals_month: int = 0
    day_fen: int = 0
    week_fen: int = 0
    month_fen: int = 0


@dataclass(frozen=True, slots=True)
class LayerShare:
    """What one layer of the policy pays of one price; always more than nothing."""

    payer: str
    fund: str
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Split:
    """The four parts of one price (四方分担), and the reason; the layers add up to the government's part."""

    reason: Reason
    government_fen: int
    operator_fen: int
    charity_fen: int
    resident_fen: int
    layers: tuple[LayerShare, ...] = ()

    @property
    def price_fen(self) -> int:
        """Give the price, which the four parts add up to."""
        return self.government_fen + self.operator_fen + self.charity_fen + self.resident_fen

    def with_charity(self, held_fen: int) -> Split:
        """Let charity give no more than this; the resident pays what it does not give.

        >>> Split(Reason.OK, 300, 0, 50, 1150).with_charity(20).resident_fen
        1180
        """
        charity_fen = min(self.charity_fen, max(held_fen, 0))
        lacking_fen = self.charity_fen - charity_fen
        if not lacking_fen:
            return self
        resident_fen = self.resident_fen + lacking_fen
        return Split(
            self.reason, self.government_fen, self.operator_fen, charity_fen, resident_fen, self.layers
        )


def unsubsidised(price_fen: int, reason: Reason) -> Split:
    """Give the split of a price that the resident pays alone."""
    return Split(reason, 0, 0, 0, price_fen)


def split_price(
    occasion: Occasion,
    *,
    policy: Policy | None,
    used: Usage,
    calendar: WorkCalendar,
    charity_left_fen: int | None = None,
) -> Split:
    """Split one price between government, operator, charity and resident, by the policy in force.

    The government's layers pay in their order, together never more than the price nor than what the
    amount caps leave; then the operator gives its discount, then charity while its fund lasts
    (`charity_left_fen`, None for no limit); the resident pays the rest, so that the four parts always add
    up. The first reason that applies is given. What the notices leave open is decided so:

    - `price_not_above_subsidy` compares the price with what the layers would pay if neither the price nor
      a cap held them back.
    - A cap of which nothing is left is a reason of its own, whether it counts meals or fen and whether or
      not a rate applies; one that is nearly used up gives what is left of it.
    - `no_rate` means that no rate of any layer applies. A rate that applies but comes to nothing (a meal
      for free, a rate of 0) is `ok`, pays nothing and uses up nothing.
    - Without a policy only what needs none is told apart: not registered, deceased, a closed site; else it
      is `no_rate`.

    Raises: ValueError when the price is negative.

    Source: the district's meal-assistance notice in force on the day (`policy.reference`).
    """
    if occasion.resident is None:
        claim = claim_of_nobody(occasion.price_fen)
    else:
        claim = claim_of(occasion.circumstances(occasion.resident, calendar), policy)
    split = claim.split(used)
    return split if charity_left_fen is None else split.with_charity(charity_left_fen)


@dataclass(frozen=True, slots=True)
class Claim:
    """What a price may get in its circumstances: `whole`, unless a cap of `capped_by` holds it back.

    No cap does without a policy, nor where something that comes before the caps speaks against it.
    """

    whole: Split
    offers: tuple[Offer, ...] = ()
    capped_by: Policy | None = None

    def split(self, used: Usage) -> Split:
        """Give the split once the caps are asked, which come before `no_rate`."""
        policy = self.capped_by
        if policy is None:
            return self.whole
        price_fen = self.whole.price_fen
        reason = _against_caps(policy.caps, used)
        if reason is not None:
            return unsubsidised(price_fen, reason)
        left_fen = left_of_caps(policy.caps, used, otherwise=price_fen)
        if left_fen >= self.whole.government_fen:
            return self.whole
        return _shared(price_fen, _given(self.offers, left_fen), policy)


def claim_of_nobody(price_fen: int) -> Claim:
    """Give the claim of whoever is not registered.

    Raises: ValueError when the price is negative.
    """
    _ensure_price(price_fen)
    return Claim(unsubsidised(price_fen, Reason.NOT_REGISTERED))


def claim_of(circumstances: Circumstances, policy: Policy | None) -> Claim:
    """Give what a registered resident's price may get; the reasons are asked in their order, up to the caps.

    Raises: ValueError when the price is negative.
    """
    price_fen = circumstances.price_fen
    _ensure_price(price_fen)
    reason = _against_resident(circumstances.resident, policy) or _against_meal(circumstances, policy)
    if policy is None or reason is not None:
        return Claim(unsubsidised(price_fen, reason or Reason.NO_RATE))
    offers = tuple(offers_of(circumstances, policy))
    reason = _against_price(price_fen, offers, policy)
    if reason is not None:
        return Claim(unsubsidised(price_fen, reason))
    if not offers:
        return Claim(unsubsidised(price_fen, Reason.NO_RATE), capped_by=policy)
    return Claim(_shared(price_fen, _given(offers, price_fen), policy), offers, policy)


def _ensure_price(price_fen: int) -> None:
    if price_fen < 0:
        msg = f"a price cannot be negative: {price_fen}"
        raise ValueError(msg)


def _against_resident(resident: ResidentOn, policy: Policy | None) -> Reason | None:
    """Give the first reason that lies in the person: life, status, age, where they belong."""
    if resident.status is Status.DECEASED:
        return Reason.DECEASED
    if policy is None:
        return None
    eligibility = policy.eligibility
    if resident.status in eligibility.excluded_statuses:
        return Reason.EXCLUDED_STATUS
    if resident.age < eligibility.min_age:
        return Reason.UNDER_AGE
    return None if _belongs(resident, eligibility, policy.district) else Reason.NOT_LOCAL


def _belongs(resident: ResidentOn, eligibility: Eligibility, district: str) -> bool:
    by = eligibility.belongs_by
    return (by is not BelongsBy.REGISTRATION and resident.residence_area.startswith(district)) or (
        by is not BelongsBy.RESIDENCE and resident.registered_area.startswith(district)
    )


def _against_meal(circumstances: Circumstances, policy: Policy | None) -> Reason | None:
    """Give the first reason that lies in where, when and for how much the meal was served."""
    if not circumstances.is_open:
        return Reason.SITE_CLOSED
    if policy is None:
        return None
    if circumstances.sitting not in policy.sittings:
        return Reason.SITTING_NOT_SUBSIDISED
    if policy.days is Days.WORKDAYS and not circumstances.is_workday:
        return Reason.NOT_A_WORKDAY
    return Reason.BELOW_MIN_PRICE if circumstances.price_fen < policy.min_price_fen else None


class Offer(NamedTuple):
    """What a layer would pay if nothing held it back."""

    layer: Layer
    amount_fen: int


def offers_of(circumstances: Circumstances, policy: Policy) -> list[Offer]:
    """Give the offer of every layer that has a rate for these circumstances."""
    resident = circumstances.resident
    offers = []
    for layer in policy.layers:
        if not layer.venue.holds(residence_area=resident.residence_area, site_area=circumstances.site_area):
            continue
        amounts_fen = [
            rate.on_price(circumstances.price_fen)
            for rate in layer.rates
            if rate.when.holds(age=resident.age, held=resident.held, sitting=circumstances.sitting)
        ]
        if amounts_fen:
            whole_fen = sum(amounts_fen) if layer.combine is Combine.SUM else max(amounts_fen)
            offers.append(Offer(layer, whole_fen))
    return offers


def _against_price(price_fen: int, offers: Sequence[Offer], policy: Policy) -> Reason | None:
    if policy.price_must_exceed and price_fen <= sum(offer.amount_fen for offer in offers):
        return Reason.PRICE_NOT_ABOVE_SUBSIDY
    return None


def _against_caps(caps: Caps, used: Usage) -> Reason | None:
    """Give the reason of the first cap, from the sitting to the month, of which nothing is left."""
    meals, fen = caps.meals, caps.fen
    if is_reached(meals.sitting, used.meals_sitting):
        return Reason.CAP_SITTING
    if is_reached(meals.day, used.meals_day) or is_reached(fen.day, used.day_fen):
        return Reason.CAP_DAY
    if is_reached(meals.week, used.meals_week) or is_reached(fen.week, used.week_fen):
        return Reason.CAP_WEEK
    if is_reached(meals.month, used.meals_month) or is_reached(fen.month, used.month_fen):
        return Reason.CAP_MONTH
    return None


def is_reached(cap: int | None, used: int) -> bool:
    """Tell whether nothing is left of a cap; no cap is never reached."""
    return cap is not None and used >= cap


def left_of_caps(caps: Caps, used: Usage, *, otherwise: int) -> int:
    """Give the least that the amount caps leave, or `otherwise` when there are none."""
    fen = caps.fen
    pairs = ((fen.day, used.day_fen), (fen.week, used.week_fen), (fen.month, used.month_fen))
    return min((cap - spent for cap, spent in pairs if cap is not None), default=otherwise)


def _given(offers: Sequence[Offer], limit_fen: int) -> Iterator[LayerShare]:
    """Let the layers pay in their order until the limit is reached."""
    left_fen = limit_fen
    for layer, offered_fen in offers:
        amount_fen = min(offered_fen, left_fen)
        if amount_fen:
            left_fen -= amount_fen
            yield LayerShare(layer.payer, layer.fund, amount_fen)


def _shared(price_fen: int, given: Iterator[LayerShare], policy: Policy) -> Split:
    """Let operator and charity follow the government, where it paid at all, and the resident pay the rest."""
    layers = tuple(given)
    government_fen = sum(share.amount_fen for share in layers)
    if not government_fen:
        return unsubsidised(price_fen, Reason.OK)
    left_fen = price_fen - government_fen
    operator_fen = min(policy.operator_discount_fen, left_fen)
    left_fen -= operator_fen
    charity_fen = min(policy.charity_fen, left_fen)
    return Split(Reason.OK, government_fen, operator_fen, charity_fen, left_fen - charity_fen, layers)
