"""Home of the demo's tablets: one at every site, as it last reported; nobody holds their tokens."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert

from app.demo.rules.chance import stream
from app.demo.service.district import District
from app.extensions import db
from app.subsidy import queries as subsidy
from app.till.models import Tablet

_PREPARED_BEFORE = timedelta(days=200)


def place_tablets(district: District, seed: int, *, at: datetime) -> int:
    """Give every site its tablet; a few want a look. Give how many there are.

    None of them can send anything: whoever tries the till enrols a tablet of their own.
    """
    random = stream(seed, "tablets")
    reference = next(iter(subsidy.policy_book())).reference
    rows = []
    for number, site in enumerate(district.sites, start=1):
        # One in eight has not been heard of for a while, with meals on it that nobody else has.
        is_silent = random.random() < 1 / 8
        minutes = random.randint(1500, 4000) if is_silent else random.randint(1, 20)
        seen_at = at - timedelta(minutes=minutes)
        unsent = random.randint(3, 40) if is_silent else 0
        rows.append(
            {
                "tablet_no": f"T-{number}",
                "site_code": site.record.site_code,
                "name": "前台",
                "made_at": at - _PREPARED_BEFORE,
                "enrolled_at": at - _PREPARED_BEFORE,
                "last_seen_at": seen_at,
                "unsent": unsent,
                "oldest_unsent_at": seen_at - timedelta(minutes=unsent) if unsent else None,
                "version": "",
                "skew_seconds": random.choice((-2, -1, 0, 0, 0, 1, 3, 400)),
                "is_persisted": random.random() < 0.9,  # noqa: PLR2004 - most browsers grant it
                "policy_reference": reference,
                "received": 0,
                "last_seq": 0,
            }
        )
    db.session.execute(insert(Tablet), rows)
    return len(rows)
