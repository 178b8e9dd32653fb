"""The dashboard of a district and of a street, and the money behind a canteen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from app.month import Month
from app.oversight.queries import dashboard as queries
from app.oversight.rules.breakeven import CostKind, SiteMonth, WhatIf, with_costs
from app.oversight.rules.troubles import Burn, footfall
from app.oversight.service.coverage import measure_coverage
from app.oversight.service.forecast import make_forecasts
from app.roles import COMMAND, Role, Scope
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.factories.meals import entry, taken
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
FIRST_ON, DAYS = date(2026, 2, 9), 56
TODAY = FIRST_ON + timedelta(days=DAYS)
NOW = datetime(2026, 4, 6, 4, 1, tzinfo=UTC)
MARCH = Month(2026, 3)


@pytest.fixture(autouse=True)
def _eight_weeks(app: Flask) -> Iterator[None]:
    """Two eat at C01 each day, three more in the last four weeks; C02 in another street has nobody."""
    assert app
    with time_machine.travel(NOW, tick=False):
        with transaction():
            canteen("C01")
            canteen("C02", "430103006001")
            for number in range(1, 6):
                elder(f"R-00000{number}")
            elder("R-000009", birth_on=date(1930, 1, 1))
            policy_row(policy())
        meals = []
        for day in range(DAYS + 1):
            on = FIRST_ON + timedelta(days=day)
            for number in range(1, 6 if day >= 28 else 3):
                at = datetime(on.year, on.month, on.day, 3, 10 * number, tzinfo=UTC)
                changes = {"id": UUID(int=day * 10 + number), "resident_no": f"R-00000{number}"}
                meals.append(entry(1, **changes, served_on=on, served_at=at))
        taken(*meals, at=NOW)
        with transaction():
            measure_coverage(by=COMMAND, at=NOW)
            make_forecasts(by=COMMAND, at=NOW)
        yield


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def test_the_three_troubles_lead_and_today_stands_beside_the_forecast(signed_in: SignedIn) -> None:
    page = signed_in(Role.DISTRICT_OFFICER).page("/oversight/dashboard")
    said = words(page)
    assert "近四周人次 140 比前四周 +150 %" in said
    assert "0 % 来就餐过；1 人从未来过" in said
    assert "3月的成本尚未登记" in said
    assert "个昨天的餐次没有日结" in said
    row = next(row for row in page.all("tr") if "C01" in row.text)
    assert "5 / " in row.text
    live = page.one("section", id="live")
    assert live.get("hx-select") == "#live"


def test_a_policy_that_nobody_read_for_a_year_wants_a_look(signed_in: SignedIn) -> None:
    assert "没有人确认" not in words(signed_in(Role.DISTRICT_OFFICER).page("/oversight/dashboard"))
    with time_machine.travel(NOW + timedelta(days=366), tick=False):
        page = signed_in(Role.DISTRICT_OFFICER).page("/oversight/dashboard")
        assert "1 项政策已一年没有人确认" in words(page)
        assert any(link.get("href") == "/policies" for link in page.one("main").all("a"))


def test_sites_with_trouble_stand_first_and_the_others_are_folded(signed_in: SignedIn) -> None:
    page = signed_in(Role.DISTRICT_OFFICER).page("/oversight/dashboard")
    live, rest = page.one("section", id="live"), page.one("div", id="rest-sites")
    assert ["没人来" in row.text for row in live.all("tr") if "C02" in row.text] == [True]
    assert ["5 / " in row.text for row in rest.all("tr") if "C01" in row.text] == [True]
    assert "C01" not in live.text
    assert live.get("hx-select-oob") == "#rest-sites:innerHTML,#rest-count:innerHTML"


def test_a_street_sees_its_own_sites_alone(signed_in: SignedIn) -> None:
    other = words(signed_in(Role.STREET_REVIEWER, area="430103006").page("/oversight/dashboard"))
    assert "C01" not in other
    assert "C02" in other
    assert "此前没有记录可比" in other
    signed_in(Role.SITE_STAFF, area="430103005001", site_code="C01").page("/oversight/dashboard", status=403)


def test_costs_are_entered_by_the_manager_and_tell_who_loses(signed_in: SignedIn) -> None:
    manager = signed_in(Role.SITE_MANAGER, area="430103005001", site_code="C01")
    form = manager.page("/oversight/accounts/C01/2026-03")
    posted = next(each for each in form.one("main").all("form") if "accounts" in each.get("action"))
    wrong = manager.submit(posted, status=422, food="-1", staff="1", rent="1", energy="1", other="1")
    assert "不小于零" in words(wrong)
    manager.submit(posted, food="900", staff="800", rent="100", energy="50", other="0")
    manager.page("/oversight/accounts/C02/2026-03", status=404)
    assert queries.costs_of(Scope(), "2026-03")["C01"][CostKind.STAFF] == 800_00
    officer = signed_in(Role.DISTRICT_OFFICER)
    assert "入不敷出的食堂 0 （已登记2026年3月成本的 1 家中）" in words(officer.page("/oversight/dashboard"))
    page = officer.page("/oversight/accounts?month=2026-03")
    row = next(row for row in page.all("tr") if "C01" in row.text)
    # 8 days of two and 23 of five in March: 131 lunches of 15 yuan, 3 of them from the government.
    assert "131" in row.text
    assert "1,572.00" in row.text
    assert "393.00" in row.text
    assert "115.00" in row.text
    tried = officer.page("/oversight/accounts?month=2026-03&price=-2&meals=100&award=1200")
    assert "-47.00" in next(row for row in tried.all("tr") if "C01" in row.text).text
    assert "现在有 0 个入不敷出，照此试算有 1 个" in words(tried)
    strange = officer.page("/oversight/accounts?month=2026-99&price=viel&meals=x&award=y", status=422)
    assert "收支平衡：2026年3月" in words(strange)
    assert "“viel”不是以元为单位的金额" in words(strange)
    assert "不是有效的整数" in words(strange)
    assert "试算结余" not in words(strange)
    for asked in ("price=100.01&meals=100", "meals=1001", "meals=100&award=-1"):
        officer.page(f"/oversight/accounts?{asked}", status=422)


def test_what_is_tried_comes_out_as_by_hand(signed_in: SignedIn) -> None:
    """131 lunches of 12 yuan and 3 more from the government; food 900, all else 950; nothing of an award.

    At 110 %: 144 lunches (144.1), of the resident 1,729.20 + 144 × 0.50 = 1,801.20, of the government
    432.30, an award of 100 a month; food 990, all else 950. 2,333.50 - 1,940 = 393.50.
    """
    manager = signed_in(Role.SITE_MANAGER, area="430103005001", site_code="C01")
    form = manager.page("/oversight/accounts/C01/2026-03")
    posted = next(each for each in form.one("main").all("form") if "accounts" in each.get("action"))
    manager.submit(posted, food="900", staff="800", rent="100", energy="50", other="0")
    officer = signed_in(Role.DISTRICT_OFFICER)
    tried = officer.page("/oversight/accounts?month=2026-03&price=0.5&meals=110&award=1200")
    cells = [cell.text for cell in next(row for row in tried.all("tr") if "C01" in row.text).all("td")]
    assert cells[1:6] == ["131", "1,850.00", "115.00", "117", "393.50"]


def test_a_budget_is_entered_and_stands_beside_what_statements_owe(signed_in: SignedIn) -> None:
    finance = signed_in(Role.FINANCE)
    form = next(
        each
        for each in finance.page("/oversight/budget").one("main").all("form")
        if "budget" in each.get("action")
    )
    assert "大于零" in words(finance.submit(form, status=422, fund="一般公共预算", amount_fen="0"))
    page = finance.submit(form, fund="一般公共预算", amount_fen="1000")
    assert "1,000.00" in words(page)
    assert queries.budgets_of("430103", 2026) == {"一般公共预算": 1_000_00}
    assert queries.budgets_of("430103005", 2026) == {}
    finance.submit(form, fund="一般公共预算", amount_fen="2000")
    assert queries.budgets_of("430103", 2026) == {"一般公共预算": 2_000_00}


def test_a_month_by_site_is_what_its_meals_came_to() -> None:
    found = queries.site_months(Scope("430103005"), MARCH.first_on, MARCH.last_on)
    assert found == {"C01": SiteMonth(131, 131 * 12_00, 0, 131 * 3_00, 0)}
    assert queries.site_months(Scope("430103006"), MARCH.first_on, MARCH.last_on) == {}


def test_breaking_even_and_what_if() -> None:
    month = with_costs(
        SiteMonth(1000, 12_000_00, 500_00, 3_000_00, 0),
        {CostKind.FOOD: 9_000_00, CostKind.STAFF: 6_000_00, CostKind.RENT: 1_000_00},
        award_year_fen=12_000_00,
    )
    assert (month.income_fen, month.cost_fen, month.result_fen) == (16_000_00, 16_000_00, 0)
    assert month.meals_to_break_even == 1000
    assert WhatIf(award_year_fen=0).of(month).meals_to_break_even == 1167
    assert WhatIf(price_fen=1_00).of(month).result_fen == 1_000_00
    assert WhatIf(meals_percent=50).of(month).result_fen == -3_000_00
    assert SiteMonth().meals_to_break_even is None
    assert SiteMonth(10, 100_00, food_fen=200_00).meals_to_break_even is None


def test_footfall_that_swings_is_told_from_a_quiet_sunday() -> None:
    days = {FIRST_ON + timedelta(days=each): 30 if each // 7 % 2 else 10 for each in range(DAYS)}
    assert footfall(days, TODAY).swing == 0.5
    assert footfall({}, TODAY).change is None


def test_a_budget_that_will_not_last_is_said_to() -> None:
    assert Burn("A", 100, 60, 0, first=1, last=6).is_short
    assert not Burn("A", 100, 50, 0, first=1, last=6).is_short
    assert not Burn("A", None, 50, 0, first=1, last=6).is_short
    # Who began in September spent so much in two months, and not in ten.
    assert Burn("A", 100, 60, 0, first=9, last=10).is_short
