"""What screens call places: by their list, by the city's districts, and by code where nothing is known."""

from __future__ import annotations

from app.areas.queries import labels
from app.areas.rules import AreaRecord, Level
from app.areas.service import take_areas
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories.care import LOOKED_AT


def test_who_lives_in_another_district_lives_in_a_named_one(app: object) -> None:
    assert app
    here = [
        AreaRecord("430103005", "裕南街街道", Level.STREET, "430103"),
        AreaRecord("430103005001", "长坡社区居委会", Level.COMMUNITY, "430103005"),
    ]
    with transaction():
        take_areas(here, by=COMMAND, at=LOOKED_AT)
    assert labels(["430103005001", "430102", "430105009001", "330106"]) == {
        "430103005001": "裕南街街道 长坡社区",
        "430102": "芙蓉区",
        "430105009001": "开福区",
        "330106": "330106",
    }
