"""Which decided meals count as subsidised: whoever pays a share of one but its operator and whoever eats."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select, update

from app.extensions import db
from app.meals.models import Decision
from app.meals.queries import is_subsidised
from app.transaction import transaction
from tests.factories.settlement import a_month


@pytest.mark.parametrize(
    ("government_fen", "charity_fen", "is_so"),
    [(0, 0, False), (1, 0, True), (0, 1, True), (50, 50, True), (3_00, 50, True)],
)
def test_a_fen_of_either_is_enough(app: Flask, government_fen: int, charity_fen: int, is_so: bool) -> None:  # noqa: FBT001 - a table's column
    assert app
    a_month()
    paid_fen = government_fen + charity_fen + 1_00
    parts = {"government_fen": government_fen, "charity_fen": charity_fen, "operator_fen": 1_00}
    with transaction() as session:
        session.execute(
            update(Decision)
            .where(Decision.meal_id == UUID(int=1))
            .values(**parts, resident_fen=Decision.price_fen - paid_fen)
        )
    found = select(is_subsidised()).where(Decision.meal_id == UUID(int=1))
    assert bool(db.session.execute(found).scalar_one()) is is_so
