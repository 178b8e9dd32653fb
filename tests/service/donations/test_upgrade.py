"""An installation that gave from charity before there was a ledger: what it decided stays."""

from __future__ import annotations

import pytest
from alembic import command
from flask import Flask
from sqlalchemy import select

from app.cli.migrations import alembic_settings
from app.donations import queries
from app.donations.models import Donation
from app.extensions import db
from app.roles import Scope
from app.settlement import service as settlement
from tests.factories.settlement import OCTOBER, a_meal, a_month, draft_october, take


@pytest.mark.as_owner
def test_decisions_made_before_the_ledger_are_entered_as_an_opening_donation(app: Flask) -> None:  # noqa: ARG001 - its context
    a_month()
    draft_october()
    db.session.rollback()
    command.downgrade(alembic_settings(), "0009")
    command.upgrade(alembic_settings(), "head")
    [fund] = queries.funds(Scope())
    [donation] = db.session.execute(select(Donation)).scalars()
    # Seven of the eleven meals are subsidised, each with half a yuan from charity.
    assert (fund.name, fund.area, fund.balance_fen) == ("建账前慈善资助", "", 0)
    assert (donation.receipt_no, donation.amount_fen) == ("期初", sum(_spent()))
    assert donation.verdict is not None
    assert donation.verdict.given_by == "upgrade"
    assert settlement.charity_differences() == []
    assert settlement.verify_month(OCTOBER).differences == ()
    db.session.rollback()
    # From now on charity gives what came in, and that is nothing yet.
    take(a_meal(70, resident_no="R-000003"))
    assert sum(_spent()) == donation.amount_fen


def _spent() -> list[int]:
    return [each.fen for each in queries.spent_by_month([1])]
