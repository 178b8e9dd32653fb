"""Writing a policy without its file: what it says comes back from the form, and nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from flask import Flask, render_template
from hypothesis import HealthCheck, given, settings
from werkzeug.datastructures import MultiDict

from app.residents.rules.facts import Status
from app.roles import COMMAND, Role, Scope
from app.subsidy import queries, service
from app.subsidy.forms import PolicyForm
from app.subsidy.rules import Eligibility, Policy
from app.transaction import transaction
from tests.factories import facts, strategies
from tests.support.html import Element, filled_in, read
from tests.support.pages import PageClient
from tests.web.test_subsidy import RICH

SignedIn = Callable[..., PageClient]
Typed = Mapping[str, str | list[str]]
TODAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
NEW = "/policies/drafts/new"


def shown(policy: Policy) -> Typed:
    """Give what a browser would send of the form as it is shown for a policy."""
    page = read(render_template("subsidy/edit.html", form=PolicyForm.of(policy), draft_id=None))
    return filled_in(page.one("form", **{"class": "policy"}))


def understood(typed: Typed) -> Policy:
    form = PolicyForm(formdata=MultiDict(typed), meta={"csrf": False})
    assert form.validate(), form.errors
    return form.policy()


@given(policy=strategies.policies)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_policy_comes_back_from_the_form_as_it_went_in(app: Flask, policy: Policy) -> None:
    with app.test_request_context():
        assert understood(shown(policy)) == policy


@pytest.mark.parametrize(
    "policy",
    [
        RICH,
        replace(RICH, eligibility=Eligibility(excluded_statuses=frozenset(Status))),
        replace(RICH, eligibility=Eligibility(min_age=0, excluded_statuses=frozenset())),
        replace(RICH, layers=()),
    ],
)
def test_a_rich_policy_comes_back_too(app: Flask, policy: Policy) -> None:
    with app.test_request_context():
        assert understood(shown(policy)) == policy


@pytest.fixture
def officer(signed_in: SignedIn) -> PageClient:
    return signed_in(Role.DISTRICT_OFFICER)


@pytest.fixture(autouse=True)
def _at_noon() -> object:
    with time_machine.travel(TODAY, tick=False):
        yield


def form_of(page: Element) -> Element:
    return page.one("form", **{"class": "policy"})


def started(officer: PageClient) -> Element:
    return form_of(officer.page(NEW))


GOOD: dict[str, Any] = {
    "reference": "示例〔2026〕2号",
    "effective_from": "2027-01-01",
    "layers-0-fund": "一般公共预算",
    "layers-0-rates-0-amount": "3.5",
}


def errors_at(page: Element, name: str) -> str:
    """Give what is told beside a field."""
    field = page.all("input", "select", name=name)[0]
    around = next(each for each in field.up() if each.get("class").startswith("field"))
    return " ".join(error.text for error in around.all("p", role="alert"))


def test_a_new_policy_is_saved_as_a_draft(officer: PageClient) -> None:
    page = officer.submit(started(officer), **GOOD)
    assert "草案已保存" in page.text
    (draft,) = queries.drafts(Scope())
    assert draft.policy.layers[0].rates[0].amount_fen == 350
    assert (draft.policy.district, draft.row.state, draft.row.version) == ("430103", "draft", 1)
    assert list(queries.policy_book()) == []


def test_a_draft_begun_from_a_published_policy_asks_for_its_own_notice_and_day(officer: PageClient) -> None:
    with transaction():
        service.publish(RICH, by=COMMAND, at=TODAY)
    (policy_id,) = queries.policies_by_id()
    link = officer.page(f"/policies/{policy_id}").one("a", href=f"{NEW}?like={policy_id}")
    form = form_of(officer.page(link.get("href")))
    sent = filled_in(form)
    assert (sent["reference"], sent["effective_from"]) == ("", "")
    officer.submit(form, reference="示例〔2027〕1号", effective_from="2027-01-01")
    (draft,) = queries.drafts(Scope())
    assert draft.policy == replace(RICH, reference="示例〔2027〕1号", effective_from=date(2027, 1, 1))


@pytest.mark.parametrize(
    ("typed", "name", "told"),
    [
        ({"reference": " "}, "reference", "请填写"),
        ({"reference": "长" * 121}, "reference", "120"),
        ({"effective_from": ""}, "effective_from", "请填写"),
        ({"effective_from": "2027-02-30"}, "effective_from", "日期"),
        ({"district": "43010"}, "district", "430103"),
        ({"district": "430104"}, "district", "不能发布 430104 的政策"),
        ({"min_age": "sixty"}, "min_age", "0 至 130 之间的整数"),
        ({"min_age": ""}, "min_age", "请填写"),
        ({"sittings": []}, "sittings", "至少选择一个餐次"),
        ({"min_price": "3元5"}, "min_price", "3元5"),
        ({"min_price": "200000"}, "min_price", "100,000.00"),
        ({"meals_week": "0"}, "meals_week", "1 至 1,000"),
        ({"yuan_month": "0"}, "yuan_month", "0.01"),
        ({"layers-0-fund": ""}, "layers-0-fund", "请填写"),
        ({"layers-0-payer": ""}, "layers-0-payer_name", "请填写出资方名称"),
        ({"layers-0-payer": "", "layers-0-payer_name": "charity"}, "layers-0-payer_name", "charity"),
        ({"layers-0-payer_name": "残联"}, "layers-0-payer_name", "请在旁边选择“其他”"),
        ({"layers-0-rates-0-amount": ""}, "layers-0-rates-0-amount", "填写其中一项"),
        ({"layers-0-rates-0-percent": "25"}, "layers-0-rates-0-amount", "填写其中一项"),
        (
            {"layers-0-rates-0-amount": "", "layers-0-rates-0-percent": "101"},
            "layers-0-rates-0-percent",
            "100",
        ),
        ({"layers-0-rates-0-at_most": "3"}, "layers-0-rates-0-at_most", "按比例补贴"),
        (
            {"layers-0-rates-0-age_from": "80", "layers-0-rates-0-age_below": "70"},
            "layers-0-rates-0-age_below",
            "80",
        ),
        (
            {"layers-0-rates-0-category": "destitute", "layers-0-rates-0-grades": ["disabled:1"]},
            "layers-0-rates-0-grades",
            "人员类别",
        ),
    ],
)
def test_what_is_wrong_is_told_beside_its_field_and_stays_as_typed(
    officer: PageClient, typed: dict[str, Any], name: str, told: str
) -> None:
    page = officer.submit(started(officer), status=422, **{**GOOD, **typed})
    assert told in errors_at(page, name)
    kept = filled_in(form_of(page))
    assert {each: kept.get(each, []) for each in {**GOOD, **typed}} == {
        each: _as_sent(value) for each, value in {**GOOD, **typed}.items()
    }
    assert queries.drafts(Scope()) == []


def _as_sent(value: str | list[str]) -> str | list[str]:
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def test_a_day_that_is_taken_is_told_beside_the_first_day(officer: PageClient) -> None:
    with transaction():
        service.publish(facts.policy(effective_from=date(2027, 1, 1)), by=COMMAND, at=TODAY)
    page = officer.submit(started(officer), status=422, **GOOD)
    assert "请选择更晚的生效日期" in errors_at(page, "effective_from")


def test_layers_and_rates_come_and_go_without_a_script_and_nothing_typed_is_lost(officer: PageClient) -> None:
    percent: dict[str, Any] = {"layers-0-rates-1-percent": "25"}
    fund: dict[str, Any] = {"layers-1-fund": "福彩公益金"}
    wrong: dict[str, Any] = {**GOOD, "layers-0-rates-0-amount": "三元", "min_age": "x"}
    form = form_of(officer.submit(started(officer), **wrong, act="add:layers-0-rates"))
    form = form_of(officer.submit(form, act="add:layers", **percent))
    form = form_of(officer.submit(form, act="add:layers", **fund))
    sent = filled_in(form)
    assert {name: sent[name] for name in wrong} == wrong
    assert (sent["layers-0-rates-1-percent"], sent["layers-1-fund"], sent["layers-2-fund"]) == (
        "25",
        "福彩公益金",
        "",
    )
    form = form_of(officer.submit(form, act="remove:layers-2"))
    form = form_of(officer.submit(form, act="remove:layers-0-rates-0"))
    form = form_of(officer.submit(form, act="up:layers-1"))
    right: dict[str, Any] = {"min_age": "65", "layers-0-rates-0-amount": "1", "layers-0-payer": "city"}
    page = officer.submit(form, **right)
    assert "草案已保存" in page.text
    (draft,) = queries.drafts(Scope())
    assert [(layer.payer, layer.fund) for layer in draft.policy.layers] == [
        ("city", "福彩公益金"),
        ("district", "一般公共预算"),
    ]
    assert [str(rate.percent) for rate in draft.policy.layers[1].rates] == ["25"]


def test_without_a_layer_nothing_is_paid(officer: PageClient) -> None:
    form = form_of(officer.submit(started(officer), **GOOD, act="remove:layers-0"))
    page = officer.submit(form)
    assert "不予补贴。" in page.text
    assert queries.drafts(Scope())[0].policy.layers == ()


def test_the_enter_key_saves(officer: PageClient) -> None:
    first = started(officer).all("button")[0]
    assert (first.text, first.get("name")) == ("保存草案", "")


@pytest.mark.parametrize(
    "act", ["add:", "add:users", "remove:", "up:layers-0", "up:x", "what", "up:layers-9999"]
)
def test_an_act_that_there_is_not_changes_nothing(officer: PageClient, act: str) -> None:
    form = form_of(officer.submit(started(officer), **GOOD, act=act))
    assert {name: filled_in(form)[name] for name in GOOD} == GOOD


def test_a_draft_that_somebody_changed_meanwhile_is_not_overwritten(officer: PageClient) -> None:
    officer.submit(started(officer), **GOOD)
    (draft,) = queries.drafts(Scope())
    address = f"/policies/drafts/{draft.row.id}/edit"
    form = form_of(officer.page(address))
    officer.submit(form, min_age="65")
    page = officer.submit(form, status=422, min_age="70")
    assert "已有人改动了这份草案" in page.text
    assert filled_in(form_of(page))["min_age"] == "70"
    assert queries.drafts(Scope())[0].policy.eligibility.min_age == 65
