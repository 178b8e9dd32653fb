"""One bad record never blocks the others, and is never dropped either."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Route
from sqlalchemy import select

from app.extensions import db
from app.till.models import QuarantinedRecord
from tests.support.engine import Engine
from tests.support.network import Network
from tests.support.till_queue import (
    RESIDENTS,
    ids,
    ledger,
    says,
    sent_in,
    the_tablet,
)


def refusing(
    is_bad: Callable[[list[dict[str, Any]]], bool], status: int, body: str
) -> Callable[[Route], None]:
    """Give a server that refuses every batch that is bad, and works otherwise."""
    return lambda route: (
        route.fulfill(status=status, body=body, content_type="application/json")
        if is_bad(sent_in(route))
        else route.continue_()
    )


def poisoned(records: list[dict[str, Any]]) -> bool:
    return any(record["price_fen"] == 666 for record in records)


WORD = json.dumps({"error": "form", "message": "这条记录不是这个格式。"})


def test_a_batch_that_is_too_large_is_halved_until_it_fits(engine: Engine, network: Network) -> None:
    network.answer = refusing(lambda records: len(records) > 3, 413, '{"error": "too_many", "message": ""}')
    saved = ids(engine.save(count=RESIDENTS))
    engine.start()
    engine.until_all_sent()
    assert ledger() == saved
    assert engine.counts()["attention"] == 0


def test_a_poisoned_record_is_set_aside_with_the_servers_word_and_the_others_go_on(
    engine: Engine, network: Network
) -> None:
    network.answer = refusing(poisoned, 400, WORD)
    before, bad, after = engine.save(1, 4), engine.save(5, price_fen=666)[0], engine.save(6, 4)
    engine.start()
    engine.until("(await kept.counts()).saved === 0")
    assert ledger() == ids(before) + ids(after)
    counts = engine.counts()
    assert (counts["sent"], counts["attention"], counts["refused"], counts["unsent"]) == (8, 1, 1, 1)
    aside = engine.page.evaluate("() => kept.attention()")[0]
    assert (aside["id"], aside["refusal"]["status"]) == (bad["id"], 400)
    assert aside["refusal"]["message"] == "这条记录不是这个格式。"
    # It is not forgotten: the district hears of it, and once somebody has mended the server it is sent.
    engine.now()
    engine.until_phase("idle")
    assert the_tablet().unsent == 1
    network.heal()
    engine.page.evaluate("(id) => kept.requeue([id])", bad["id"])
    engine.until_all_sent()
    assert len(ledger()) == 9


def test_a_record_over_which_the_server_breaks_is_found_and_set_aside(
    engine: Engine, network: Network
) -> None:
    network.answer = refusing(poisoned, 500, "{}")
    saved = engine.save(1, 3), engine.save(4, price_fen=666), engine.save(5, 3)
    engine.start()
    engine.until("(carrier.state().phase === 'waiting' && carrier.now(), (await kept.counts()).saved === 0)")
    assert ledger() == ids(saved[0]) + ids(saved[2])
    assert ids(engine.page.evaluate("() => kept.attention()")) == ids(saved[1])


def test_what_the_real_server_cannot_take_waits_in_quarantine_and_says_why(engine: Engine) -> None:
    good, bad, late = engine.save(1), engine.save(2, price_fen=-5), engine.save(3)
    engine.start()
    engine.until_all_sent()
    assert ledger() == ids(good) + ids(late)
    entry = engine.page.evaluate("() => kept.attention()")[0]
    assert (entry["id"], entry["receipt"]["status"]) == (bad[0]["id"], "quarantined")
    assert entry["receipt"]["message"]
    db.session.rollback()
    assert db.session.scalars(select(QuarantinedRecord.record_id)).all() == ids(bad)


@pytest.mark.parametrize("status", [400, 413])
def test_who_refuses_everything_is_no_judge_of_one_record(
    status: int, engine: Engine, network: Network
) -> None:
    network.answer = says(status, "<html>no</html>", kind="text/html")
    engine.save(count=2)
    engine.start()
    engine.until_phase("waiting")
    counts = engine.counts()
    assert (counts["saved"], counts["attention"]) == (2, 0)
