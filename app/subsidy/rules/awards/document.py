"""Home of an award policy as a document: the JSON that is stored, hashed and read back. Pure."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from typing import Any

from app.subsidy.rules.awards.policy import (
    AgeRate,
    AwardPolicy,
    Band,
    Cut,
    Every,
    Formula,
    PerAge,
    PerMeal,
    Schedule,
    Template,
    Tier,
    Tiers,
    Weights,
)

FORMAT = "award-policy/1"


def award_policy_to_json(policy: AwardPolicy) -> str:
    """Write a policy; the same policy is always the same text."""
    written = {
        "format": FORMAT,
        **asdict(policy),
        "effective_from": policy.effective_from.isoformat(),
        "formula": {"template": policy.formula.template.value, **asdict(policy.formula)},
    }
    return json.dumps(written, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def award_policy_from_json(document: str) -> AwardPolicy:
    """Read a policy that `award_policy_to_json` wrote."""
    read = json.loads(document)
    schedule = read["schedule"]
    return AwardPolicy(
        reference=read["reference"],
        effective_from=date.fromisoformat(read["effective_from"]),
        district=read["district"],
        formula=_formula(read["formula"]),
        cuts=tuple(Cut(**cut) for cut in read["cuts"]),
        schedule=Schedule(Every(schedule["every"]), schedule["first_month"], schedule["is_next_year"]),
    )


def _formula(read: dict[str, Any]) -> Formula:
    template = Template(read["template"])
    if template is Template.BAND:
        return Band(read["floor_fen"], read["ceiling_fen"], Weights(**read["weights"]))
    if template is Template.TIERS:
        return Tiers(tuple(Tier(**tier) for tier in read["tiers"]))
    if template is Template.PER_MEAL:
        return PerMeal(read["rate_fen"], read["cap_fen"])
    return PerAge(tuple(AgeRate(**rate) for rate in read["rates"]), read["cap_fen"])
