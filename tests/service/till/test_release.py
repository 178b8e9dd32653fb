"""What waited for somebody's registration goes into the ledger in the act that registers them."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.audit import service as audit
from app.errors import DomainError
from app.extensions import db
from app.meals.models import Meal
from app.residents import service as residents
from app.residents.forms.file import RESIDENTS_FILE
from app.residents.models import Resident
from app.residents.rules.identity import identity
from app.roles import COMMAND
from app.till import service
from app.till.rules.quarantine import Outcome
from app.till.service import Report
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import meal_caps, policy
from tests.factories.meals import NOON
from tests.factories.residents import COMMUNITY, csv_file, id_number, person, resident_cells
from tests.factories.till import record, uuid_of
from tests.factories.worklist import kept_apart, row, sent, tablet, the_tablet

UNKNOWN = id_number(8)
OTHER = id_number(9)


@pytest.fixture(autouse=True)
def _district(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01", COMMUNITY)
        policy_row(policy(caps=meal_caps(sitting=1)))


@pytest.fixture
def sender() -> int:
    return tablet("C01")


def registered(number: str = UNKNOWN) -> str:
    with transaction():
        return residents.register(identity(number), person(), by=COMMAND, at=NOON).resident_no


def meals() -> list[Meal]:
    db.session.rollback()
    return list(db.session.execute(select(Meal).order_by(Meal.served_at)).scalars())


def test_whoever_is_registered_gets_the_subsidy_for_the_meal_that_waited(sender: int) -> None:
    kept_id = kept_apart(sender, record(1, resident=UNKNOWN))
    resident_no = registered()
    (meal,) = meals()
    assert meal.decision is not None
    assert (meal.id, meal.resident_no, meal.tablet, meal.seq) == (uuid_of(1), resident_no, "T-1", 1)
    assert (meal.recorded_by, meal.decision.government_fen) == ("U-1", 300)
    settled = row(kept_id)
    assert (settled.outcome, settled.settled_by, settled.meal_id) == (Outcome.TAKEN, "system", meal.id)
    assert audit.verify()[1] is None


def test_the_tablet_is_told_what_it_became(sender: int) -> None:
    (receipt,) = sent(sender, record(1, resident=UNKNOWN), at=clock.now())
    assert (receipt.status.value, receipt.resident_fen) == ("quarantined", 15_00)
    registered()
    ((told, _),) = service.roster(the_tablet(sender), since="", at=clock.now()).corrections
    assert (told.id, told.status.value, told.resident_fen) == (str(uuid_of(1)), "accepted", 12_00)
    assert told.digest == receipt.digest


def test_all_that_waited_is_released_and_judged_in_the_order_served(sender: int) -> None:
    for number in (3, 1, 2):
        kept_apart(sender, record(number, resident=UNKNOWN))
    kept_apart(sender, record(4, resident=OTHER))
    registered()
    assert [meal.decision and meal.decision.government_fen for meal in meals()] == [300, 0, 0]


def test_a_registration_that_fails_releases_nothing(sender: int) -> None:
    kept_id = kept_apart(sender, record(1, resident=UNKNOWN))
    registered(OTHER)

    def register_both() -> None:
        for number in (UNKNOWN, OTHER):
            residents.register(identity(number), person(), by=COMMAND, at=NOON)

    with pytest.raises(DomainError), transaction():
        register_both()
    assert meals() == []
    assert row(kept_id).settled_at is None


def test_a_file_of_residents_releases_too(sender: int) -> None:
    kept_apart(sender, record(1, resident=UNKNOWN))
    cells = resident_cells(8, registered_area=COMMUNITY)
    with transaction():
        residents.import_residents(RESIDENTS_FILE.read(csv_file(cells)), by=COMMAND, at=NOON)
    assert [meal.resident_no for meal in meals()] == ["R-000008"]


def test_a_corrected_identity_number_releases_what_came_under_it(sender: int) -> None:
    kept_apart(sender, record(1, resident=UNKNOWN))
    resident_no = registered(OTHER)
    assert meals() == []
    with transaction():
        residents.edit(resident_no, person(), identity=identity(UNKNOWN), by=COMMAND, at=NOON)
    assert [meal.resident_no for meal in meals()] == [resident_no]


def test_a_file_that_brings_the_identity_number_of_somebody_known_releases(sender: int) -> None:
    kept_apart(sender, record(1, resident=UNKNOWN))
    with transaction():
        elder("R-000008")
    cells = resident_cells(8, registered_area=COMMUNITY)
    with transaction():
        residents.import_residents(RESIDENTS_FILE.read(csv_file(cells)), by=COMMAND, at=NOON)
    assert [meal.resident_no for meal in meals()] == ["R-000008"]


def test_what_a_person_set_aside_is_not_released(sender: int) -> None:
    kept_id = kept_apart(sender, record(1, resident=UNKNOWN))
    with transaction():
        service.set_aside(kept_id, "试机", by=COMMAND, at=NOON)
    registered()
    assert meals() == []


def test_what_stands_under_the_id_of_another_meal_is_left_to_a_person(sender: int) -> None:
    with transaction():
        elder("R-000001")
    sent(sender, record(1))
    kept_id = kept_apart(sender, record(1, resident=UNKNOWN))
    registered()
    assert len(meals()) == 1
    assert row(kept_id).settled_at is None


def test_who_was_registered_while_the_record_arrived_is_found_at_the_next_contact(sender: int) -> None:
    kept_id = kept_apart(sender, record(1, resident=UNKNOWN))
    index = row(kept_id).identity_index
    with transaction():
        elder("R-000001").identity_index = index
    assert row(kept_id).settled_at is None
    sent(sender, report=Report(unsent=0))
    assert row(kept_id).settled_by == "system"
    assert [meal.resident_no for meal in meals()] == ["R-000001"]


def test_a_card_that_is_issued_later_releases_nothing_by_itself(sender: int) -> None:
    kept_id = kept_apart(sender, record(1, resident="C4K7M29QXTB4"))
    registered()
    assert row(kept_id).settled_at is None
    assert db.session.execute(select(Resident.resident_no)).scalars().all() == ["R-000001"]
