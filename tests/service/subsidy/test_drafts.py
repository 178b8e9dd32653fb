"""Policies on their way: drafted by one person, approved by another, and nothing past them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.audit.models import AuditEntry
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.roles import COMMAND, Actor, Scope
from app.subsidy import queries, service
from app.subsidy.models import PolicyDraft
from app.subsidy.rules.drafts import DraftState
from app.transaction import transaction
from tests.factories import facts

pytestmark = pytest.mark.usefixtures("app")
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
WRITER, SECOND, THIRD = (Actor(number, scope=Scope("430103")) for number in ("U-1", "U-2", "U-3"))
NEW = facts.policy(effective_from=date(2027, 1, 1), reference="示例〔2026〕2号")


def begun(by: Actor = WRITER) -> int:
    with transaction():
        return service.begin_draft(NEW, by=by, at=AT).id


def submitted(by: Actor = WRITER) -> int:
    draft_id = begun()
    with transaction():
        service.submit(draft_id, version=1, by=by, at=AT)
    return draft_id


def row(draft_id: int) -> PolicyDraft:
    db.session.rollback()
    found = db.session.get(PolicyDraft, draft_id)
    assert found is not None
    return found


def approve(draft_id: int, *, by: Actor = SECOND, version: int = 2) -> None:
    with transaction():
        service.approve_and_publish(draft_id, version=version, by=by, at=AT)


def test_a_draft_decides_nothing() -> None:
    submitted()
    assert list(queries.policy_book()) == []


def test_what_a_second_person_approves_is_published() -> None:
    draft_id = submitted()
    approve(draft_id)
    (policy_id,) = queries.policies_by_id()
    assert queries.policies_by_id()[policy_id] == NEW
    draft = row(draft_id)
    assert (draft.state, draft.policy_id, draft.decided_by) == (DraftState.PUBLISHED, policy_id, "U-2")
    assert queries.draft_behind(policy_id) == draft


def test_those_above_are_told_when_it_is_published() -> None:
    told: list[date] = []

    def hear(_sender: object, *, district: str, effective_from: date) -> None:
        assert district == "430103"
        told.append(effective_from)

    draft_id = submitted()
    with service.policies_changed.connected_to(hear):
        approve(draft_id)
    assert told == [NEW.effective_from]


def test_nobody_approves_what_they_made() -> None:
    draft_id = submitted(by=SECOND)
    with pytest.raises(NotAllowed, match="second person"):
        approve(draft_id, by=WRITER)


def test_nobody_approves_what_they_submitted() -> None:
    draft_id = submitted(by=SECOND)
    with pytest.raises(NotAllowed, match="second person"):
        approve(draft_id, by=SECOND)


def test_nobody_approves_what_they_last_changed() -> None:
    draft_id = begun()
    with transaction():
        service.change_draft(draft_id, NEW, version=1, by=SECOND, at=AT)
    with transaction():
        service.submit(draft_id, version=2, by=WRITER, at=AT)
    with pytest.raises(NotAllowed, match="second person"):
        approve(draft_id, by=SECOND, version=3)
    approve(draft_id, by=THIRD, version=3)


def test_the_database_itself_asks_for_four_eyes() -> None:
    draft_id = submitted()
    with transaction():
        service.publish(facts.policy(), by=COMMAND, at=AT)
    (policy_id,) = queries.policies_by_id()
    alone = {"state": DraftState.PUBLISHED, "decided_by": "U-1", "policy_id": policy_id}
    with pytest.raises(DomainError, match="second person"), transaction():
        db.session.execute(update(PolicyDraft).where(PolicyDraft.id == draft_id).values(**alone))


def test_the_database_itself_asks_for_the_policy_of_what_is_published() -> None:
    draft_id = submitted()
    without = {"state": DraftState.PUBLISHED, "decided_by": "U-2"}
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(update(PolicyDraft).where(PolicyDraft.id == draft_id).values(**without))


def test_a_draft_must_be_submitted_before_it_is_published() -> None:
    draft_id = begun()
    with pytest.raises(Conflict, match="Submit it first"):
        approve(draft_id, version=1)


def test_a_returned_draft_is_changed_and_goes_the_way_again() -> None:
    draft_id = submitted()
    with transaction():
        service.return_draft(draft_id, "金额有误", version=2, by=SECOND, at=AT)
    assert (row(draft_id).state, row(draft_id).reason) == (DraftState.DRAFT, "金额有误")
    better = replace(NEW, charity_fen=50)
    with transaction():
        service.change_draft(draft_id, better, version=3, by=WRITER, at=AT)
    with transaction():
        service.submit(draft_id, version=4, by=WRITER, at=AT)
    assert row(draft_id).reason == ""
    approve(draft_id, version=5)
    assert list(queries.policy_book()) == [better]


def test_what_is_published_cannot_be_changed_returned_or_discarded() -> None:
    draft_id = submitted()
    approve(draft_id)
    acts: list[Callable[[], object]] = [
        lambda: service.change_draft(draft_id, NEW, version=3, by=WRITER, at=AT),
        lambda: service.submit(draft_id, version=3, by=WRITER, at=AT),
        lambda: service.return_draft(draft_id, "x", version=3, by=SECOND, at=AT),
        lambda: service.discard(draft_id, version=3, by=WRITER, at=AT),
        lambda: service.approve_and_publish(draft_id, version=3, by=THIRD, at=AT),
    ]
    for act in acts:
        with pytest.raises(Conflict), transaction():
            act()
    assert len(queries.policies_by_id()) == 1


def test_a_discarded_draft_stays_to_be_read() -> None:
    draft_id = submitted()
    with transaction():
        service.discard(draft_id, version=2, by=SECOND, at=AT)
    assert row(draft_id).state is DraftState.DISCARDED
    assert queries.drafts(Scope("430103"), open_only=True) == []
    assert [draft.row.id for draft in queries.drafts(Scope("430103"))] == [draft_id]


def test_nobody_acts_on_what_they_have_not_seen() -> None:
    draft_id = begun()
    with transaction():
        service.change_draft(draft_id, replace(NEW, charity_fen=50), version=1, by=SECOND, at=AT)
    with pytest.raises(Conflict, match="Somebody else"), transaction():
        service.change_draft(draft_id, NEW, version=1, by=WRITER, at=AT)
    with transaction():
        service.submit(draft_id, version=2, by=WRITER, at=AT)
    with pytest.raises(Conflict, match="Somebody else"):
        approve(draft_id, by=THIRD, version=2)
    assert row(draft_id).version == 3


def test_a_day_that_is_taken_is_refused_at_every_step() -> None:
    draft_id = begun()
    with transaction():
        service.publish(replace(NEW, reference="示例〔2026〕8号"), by=COMMAND, at=AT)
    for act in (
        lambda: service.begin_draft(NEW, by=WRITER, at=AT),
        lambda: service.change_draft(draft_id, NEW, version=1, by=WRITER, at=AT),
        lambda: service.submit(draft_id, version=1, by=WRITER, at=AT),
    ):
        with (
            pytest.raises(Conflict, match="示例〔2026〕8号 is published for 430103") as refused,
            transaction(),
        ):
            act()
        assert refused.value.field == "effective_from"


def test_a_day_that_is_taken_while_the_draft_waits_is_refused_too() -> None:
    draft_id = submitted()
    with transaction():
        service.publish(replace(NEW, reference="示例〔2026〕8号"), by=COMMAND, at=AT)
    with pytest.raises(Conflict, match="示例〔2026〕8号"):
        approve(draft_id)


def test_a_draft_is_for_an_area_of_ones_own() -> None:
    with pytest.raises(NotAllowed, match="not of 430104"), transaction():
        service.begin_draft(replace(NEW, district="430104"), by=WRITER, at=AT)
    draft_id = submitted()
    with pytest.raises(NotAllowed, match="within 430103005"):
        approve(draft_id, by=Actor("U-4", scope=Scope("430103005")))
    with pytest.raises(NotFound):
        approve(draft_id, by=Actor("U-4", scope=Scope("430104")))


def test_every_act_is_in_the_trail() -> None:
    draft_id = submitted()
    with transaction():
        service.return_draft(draft_id, "金额有误", version=2, by=SECOND, at=AT)
    with transaction():
        service.change_draft(draft_id, NEW, version=3, by=WRITER, at=AT)
    with transaction():
        service.submit(draft_id, version=4, by=WRITER, at=AT)
    approve(draft_id, version=5)
    entries = db.session.query(AuditEntry).order_by(AuditEntry.seq).all()
    assert [(entry.action, entry.actor) for entry in entries] == [
        ("policy.drafted", "U-1"),
        ("policy.submitted", "U-1"),
        ("policy.returned", "U-2"),
        ("policy.draft_changed", "U-1"),
        ("policy.submitted", "U-1"),
        ("policy.published", "U-2"),
        ("policy.approved", "U-2"),
    ]
    assert "金额有误" in entries[2].detail
    assert {entry.subject for entry in entries if entry.action != "policy.published"} == {
        f"policy_draft:{draft_id}"
    }
    assert audit.verify() == (7, None)


def at_once(app: Flask, draft_ids: list[int]) -> list[str]:
    """Let as many people as there are drafts approve one each in the same moment; tell how each fared."""
    start = Barrier(len(draft_ids))

    def click(number: int) -> str:
        start.wait()
        try:
            with app.app_context(), transaction():
                person = Actor(f"U-{10 + number}", scope=Scope("430103"))
                service.approve_and_publish(draft_ids[number], version=2, by=person, at=AT)
        except Conflict:
            return "refused"
        return "published"

    with ThreadPoolExecutor(len(draft_ids)) as hands:
        return sorted(hands.map(click, range(len(draft_ids))))


def test_of_many_who_approve_at_once_one_publishes(app: Flask) -> None:
    draft_id = submitted()
    assert at_once(app, [draft_id] * 6) == ["published", *["refused"] * 5]
    assert list(queries.policies_by_id().values()) == [NEW]
    assert row(draft_id).version == 3
    assert audit.verify() == (4, None)


def test_of_two_drafts_for_one_day_one_is_published(app: Flask) -> None:
    first, second = submitted(), submitted()
    assert at_once(app, [first, second]) == ["published", "refused"]
    assert len(queries.policies_by_id()) == 1
    assert sorted(row(each).state for each in (first, second)) == ["published", "submitted"]
    assert audit.verify() == (6, None)
