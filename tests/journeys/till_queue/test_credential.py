"""The tablet and its credential: revoked, unknown, never enrolled."""

from __future__ import annotations

from playwright.sync_api import BrowserContext
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.meals.models import LedgerRecord
from app.roles import COMMAND
from app.till import service
from app.transaction import transaction
from tests.support.engine import Engine
from tests.support.till_queue import (
    RESIDENTS,
    ids,
    ledger,
    the_tablet,
)


def test_a_revoked_tablet_wipes_what_it_knows_of_people_and_keeps_what_it_has_not_sent(
    engine: Engine, context: BrowserContext
) -> None:
    engine.start()
    engine.save(1)
    engine.until_all_sent()
    engine.until("(await kept.residents()).length > 0")
    context.set_offline(True)
    unsent = engine.save(2, 3)
    with transaction():
        service.revoke("T-1", by=COMMAND, at=clock.now())
    context.set_offline(False)
    engine.until_phase("revoked")
    engine.until("!(await kept.get('token'))")
    assert the_tablet().wiped_at is not None
    assert engine.page.evaluate(
        "async () => [(await kept.residents()).length, await kept.get('ground')]"
    ) == [0, None]
    entries = engine.entries()
    assert ids(entries) == ids(unsent)[::-1]
    assert {entry["name"] for entry in entries} == {""}
    assert "王秀英" not in engine.page.evaluate("async () => (await file.exportQueue(kept)).text()")
    # What is recorded now stays too, and the next load still knows.
    engine.save(5)
    engine.load()
    engine.start()
    engine.until_phase("revoked")
    assert engine.counts()["saved"] == 4
    # Another code makes it a tablet again, and what it recorded as the first goes out under that number.
    with transaction():
        code = service.prepare("C01", "后厨", by=COMMAND, at=clock.now())[1]
    assert engine.enrol(code)["tablet"]["no"] == "T-2"
    engine.until_all_sent()
    db.session.rollback()
    written = db.session.scalars(select(LedgerRecord.tablet).order_by(LedgerRecord.seq)).all()
    assert list(written) == ["T-1"] * 5


def test_a_tablet_that_is_not_known_keeps_everything_and_goes_on_recording(engine: Engine) -> None:
    engine.start()
    engine.until("(await kept.residents()).length > 0")
    token = engine.page.evaluate("() => kept.get('token')")
    engine.page.evaluate("() => kept.set('token', 'nobody')")
    engine.save(1, 2)
    engine.until_phase("unenrolled")
    assert engine.counts()["saved"] == 2
    assert len(engine.page.evaluate("() => kept.residents()")) == RESIDENTS
    engine.page.evaluate("(token) => kept.set('token', token)", token)
    engine.until_all_sent()
    assert len(ledger()) == 2


def test_a_code_that_is_not_good_enrols_nobody_and_says_why(context: BrowserContext) -> None:
    engine = Engine(context.new_page())
    answer = engine.enrol("AAAA-AAAA")
    assert (answer["ok"], answer["error"]) == (False, "code")
    assert "30 分钟" in answer["message"]
    context.set_offline(True)
    assert engine.enrol("AAAA-AAAA")["error"] == "offline"
    engine.start()
    engine.save()
    engine.until_phase("unenrolled")
    assert engine.counts()["saved"] == 1
