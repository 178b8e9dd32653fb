"""A record that names its tablet by what no database stores is kept apart, and holds up no other."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.extensions import db
from app.meals.models import LedgerRecord
from app.transaction import transaction
from tests.factories.delivery import kitchen
from tests.factories.district import elder
from tests.factories.till import enrolled, record


@pytest.mark.parametrize("maker", ["\0", "T\0-1", "\ud800", "\x1f"])
def test_it_holds_up_no_other(app: Flask, maker: str) -> None:
    with transaction():
        kitchen()
        elder("R-000001")
    tablet = enrolled(app)
    answer = tablet.post("meals", {"records": [record(1, tablet=maker), record(2)], "unsent": 0})
    assert answer.status_code == 200
    assert answer.json is not None
    assert [each["status"] for each in answer.json["receipts"]] == ["quarantined", "accepted"]
    db.session.rollback()
    assert db.session.execute(select(func.count()).select_from(LedgerRecord)).scalar_one() == 1
