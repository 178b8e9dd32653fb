"""The demo: a whole district in an empty database, the same again from the same seed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit import service as audit
from app.auth import service as auth
from app.canteens.rules import Sitting
from app.care.queries.lists import rows_of
from app.care.queries.missed import missed_between
from app.care.queries.visits import figures_by_area, span_of
from app.care.rules.lists import Match
from app.care.rules.visits import VisitFigures
from app.clock import today
from app.delivery.queries import confirmed_kitchens, kitchens_of_day, released_plans
from app.delivery.queries.cases import at_doors, ended_cases, open_cases
from app.delivery.queries.delays import delays_on
from app.demo import queries, service
from app.demo.rules.sign_ins import PASSWORD, SIGN_INS
from app.errors import Conflict
from app.extensions import db
from app.meals import service as meals
from app.meals.models import Decision, DecisionLayer, LedgerRecord
from app.month import Month, month_of
from app.residents.models import Resident, ResidentCard
from app.residents.rules.cards import EndReason, is_code
from app.roles import COMMAND, Role, Scope
from app.settlement.service import draft_statements, verify_month
from app.subsidy.rules import Reason
from app.text import Text
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.demo import NOW, SEED, small_demo

Rows = list[tuple[Any, ...]]


class Undone(Exception):
    """The demo was only made to be looked at."""


@contextmanager
def undone() -> Iterator[None]:
    """Make something and take it back."""
    with suppress(Undone), transaction():
        yield
        raise Undone


def decisions() -> Rows:
    rows = db.session.execute(select(Decision.__table__).order_by(Decision.meal_id)).all()
    layers = db.session.execute(
        select(DecisionLayer.__table__).order_by(DecisionLayer.meal_id, DecisionLayer.position)
    ).all()
    return [tuple(row) for row in (*rows, *layers)]


def people_and_meals() -> Rows:
    """Give what the seed decides: everybody by their number, everything in the ledger by its id."""
    people = db.session.execute(
        select(
            Resident.resident_no,
            Resident.name,
            Resident.identity_number,
            Resident.phone,
            Resident.address,
            Resident.latitude,
            Resident.registered_at,
        ).order_by(Resident.resident_no)
    ).all()
    # Residents are numbered by the database, which counts on after an act was undone.
    cards = db.session.execute(
        select(ResidentCard.code, Resident.resident_no, ResidentCard.issued_at, ResidentCard.ended_at)
        .join(Resident, Resident.id == ResidentCard.resident_id)
        .order_by(ResidentCard.code)
    ).all()
    ledger = db.session.execute(select(LedgerRecord.__table__).order_by(LedgerRecord.id)).all()
    return [tuple(row) for row in (*people, *cards, *ledger)]


def count(model: type) -> int:
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


@pytest.mark.usefixtures("app")
def test_the_same_seed_makes_the_same_district_and_another_makes_another() -> None:
    seen: list[Rows] = []
    for seed in (SEED, SEED, SEED + 1):
        with undone():
            small_demo(seed=seed)
            # Policies are numbered by the database, which counts on after an act was undone.
            seen.append(people_and_meals())
    assert len(seen[0]) > 400
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


@pytest.mark.usefixtures("app")
def test_its_decisions_are_those_that_the_facts_give() -> None:
    with transaction():
        small_demo(residents=150, months=2)
    before = decisions()
    reasons = set(db.session.execute(select(Decision.reason).distinct()).scalars())
    assert {Reason.OK, Reason.NOT_REGISTERED, Reason.REVERSED} <= reasons
    with transaction():
        eaters = db.session.execute(select(LedgerRecord.resident_no).distinct()).scalars()
        meals.decide_again(dict.fromkeys(eaters, ()))
    assert decisions() == before
    assert (
        count(Decision)
        == db.session.execute(select(func.count()).where(LedgerRecord.kind == "meal")).scalar_one()
    )


@pytest.mark.usefixtures("app")
def test_who_eats_holds_a_card_and_a_few_have_lost_one() -> None:
    with transaction():
        small_demo(residents=400)
    cards = db.session.execute(select(ResidentCard)).scalars().all()
    assert all(is_code(card.code) for card in cards)
    assert all(card.issued_at < card.ended_at <= NOW for card in cards if card.ended_at is not None)
    lost = {card.resident_id for card in cards if card.end_reason is EndReason.LOST}
    holders = {card.resident_id for card in cards if card.is_valid}
    assert lost
    assert lost < holders
    eaters = select(Resident.id).join(LedgerRecord, LedgerRecord.resident_no == Resident.resident_no)
    assert set(db.session.execute(eaters).scalars()) <= holders


@pytest.mark.usefixtures("app")
def test_last_month_can_be_settled_and_proves_itself() -> None:
    with transaction():
        small_demo(months=2)
    month = Month(2026, 10)
    with transaction():
        drafted = draft_statements(month, by=COMMAND, at=NOW)
    assert drafted
    assert verify_month(month).differences == ()


@pytest.mark.usefixtures("app")
def test_its_users_sign_in_and_its_trail_is_whole() -> None:
    with transaction():
        small_demo()
    with transaction():
        signed_in = [auth.sign_in(new.username, PASSWORD, at=NOW) for new in SIGN_INS]
    assert [each.user_no for each in signed_in] == [f"U-{number}" for number in range(1, len(SIGN_INS) + 1)]
    assert audit.verify()[1] is None
    assert queries.demo_is_made()


@pytest.mark.usefixtures("app")
def test_it_is_made_whole_or_not_at_all() -> None:
    def stumbles(sentence: Text) -> None:
        if "meals" in str(sentence):
            raise Undone

    size = service.DemoSize(residents=20, months=1, seed=SEED)
    with pytest.raises(Undone), transaction():
        service.make_demo(size, by=COMMAND, at=NOW, tell=stumbles)
    assert queries.is_empty()
    assert not queries.demo_is_made()


@pytest.mark.usefixtures("app")
def test_it_is_not_made_over_anybodys_data() -> None:
    user(Role.ADMINISTRATOR)
    with pytest.raises(Conflict, match="no demo"), transaction():
        small_demo()
    assert count(Resident) == 0


def test_the_command_makes_it_once_and_prints_who_signs_in(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    first = run(args=["demo", "--residents", "20", "--months", "1"])
    assert first.exit_code == 0, first.output
    assert PASSWORD in first.output
    assert all(new.username in first.output for new in SIGN_INS)
    held = people_and_meals()
    db.session.rollback()
    second = run(args=["demo", "--residents", "20", "--months", "1"])
    assert second.exit_code == 0, second.output
    assert "Nothing was changed" in second.output
    assert people_and_meals() == held


def test_its_lunches_ride_today_with_one_door_waiting_and_one_case_closed(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["demo", "--residents", "400", "--months", "1"])
    assert answer.exit_code == 0, answer.output
    kitchens = kitchens_of_day(today(), Sitting.LUNCH, Scope())
    released = released_plans(today(), Sitting.LUNCH, [site.site_code for site in kitchens])
    assert set(released) == {site.site_code for site in kitchens}
    (waiting,) = open_cases(Scope())
    (closed,) = db.session.execute(ended_cases(Scope())).scalars()
    assert waiting.case.steps
    assert closed.closing is not None
    codes = sorted(released)
    (late,) = delays_on(today(), Sitting.LUNCH, codes)
    assert confirmed_kitchens(today(), Sitting.LUNCH, codes) == len(codes) - 1
    assert late not in {each.plan.kitchen_code for each in (waiting, *at_doors([closed]))}


def test_its_regulars_are_missed_and_called_its_groups_visited_and_a_list_waits(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["demo", "--residents", "400", "--months", "2"])
    assert answer.exit_code == 0, answer.output
    yesterday = today() - timedelta(days=1)
    followed = missed_between(yesterday, yesterday, Scope())
    assert followed
    assert all(each.missed.closing is not None and each.missed.steps for each in followed)
    figures = sum(figures_by_area(span_of(month_of(today()), today()), Scope()).values(), VisitFigures())
    assert 0 < figures.visited < figures.due
    (row, other) = rows_of(1, Scope())
    assert (row.match, other.match) == (Match.SETS, Match.OTHER_NAME)


def test_asking_for_the_sign_ins_makes_nothing(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["demo", "--sign-ins"])
    assert answer.exit_code == 0
    assert PASSWORD in answer.output
    assert queries.is_empty()


def test_the_command_refuses_real_data_with_a_sentence(app: Flask) -> None:
    user(Role.ADMINISTRATOR)
    answer = app.test_cli_runner().invoke(args=["demo", "--residents", "20"])
    assert answer.exit_code == 1
    assert "no demo" in answer.output


def test_the_command_refuses_production_with_a_sentence(app: Flask) -> None:
    config = app.config["MEAL_CIRCLE"]
    app.config["MEAL_CIRCLE"] = config.model_copy(update={"mode": "production"})
    answer = app.test_cli_runner().invoke(args=["demo", "--residents", "20"])
    assert answer.exit_code == 1
    assert "production" in answer.output
    assert queries.is_empty()
