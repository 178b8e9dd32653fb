"""Makers of background work for tests: a kind that only writes on the trail, and whoever asks for it."""

from __future__ import annotations

import time
from pathlib import Path

from app import clock
from app.audit import service as audit
from app.errors import Conflict
from app.jobs import service
from app.jobs.rules import Result
from app.jobs.service import Work, kind
from app.roles import COMMAND, Actor, Permission, Role
from app.text import text
from app.transaction import transaction
from tests.factories.auth import user

BEGUN, LET_GO = "begun", "let-go"
SUBJECT = text("Sites")


@kind("test.write", SUBJECT, permission=Permission.STATEMENTS_VIEW, about=lambda _: SUBJECT)
def write(work: Work, *, by: Actor, subject: str, folder: str = "", fails: str = "", mute: str = "") -> None:
    """Write an act on the trail as the job ends; before it wait in the folder, if any."""
    if folder and not (Path(folder) / BEGUN).exists():
        (Path(folder) / BEGUN).write_text(work.taker)
        while not (Path(folder) / LET_GO).exists():
            time.sleep(0.02)
            if not mute:
                work.progress(1, 2)
    with work.act() as act:
        audit.record("thing.done", subject, by=by, at=clock.now())
        if fails == "refused":
            raise Conflict(text("There is no site {code}.", code="张三"))
        if fails == "fault":
            raise ZeroDivisionError
        if fails != "silent":
            act.done(text("There is no site {code}.", code=subject), Result("made.txt", b"made"))


def asked(key: str = "1", *, by: Actor | None = None, **arguments: str) -> int:
    """Let an auditor ask for that work; give its number."""
    asker = by or user(Role.AUDITOR, username=f"asker-{key}").actor
    with transaction():
        given = {"subject": f"thing:{key}", **arguments}
        return service.ask("test.write", given, key=key, by=asker, at=clock.now()).id


__all__ = ["BEGUN", "COMMAND", "LET_GO", "asked"]
