"""Publishing policies, and finding them again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from app.audit import service as audit
from app.audit.models import AuditEntry
from app.errors import Conflict, NotAllowed
from app.extensions import db
from app.roles import COMMAND, Actor, Scope
from app.subsidy import queries, service
from app.subsidy.models import CalendarDay
from app.subsidy.rules import Caps, MealCaps, Policy, Rate
from app.transaction import transaction
from tests.factories import facts

pytestmark = pytest.mark.usefixtures("app")
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NEWER = facts.policy(
    facts.layer(Rate(percent=Decimal("12.5"), at_most_fen=400)),
    effective_from=date(2027, 1, 1),
    reference="示例〔2026〕2号",
    caps=Caps(MealCaps(sitting=1, week=5)),
)
OTHER_DISTRICT = facts.policy(district="430104")


def publish(policy: Policy, by: Actor = COMMAND) -> bool:
    with transaction():
        return service.publish(policy, by=by, at=AT)


def test_what_is_published_decides_from_its_first_day() -> None:
    assert publish(facts.policy())
    assert publish(NEWER)
    book = queries.policy_book()
    assert book.deciding("430103005001", date(2026, 12, 31)) == facts.policy()
    assert book.deciding("430103005001", date(2027, 1, 1)) == NEWER
    assert {policy.key for policy in queries.policies_by_id().values()} == {facts.policy().key, NEWER.key}


def test_publishing_the_same_policy_again_changes_nothing() -> None:
    assert publish(facts.policy())
    assert not publish(facts.policy())
    assert len(queries.published_policies(Scope())) == 1
    assert audit.verify() == (1, None)


def test_a_published_policy_cannot_be_changed() -> None:
    publish(facts.policy())
    with pytest.raises(Conflict, match="示例〔2026〕1号 is published for 430103 from 2026-01-01"):
        publish(facts.policy(charity_fen=1))
    assert queries.policy_book().deciding("430103005001", date(2026, 5, 1)) == facts.policy()


def test_another_district_may_begin_on_the_same_day() -> None:
    publish(facts.policy())
    assert publish(OTHER_DISTRICT)


def test_an_officer_publishes_for_their_own_area_only() -> None:
    officer = Actor("U-1", scope=Scope("430103"))
    assert publish(facts.policy(), by=officer)
    for beyond in ("430104", "4301"):
        with pytest.raises(NotAllowed, match=beyond):
            publish(replace(facts.policy(), district=beyond), by=officer)


def test_publishing_is_written_into_the_trail() -> None:
    publish(facts.policy())
    entry = db.session.query(AuditEntry).one()
    assert (entry.action, entry.subject) == ("policy.published", "policy:430103@2026-01-01")
    assert "示例〔2026〕1号" in entry.detail


def test_those_above_are_told_of_a_new_policy_and_not_of_a_repeated_one() -> None:
    told: list[tuple[str, date]] = []

    def hear(_sender: object, *, district: str, effective_from: date) -> None:
        told.append((district, effective_from))

    with service.policies_changed.connected_to(hear):
        publish(facts.policy())
        publish(facts.policy())
    assert told == [("430103", date(2026, 1, 1))]


def test_a_viewer_sees_the_policies_that_hold_somewhere_in_their_area() -> None:
    for policy in (facts.policy(), NEWER, OTHER_DISTRICT, facts.policy(district="4301")):
        publish(policy)

    def seen(area: str) -> list[tuple[str, date]]:
        return [published.policy.key for published in queries.published_policies(Scope(area))]

    everything = [
        ("4301", date(2026, 1, 1)),
        ("430103", date(2027, 1, 1)),
        ("430103", date(2026, 1, 1)),
        ("430104", date(2026, 1, 1)),
    ]
    assert seen("") == seen("4301") == everything
    assert seen("430103005") == everything[:3]
    assert seen("430104") == [everything[0], everything[3]]


def test_a_policy_out_of_sight_is_not_found() -> None:
    publish(facts.policy())
    (number,) = queries.policies_by_id()
    assert queries.published_policy(number, Scope("430104")) is None
    assert queries.published_policy(number + 1, Scope()) is None
    published = queries.published_policy(number, Scope("430103005"))
    assert published is not None
    assert (published.policy, published.published_at, published.published_by) == (
        facts.policy(),
        AT,
        "system",
    )


def test_the_calendar_is_the_table_of_exceptions() -> None:
    holiday = date(2026, 10, 1)
    with transaction():
        db.session.add(CalendarDay(on=holiday, is_workday=False, note="国庆节"))
    calendar = queries.work_calendar()
    assert not calendar.is_workday(holiday)
    assert calendar.is_workday(date(2026, 10, 8))
