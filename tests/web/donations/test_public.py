"""What donors see without signing in: their money, and nobody who ate."""

from __future__ import annotations

from app.donations import service
from app.transaction import transaction
from tests.factories.donations import AT, CHECKER, CLERK, a_fund, given, written_down
from tests.factories.settlement import a_district, a_meal, take
from tests.support.pages import PageClient


def test_donors_see_sums_and_who_agreed_to_be_named(client: PageClient) -> None:
    assert "还没有收入" in client.page("/donations/public").text
    a_district()
    with transaction():
        fund = a_fund(0, name="暖心午餐", area="430103005")
        given(fund, 70, donor="示例公司", is_public=True)
        given(fund, 1_00, donor="张三丰")
        written_down(fund, 9_99, donor="未确认", is_public=True)
    take(a_meal(1), a_meal(2, resident_no="R-000002"))
    page = client.page("/donations/public").text
    assert "暖心午餐" in page
    assert "示例公司" in page
    assert "1.70" in page
    assert not any(name in page for name in ("张三丰", "未确认", "R-000001", "龙䶮", "9.99"))


def test_a_gift_is_spent_after_those_that_came_before(client: PageClient) -> None:
    a_district()
    with transaction():
        fund = a_fund(0, area="430103005")
        first, second = given(fund, 70), given(fund, 1_00)
        wait = written_down(fund, 1_00)
        codes = [service.code_of(each.id) for each in (first, second, wait)]
        service.confirm([service.correct(first.id, -10, "多记", by=CLERK, at=AT).id], by=CHECKER, at=AT)
    take(a_meal(1), a_meal(2, resident_no="R-000002"))
    figures = [
        [each.one("strong").text for each in client.page(f"/donations/public/{code}").one("ul").all("li")][:3]
        for code in codes[:2]
    ]
    assert figures == [["0.60", "0.60", "0.00"], ["1.00", "0.40", "0.60"]]
    swapped = f"{codes[0].partition('-')[0]}-{codes[1].partition('-')[2]}"
    for wrong in (swapped, codes[2], codes[0][:-1], "1", "1-", "x-y", "²-1", "999-abc", f"0{codes[0]}"):
        client.page(f"/donations/public/{wrong}", status=404)
