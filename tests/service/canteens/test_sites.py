"""Sites on a real database: registered once, cooked for by a kitchen that is there, taken in from files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from app.areas import queries as areas
from app.canteens import queries, service
from app.canteens.forms.file import SITES_FILE
from app.canteens.rules import SiteKind, SiteRecord, Sitting
from app.errors import BadFile, Conflict, DomainError, NotFound
from app.extensions import db
from app.roles import COMMAND, Actor, Role, Scope
from app.sheet.cells import Unreadable
from app.sheet.report import ImportReport
from app.transaction import transaction
from tests.factories.residents import COMMUNITY, csv_file, site_cells

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
OFFICER = Actor("U-3", Role.DISTRICT_OFFICER.permissions, Scope("430103"))


@pytest.fixture(autouse=True)
def told(app: object) -> Iterator[list[frozenset[str]]]:  # noqa: ARG001 - asked for its context
    heard: list[frozenset[str]] = []

    def hear(_sender: object, site_codes: frozenset[str]) -> None:
        heard.append(site_codes)

    with transaction():
        service.seed_areas(by=COMMAND, at=NOW)
    with service.facts_changed.connected_to(hear):
        yield heard


def record(code: str = "C01", **changes: object) -> SiteRecord:
    given: dict[str, object] = {
        "name": "裕南街老年食堂",
        "kind": SiteKind.CANTEEN,
        "area_code": COMMUNITY,
        "place": None,
        "opened_on": date(2024, 1, 1),
        **changes,
    }
    return SiteRecord(site_code=code, **given)  # type: ignore[arg-type]  # any field of it


def registered(code: str = "C01", by: Actor = OFFICER, **changes: object) -> None:
    with transaction():
        service.register_site(record(code, **changes), by=by, at=NOW)


def taken(*rows: dict[str, str], skip_bad_rows: bool = False, by: Actor = OFFICER) -> ImportReport:
    with transaction():
        return service.import_sites(
            SITES_FILE.read(csv_file(*rows)), skip_bad_rows=skip_bad_rows, by=by, at=NOW
        )


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.created, report.updated, report.unchanged, len(report.bad)


def faults(*rows: dict[str, str], by: Actor = OFFICER) -> list[tuple[int, str]]:
    with pytest.raises(BadFile) as caught:
        taken(*rows, by=by)
    return [(fault.line, fault.column) for fault in caught.value.rows]


def listed(scope: Scope = Scope(), **narrowed: object) -> list[str]:  # noqa: B008 - it is frozen
    found = queries.sites(scope, **narrowed)  # type: ignore[arg-type]  # any of its filters
    return [site.site_code for site in db.session.execute(found).scalars()]


def test_the_shipped_district_has_its_streets_and_communities() -> None:
    levels = [area.level for area in areas.areas_under("430103")]
    assert (levels.count("street"), levels.count("community")) == (14, 99)
    with transaction():
        assert service.seed_areas(by=COMMAND, at=NOW) == 0
    assert areas.labels([COMMUNITY, "430103", "99"]) == {
        COMMUNITY: "裕南街街道 " + areas.areas_under(COMMUNITY)[0].short_name,
        "430103": "天心区",
        "99": "99",
    }


def test_a_site_is_registered_once(told: list[frozenset[str]]) -> None:
    registered()
    assert told == [frozenset({"C01"})]
    with pytest.raises(Conflict, match="C01"):
        registered()


def test_a_site_needs_a_place_of_the_list_within_the_scope() -> None:
    with pytest.raises(Unreadable, match="430103005999"):
        registered(area_code="430103005999")
    stranger = Actor("U-4", OFFICER.permissions, Scope("430103006"))
    with pytest.raises(Unreadable, match="outside your area"):
        registered(by=stranger)
    registered()
    with pytest.raises(NotFound), transaction():
        service.edit_site(record(), by=stranger, at=NOW)


def test_a_kitchen_cooks_itself_and_stays_one_while_others_need_it() -> None:
    registered()
    registered("P01", kind=SiteKind.SERVICE_POINT, kitchen_code="C01")
    with pytest.raises(Unreadable, match="P01 is no site that cooks itself"):
        registered("P02", kitchen_code="P01")
    registered("C02")
    with pytest.raises(Unreadable, match="cooks for other sites"), transaction():
        service.edit_site(record("C01", kitchen_code="C02"), by=OFFICER, at=NOW)


def test_only_what_decisions_rest_on_is_told(told: list[frozenset[str]]) -> None:
    registered()
    told.clear()
    with transaction():
        service.edit_site(record(name="新名字", seats=80), by=OFFICER, at=NOW)
    assert told == []
    with transaction():
        service.edit_site(record(closed_on=date(2026, 12, 1)), by=OFFICER, at=NOW)
    assert told == [frozenset({"C01"})]


def test_prices_hold_from_their_day_on() -> None:
    registered()
    for from_on, price_fen in ((date(2024, 1, 1), 1200), (date(2026, 1, 1), 1500), (date(2026, 1, 1), 1400)):
        with transaction():
            service.set_price("C01", Sitting.LUNCH, from_on=from_on, price_fen=price_fen, by=OFFICER, at=NOW)
    assert [row.price_fen for row in queries.prices_of("C01")] == [1400, 1200]
    with pytest.raises(DomainError, match="between"), transaction():
        service.set_price("C01", Sitting.LUNCH, from_on=date(2026, 1, 1), price_fen=-1, by=OFFICER, at=NOW)


def test_a_file_is_taken_in_any_order_and_twice_without_effect(told: list[frozenset[str]]) -> None:
    rows = [
        site_cells("P01", kind="service_point", kitchen_code="C01", seats=""),
        site_cells("C01", datum="gcj02"),
        site_cells("C02", operator="", uscc=""),
    ]
    assert counts(taken(*rows)) == (3, 0, 0, 0)
    assert told == [frozenset({"P01", "C01", "C02"})]
    told.clear()
    assert counts(taken(*rows)) == (0, 0, 3, 0)
    assert told == []
    assert counts(taken(site_cells("C02", name="新名字", operator="", uscc=""))) == (0, 1, 0, 0)


def test_one_bad_row_and_nothing_is_written() -> None:
    found = faults(
        site_cells("C01"),
        site_cells("C02", area_code="430103005999"),
        site_cells("P01", kitchen_code="C09"),
        site_cells("P02", kitchen_code="C02"),
        site_cells("C03", lat="112.9701", lon="28.1735"),
    )
    assert found == [(3, "area_code"), (4, "kitchen_code"), (5, "kitchen_code"), (6, "lat")]
    assert listed() == []


def test_a_site_whose_kitchen_is_left_out_is_left_out_too() -> None:
    report = taken(
        site_cells("C01"),
        site_cells("C02", area_code="430103005999"),
        site_cells("P02", kitchen_code="C02"),
        skip_bad_rows=True,
    )
    assert counts(report) == (1, 0, 0, 2)
    assert listed() == ["C01"]


def test_a_file_may_change_who_cooks_for_whom() -> None:
    taken(site_cells("C01"), site_cells("C02", kitchen_code="C01"))
    assert counts(taken(site_cells("C01", kitchen_code="C02"), site_cells("C02"))) == (0, 2, 0, 0)
    assert faults(site_cells("C02", kitchen_code="C01")) == [(2, "kitchen_code")]


def test_sites_are_listed_within_a_scope_and_narrowed() -> None:
    taken(
        site_cells("C01"),
        site_cells("C02", area_code="430103006001", name="金盆岭"),
        site_cells("P01", kind="service_point"),
    )
    assert listed() == ["C01", "C02", "P01"]
    assert listed(Scope("430103006")) == ["C02"]
    assert listed(Scope("430103", "P01")) == ["P01"]
    assert listed(area="430103005", kind=SiteKind.CANTEEN) == ["C01"]
    assert listed(query="金盆") == ["C02"]
    assert listed(query="c0") == ["C01", "C02"]
