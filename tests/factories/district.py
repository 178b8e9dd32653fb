"""Makers of a small district's rows: areas, sites, residents and policies, good as they stand."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.canteens.models import Area, Operator, Site, SitePrice
from app.canteens.rules import SiteFacts, SiteKind, Sitting
from app.extensions import db
from app.residents.models import Resident, ResidentCategory, ResidentStatus
from app.residents.rules.facts import ResidentFacts
from app.subsidy.models import PolicyVersion
from app.subsidy.rules import Policy
from app.subsidy.rules.document import policy_to_yaml

LONG_AGO = date(2010, 1, 1)
REGISTERED_AT = datetime(2026, 1, 1, tzinfo=UTC)
_LEVELS = {6: "district", 9: "street", 12: "community"}


def area(code: str) -> Area:
    """Make an area and those around it, unless they are there."""
    for length, level in _LEVELS.items():
        if len(code) >= length and db.session.get(Area, code[:length]) is None:
            parent = code[: length - 3] if length > min(_LEVELS) else code[:4]
            db.session.add(
                Area(code=code[:length], name=f"地区{code[:length]}", level=level, parent_code=parent)
            )
            db.session.flush()
    found = db.session.get(Area, code)
    assert found is not None
    return found


def site_row(
    facts: SiteFacts, *, name: str = "", price_fen: int = 15_00, kitchen_code: str | None = None
) -> Site:
    """Make a site's row with its area, operator and prices."""
    area(facts.area_code)
    made = Site(
        site_code=facts.site_code,
        name=name or f"{facts.site_code}老年食堂",
        kind=facts.kind,
        area_code=facts.area_code,
        latitude=28.15,
        longitude=112.98,
        opened_on=facts.opened_on,
        closed_on=facts.closed_on,
        seats=60,
        kitchen_code=kitchen_code,
        operator=Operator(name=f"{facts.site_code}运营公司", uscc=None),
    )
    db.session.add(made)
    db.session.flush()
    for sitting in Sitting:
        db.session.add(
            SitePrice(site_code=made.site_code, sitting=sitting, from_on=LONG_AGO, price_fen=price_fen)
        )
    db.session.flush()
    return made


def canteen(code: str = "C01", area_code: str = "430103005001", *, closed_on: date | None = None) -> Site:
    """Make a canteen that opened long ago."""
    return site_row(SiteFacts(code, SiteKind.CANTEEN, area_code, LONG_AGO, closed_on))


def resident_row(facts: ResidentFacts, *, name: str = "王秀英", name_key: str = "wang xiu ying") -> Resident:
    """Make a resident's row from what adjudication knows of them."""
    made = Resident(
        resident_no=facts.resident_no,
        name=name,
        name_key=name_key,
        search_keys=" wxy wangxiuying ",
        birth_on=facts.birth_on,
        registered_area=facts.registered_area,
        residence_area=facts.residence_area,
        address="幸福路1号",
        registered_at=REGISTERED_AT,
        statuses=[ResidentStatus(status=each.status, from_on=each.from_on) for each in facts.statuses],
        categories=[
            ResidentCategory(
                category=each.category, grade=each.grade, from_on=each.from_on, until_on=each.until_on
            )
            for each in facts.categories
        ],
    )
    db.session.add(made)
    db.session.flush()
    return made


def elder(
    resident_no: str = "R-000001", *, birth_on: date = date(1950, 5, 1), name: str = "王秀英"
) -> Resident:
    """Make a resident of the district who may be subsidised."""
    return resident_row(
        ResidentFacts(resident_no, birth_on, "430103005001", "430103005001"),
        name=name,
    )


def policy_row(policy: Policy) -> PolicyVersion:
    """Make a published policy's row."""
    made = PolicyVersion(
        district=policy.district,
        effective_from=policy.effective_from,
        reference=policy.reference,
        document=policy_to_yaml(policy),
        digest=f"{policy.district}{policy.effective_from}{policy.reference}"[:64],
        published_at=REGISTERED_AT,
        published_by="U-1",
    )
    db.session.add(made)
    db.session.flush()
    return made
