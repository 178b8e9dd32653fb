"""Home of the demo's licences and certificates: most hold for long, one has ended, a few end soon."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from app.clock import on
from app.database import insert_rows
from app.demo.rules import names
from app.demo.rules.chance import stream
from app.demo.service.district import District
from app.extensions import db
from app.oversight.models.papers import SitePaper
from app.oversight.rules.papers import PaperKind
from app.residents.rules.identity import Sex
from app.roles import Actor

_COOKS = 3
_ENDED_DAYS, _SOON_DAYS = -6, 17


def enter_papers(district: District, *, seed: int, by: Actor, at: datetime) -> int:
    """Enter the papers of every kitchen and its cooks; give how many there are."""
    random = stream(seed, "papers")
    kitchens = [code for code, site in district.by_code.items() if site.record.kitchen_code is None]
    rows = [
        {
            "site_code": code,
            "kind": kind.value,
            "holder": holder,
            "number": number,
            "valid_until": until,
            "entered_by": by.user_no,
            "entered_at": at,
        }
        for code in kitchens
        for kind, holder, number, until in _of_kitchen(code, random, today=on(at))
    ]
    _end_some(rows, today=on(at))
    insert_rows(db.session, SitePaper, rows)
    return len(rows)


def _of_kitchen(code: str, random: Random, *, today: date) -> list[tuple[PaperKind, str, str, date]]:
    licence = today + timedelta(days=random.randrange(60, 5 * 365))
    insured = today + timedelta(days=random.randrange(45, 365))
    cooks = [
        (
            PaperKind.HEALTH_CERTIFICATE,
            names.name(random.choice(tuple(Sex)), random),
            f"示例健{code}{number:02}",
            today + timedelta(days=random.randrange(40, 365)),
        )
        for number in range(1, _COOKS + 1)
    ]
    return [
        (PaperKind.FOOD_LICENCE, "", f"示例食许{code}", licence),
        (PaperKind.LIABILITY_INSURANCE, "", f"示例保{code}", insured),
        *{cook[1]: cook for cook in cooks}.values(),
    ]


def _end_some(rows: list[dict[str, Any]], *, today: date) -> None:
    """Let a cook's certificate be over, and a licence and another certificate end soon."""
    certificates = [row for row in rows if row["kind"] == PaperKind.HEALTH_CERTIFICATE.value]
    licences = [row for row in rows if row["kind"] == PaperKind.FOOD_LICENCE.value]
    certificates[0]["valid_until"] = today + timedelta(days=_ENDED_DAYS)
    certificates[-1]["valid_until"] = licences[1]["valid_until"] = today + timedelta(days=_SOON_DAYS)
