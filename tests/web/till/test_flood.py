"""Sixty-six tablets come back at the same moment: a server of its own takes every record, each once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.request import Request, urlopen

from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.extensions import db
from app.meals.models import Decision, LedgerRecord
from app.roles import COMMAND
from app.till import service
from app.till.models import Tablet
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import meal_caps, policy
from tests.factories.till import record
from tests.support.served import Served

TABLETS, EACH, BATCH = 66, 200, 50


def test_66_tablets_flush_200_records_each_at_once_and_none_is_lost_or_doubled(
    app: Flask, database: str, tmp_path: Path
) -> None:
    assert app
    tokens = district()
    db.session.rollback()
    with Served(tmp_path, database) as server, ThreadPoolExecutor(TABLETS) as together:
        flushes = [
            together.submit(flush, f"{server.address}/api/v1/tablets/meals", number, token)
            for number, token in enumerate(tokens)
        ]
        statuses = [status for flushed in flushes for status in flushed.result()]
        # One of them was not sure of its answers, and sends everything again.
        statuses += flush(f"{server.address}/api/v1/tablets/meals", 0, tokens[0])
    assert statuses == ["accepted"] * (TABLETS + 1) * EACH
    counted = select(func.count(), func.count(LedgerRecord.id.distinct())).select_from(LedgerRecord)
    assert tuple(db.session.execute(counted).one()) == (TABLETS * EACH, TABLETS * EACH)
    assert db.session.execute(select(func.count()).select_from(Decision)).scalar_one() == TABLETS * EACH
    heard = db.session.execute(select(Tablet.received, Tablet.last_seq))
    assert {tuple(row) for row in heard} == {(EACH, EACH)}
    # Two tablets share each resident: of their 200 lunches of one day one is subsidised.
    subsidised = select(func.count()).select_from(Decision).where(Decision.government_fen > 0)
    assert db.session.execute(subsidised).scalar_one() == TABLETS // 2


def district() -> list[str]:
    """Make 66 sites with a tablet each, and a resident for every two of them; give the tokens."""
    tokens = []
    with transaction():
        policy_row(policy(caps=meal_caps(sitting=1)))
        for number in range(TABLETS):
            site_code = f"C{number:02}"
            canteen(site_code)
            _, code = service.prepare(site_code, "前台", by=COMMAND, at=clock.now())
            tokens.append(service.enrol(code, at=clock.now())[1])
        for number in range(TABLETS // 2):
            elder(f"R-{number:06}")
    return tokens


def flush(address: str, number: int, token: str) -> list[str]:
    """Send a tablet's records in batches, as it would; give what became of each."""
    records = [
        record(seq, resident=f"R-{number // 2:06}", id=f"01a2067f-{number:04x}-7000-8000-{seq:012x}")
        for seq in range(1, EACH + 1)
    ]
    statuses = []
    for start in range(0, EACH, BATCH):
        body = json.dumps({"records": records[start : start + BATCH], "unsent": 0}).encode()
        headers = {"Authorization": f"Bearer {token}"}
        request = Request(address, data=body, headers=headers)  # noqa: S310 - our own address
        with urlopen(request, timeout=120) as answer:  # noqa: S310 - our own address
            statuses += [receipt["status"] for receipt in json.load(answer)["receipts"]]
    return statuses
