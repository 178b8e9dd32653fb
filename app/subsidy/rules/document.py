"""Home of the policy's document, `meal-policy/1`: a policy read from YAML, written as it or as JSON. Pure."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from importlib import resources
from typing import Any

import yaml

from app.canteens.rules import Sitting
from app.errors import BadFile
from app.residents.rules.facts import Category, Status
from app.sheet.cells import Unreadable
from app.sheet.source import encoding_of
from app.subsidy.rules.policy import (
    BelongsBy,
    Caps,
    Combine,
    Days,
    Eligibility,
    FenCaps,
    Layer,
    MealCaps,
    Policy,
    Rate,
    Venue,
    When,
)
from app.subsidy.rules.yaml_parts import Part, parts_of
from app.subsidy.rules.yaml_values import (
    Choice,
    age,
    any_of,
    area_code,
    at_least_one,
    cap_of_fen,
    cap_of_meals,
    choice_of,
    day,
    exactly,
    fen,
    name_up_to,
    one_of,
    or_none,
    percent,
    some_of,
    yes_or_no,
)
from app.text import text

FORMAT = "meal-policy/1"
NOT_GOVERNMENT = frozenset({"operator", "charity", "resident"})
LARGEST_BYTES = 64 * 1024


def default_policy() -> Policy:
    """Give the district's policy: 3 yuan for everyone aged 60 and over, once a sitting."""
    written = resources.files("app.subsidy").joinpath("default_policy.yaml").read_text(encoding="utf-8")
    return policy_from_yaml(written)


def policy_from_bytes(content: bytes) -> Policy:
    """Read a policy from a file's bytes: UTF-8, UTF-16 or GB 18030.

    Raises: BadFile when it is too large, no text, or as `policy_from_yaml` says.
    """
    if len(content) > LARGEST_BYTES:
        raise BadFile(
            text(
                "The file has {size} kB; a policy has at most {limit} kB. Choose the right file.",
                size=-(-len(content) // 1024),
                limit=LARGEST_BYTES // 1024,
            )
        )
    try:
        written = content.decode(encoding_of(io.BytesIO(content)))
    except BadFile as error:
        raise BadFile(
            text("The file is no text in a known encoding. Save the policy as a UTF-8 text file (.yaml).")
        ) from error
    return policy_from_yaml(written)


def policy_from_yaml(written: str) -> Policy:
    """Read a policy from its document.

    `format`, `reference`, `effective_from`, `district` and `layers`, and of a layer `payer`, `fund` and
    `rates`, must be there. What else is left out is as in `Policy` and its parts: from 60 years on, living or
    registered in the district, all sittings, every day, any price, no caps, no discount, no charity.

    Raises: BadFile listing every fault with its line, its path (`layers[0].rates[2].when.age_below`), the
    reason and what to do.
    """
    part = parts_of(written)
    try:
        policy = _policy(part)
    except Unreadable as fault:
        part.blame(fault)
    if part.faults:
        rows = sorted(part.faults, key=lambda fault: fault.line)
        raise BadFile(text("The policy cannot be taken; nothing was changed."), rows=rows)
    return policy


def _policy(part: Part) -> Policy:
    group = part.group(
        (
            "format",
            "reference",
            "effective_from",
            "district",
            "eligible",
            "sittings",
            "days",
            "min_price_fen",
            "price_must_exceed",
            "layers",
            "caps",
            "operator_discount_fen",
            "charity_fen",
        )
    )
    group.needed("format", exactly(FORMAT), FORMAT)
    return Policy(
        reference=group.needed("reference", name_up_to(120), ""),
        effective_from=group.needed("effective_from", day, date.min),
        district=group.needed("district", area_code, ""),
        layers=tuple(group.needed("layers", _layers, [])),
        eligibility=group.optional("eligible", _eligibility, Eligibility()),
        sittings=group.optional("sittings", some_of(choice_of(Sitting)), frozenset(Sitting)),
        days=group.optional("days", choice_of(Days), Days.EVERY),
        min_price_fen=group.optional("min_price_fen", fen, 0),
        price_must_exceed=group.optional("price_must_exceed", yes_or_no, default=False),
        caps=group.optional("caps", _caps, Caps()),
        operator_discount_fen=group.optional("operator_discount_fen", fen, 0),
        charity_fen=group.optional("charity_fen", fen, 0),
    )


def _eligibility(part: Part) -> Eligibility:
    group = part.group(("min_age", "belongs_by", "excluded_statuses"))
    usual = Eligibility()
    return Eligibility(
        min_age=group.optional("min_age", age, usual.min_age),
        belongs_by=group.optional("belongs_by", choice_of(BelongsBy), usual.belongs_by),
        excluded_statuses=group.optional(
            "excluded_statuses", any_of(choice_of(Status)), usual.excluded_statuses
        ),
    )


def _layers(part: Part) -> list[Layer]:
    return part.list_of(_layer)


def _layer(part: Part) -> Layer:
    group = part.group(("payer", "fund", "venue", "combine", "rates"))
    return Layer(
        payer=group.needed("payer", _payer, ""),
        fund=group.needed("fund", name_up_to(120), ""),
        rates=tuple(group.needed("rates", at_least_one(_rate), [])),
        venue=group.optional("venue", choice_of(Venue), Venue.ANY),
        combine=group.optional("combine", choice_of(Combine), Combine.BEST),
    )


def _payer(part: Part) -> str:
    payer = name_up_to(64)(part)
    if payer in NOT_GOVERNMENT:
        raise Unreadable(
            text("Layers are the government's; “{payer}” has a part of its own.", payer=payer),
            text("Write it as operator_discount_fen or charity_fen, or name another payer."),
        )
    return payer


def _rate(part: Part) -> Rate:
    group = part.group(("when", "amount_fen", "percent", "at_most_fen"))
    when = group.optional("when", _when, When())
    if ("amount_fen" in group.members) == ("percent" in group.members):
        raise Unreadable(
            text("A rate is either an amount or a percentage."), text("Write either amount_fen or percent.")
        )
    if "percent" in group.members:
        return Rate(
            percent=group.needed("percent", percent, Decimal(1)),
            at_most_fen=group.optional("at_most_fen", or_none(fen), None),
            when=when,
        )
    if "at_most_fen" in group.members:
        group.members["at_most_fen"].blame(
            Unreadable(text("Only a percentage can have an upper limit."), text("Delete this entry."))
        )
    return Rate(amount_fen=group.needed("amount_fen", fen, 0), when=when)


def _when(part: Part) -> When:
    group = part.group(("category", "grades", "age_from", "age_below", "sitting"))
    category = group.optional("category", or_none(choice_of(Category)), None)
    # Grades of a category that cannot be read are not blamed as well.
    is_misspelt = category is None and "category" in group.members and not group.members["category"].is_null
    age_from = group.optional("age_from", or_none(age), None)
    age_below = group.optional("age_below", or_none(age), None)
    if age_from is not None and age_below is not None and age_below <= age_from:
        group.members["age_below"].blame(
            Unreadable(
                text("From {first} and below {last} is nobody's age.", first=age_from, last=age_below),
                text("Write an age_below that is greater than age_from."),
            )
        )
    return When(
        category=category,
        grades=frozenset() if is_misspelt else group.optional("grades", _grades_of(category), frozenset()),
        age_from=age_from,
        age_below=age_below,
        sitting=group.optional("sitting", or_none(choice_of(Sitting)), None),
    )


def _grades_of(category: Category | None) -> Callable[[Part], frozenset[str]]:
    """Read grades of this category, with or without quotes."""
    if category is not None and category.grades:
        return some_of(one_of(category.grades))

    def refuse(_part: Part) -> frozenset[str]:
        graded = ", ".join(category.value for category in Category if category.grades)
        raise Unreadable(
            text("Grades need a category that is held in grades."),
            text("Delete this entry, or write one of these categories: {names}.", names=graded),
        )

    return refuse


def _caps(part: Part) -> Caps:
    group = part.group(("meals", "fen"))
    return Caps(
        meals=group.optional("meals", _meal_caps, MealCaps()),
        fen=group.optional("fen", _fen_caps, FenCaps()),
    )


def _meal_caps(part: Part) -> MealCaps:
    group = part.group(("sitting", "day", "week", "month"))
    cap = or_none(cap_of_meals)
    return MealCaps(
        sitting=group.optional("sitting", cap, None),
        day=group.optional("day", cap, None),
        week=group.optional("week", cap, None),
        month=group.optional("month", cap, None),
    )


def _fen_caps(part: Part) -> FenCaps:
    group = part.group(("day", "week", "month"))
    cap = or_none(cap_of_fen)
    return FenCaps(
        day=group.optional("day", cap, None),
        week=group.optional("week", cap, None),
        month=group.optional("month", cap, None),
    )


def policy_to_yaml(policy: Policy) -> str:
    """Write a policy as its document, every entry spelled out; reading it gives the same policy."""
    document = _entries(policy)
    for layer in document["layers"]:
        layer["rates"] = [_only_what_is_said(rate) for rate in layer["rates"]]
    return yaml.dump(
        document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, default_flow_style=None, width=100
    )


def policy_document(policy: Policy) -> dict[str, Any]:
    """Give a policy as its document, ready for JSON, with every entry of every rate, null where none is said.

    A whole percentage is a number, any other one is text: no reader may make a binary fraction of it.

    >>> policy_document(default_policy())["layers"][0]["rates"][0]["amount_fen"]
    300
    """
    document: dict[str, Any] = json.loads(json.dumps(_entries(policy), default=_in_json))
    return document


def _in_json(value: date | Decimal) -> str | int:
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if value == value.to_integral_value() else _digits(value)


def _digits(number: Decimal) -> str:
    return f"{number.normalize():f}"


_Entries = dict[str, Any]


def _entries(policy: Policy) -> _Entries:
    return {
        "format": FORMAT,
        "reference": policy.reference,
        "effective_from": policy.effective_from,
        "district": policy.district,
        "eligible": {
            "min_age": policy.eligibility.min_age,
            "belongs_by": policy.eligibility.belongs_by.value,
            "excluded_statuses": _in_order(Status, policy.eligibility.excluded_statuses),
        },
        "sittings": _in_order(Sitting, policy.sittings),
        "days": policy.days.value,
        "min_price_fen": policy.min_price_fen,
        "price_must_exceed": policy.price_must_exceed,
        "layers": [_layer_entries(layer) for layer in policy.layers],
        "caps": {
            "meals": {name: getattr(policy.caps.meals, name) for name in ("sitting", "day", "week", "month")},
            "fen": {name: getattr(policy.caps.fen, name) for name in ("day", "week", "month")},
        },
        "operator_discount_fen": policy.operator_discount_fen,
        "charity_fen": policy.charity_fen,
    }


def _in_order(choices: type[Choice], chosen: Iterable[Choice]) -> list[str]:
    held = frozenset(chosen)
    return [choice.value for choice in choices if choice in held]


def _layer_entries(layer: Layer) -> _Entries:
    return {
        "payer": layer.payer,
        "fund": layer.fund,
        "venue": layer.venue.value,
        "combine": layer.combine.value,
        "rates": [_rate_entries(rate) for rate in layer.rates],
    }


def _rate_entries(rate: Rate) -> _Entries:
    return {
        "when": {
            "category": rate.when.category and rate.when.category.value,
            "grades": sorted(rate.when.grades),
            "age_from": rate.when.age_from,
            "age_below": rate.when.age_below,
            "sitting": rate.when.sitting and rate.when.sitting.value,
        },
        "amount_fen": rate.amount_fen,
        "percent": rate.percent,
        "at_most_fen": rate.at_most_fen,
    }


def _only_what_is_said(entries: _Entries) -> _Entries:
    """Leave out what nobody would write of a rate: the conditions and limits that it does not have."""
    said = {
        name: _only_what_is_said(entry) if isinstance(entry, dict) else entry
        for name, entry in entries.items()
    }
    return {name: entry for name, entry in said.items() if entry not in (None, [], {})}


class _Dumper(yaml.SafeDumper):
    """YAML as a person would write it: lists set in, no references, decimals as they are."""

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out, since references are not read back."""
        del data
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002 - PyYAML's
        """Set the members of a list in."""
        del indentless
        super().increase_indent(flow, False)  # noqa: FBT003 - PyYAML's signature


def _decimal(dumper: yaml.SafeDumper, number: Decimal) -> yaml.ScalarNode:
    written = _digits(number)
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in written else 'int'}", written)


_Dumper.add_representer(Decimal, _decimal)
