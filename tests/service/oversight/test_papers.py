"""Licences and certificates: entered, renewed over what was there, let go, and told before they end."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from app.errors import DomainError, NotAllowed, NotFound
from app.oversight.queries import papers as queries
from app.oversight.rules.papers import Paper, PaperKind
from app.oversight.service.papers import enter_paper, let_paper_go
from app.roles import COMMAND, Actor, Permission, Scope
from app.transaction import transaction
from tests.factories.district import canteen

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
TODAY = date(2026, 11, 23)
STREET, OTHER = Scope("430103005"), Scope("430103006")


@pytest.fixture(autouse=True)
def _two_canteens(app: object) -> None:
    assert app
    with transaction():
        canteen("C01")
        canteen("C02", "430103006001")


def paper(kind: PaperKind = PaperKind.FOOD_LICENCE, *, days: int = 400, holder: str = "") -> Paper:
    return Paper(kind, holder, "JY-1", TODAY + timedelta(days=days))


def enter(site_code: str, new: Paper, *, by: Actor = COMMAND) -> int:
    with transaction():
        return enter_paper(site_code, new, by=by, at=NOW).id


def test_a_renewal_is_written_over_the_paper_that_it_follows() -> None:
    first = enter("C01", paper(days=3))
    assert queries.count_ending(STREET, TODAY) == 1
    assert enter("C01", paper(days=1800)) == first
    assert queries.count_ending(STREET, TODAY) == 0
    (held,) = queries.papers_of("C01")
    assert held.valid_until == TODAY + timedelta(days=1800)


def test_two_cooks_hold_two_certificates_and_one_goes_with_its_name() -> None:
    one = enter("C01", paper(PaperKind.HEALTH_CERTIFICATE, holder="周小兰"))
    enter("C01", paper(PaperKind.HEALTH_CERTIFICATE, holder="何秀芳"))
    with transaction():
        assert let_paper_go(one, by=COMMAND, at=NOW) == "C01"
    assert [each.holder for each in queries.papers_of("C01")] == ["何秀芳"]
    with pytest.raises(NotFound):
        let_paper_go(one, by=COMMAND, at=NOW)


@pytest.mark.parametrize(("days", "told"), [(-1, 1), (0, 1), (30, 1), (31, 0)])
def test_a_paper_is_told_from_a_month_before_its_last_day(days: int, told: int) -> None:
    enter("C01", paper(days=days))
    assert queries.count_ending(STREET, TODAY) == told
    assert queries.count_ending(OTHER, TODAY) == 0


def test_kitchens_without_a_licence_are_named_within_the_scope() -> None:
    assert [site.site_code for site in queries.kitchens_unlicensed(Scope(), TODAY)] == ["C01", "C02"]
    enter("C01", paper())
    assert queries.kitchens_unlicensed(STREET, TODAY) == []
    assert [site.site_code for site in queries.kitchens_unlicensed(Scope(), TODAY)] == ["C02"]


@pytest.mark.parametrize(
    "wrong",
    [
        paper(PaperKind.HEALTH_CERTIFICATE),
        paper(holder="周小兰"),
        paper(days=30 * 365),
    ],
)
def test_what_cannot_be_a_paper_is_refused(wrong: Paper) -> None:
    with pytest.raises(DomainError):
        enter("C01", wrong)
    assert queries.papers_of("C01") == []


def test_nobody_enters_papers_of_another_area_or_without_being_allowed_to() -> None:
    elsewhere = Actor("U-9", frozenset({Permission.OVERSIGHT_ENTER}), OTHER)
    held = enter("C01", paper())
    with pytest.raises(NotFound):
        enter("C01", paper(), by=elsewhere)
    with pytest.raises(NotFound):
        let_paper_go(held, by=elsewhere, at=NOW)
    with pytest.raises(NotAllowed):
        enter("C01", paper(), by=Actor("U-8", frozenset({Permission.OVERSIGHT_VIEW}), Scope()))
