"""Who may open what: every endpoint with what it asks for, tried with every role."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from uuid import UUID

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, Rule
from werkzeug.test import TestResponse

from app.access import access_of
from app.auth.rules import runs_a_site
from app.roles import Permission, Role
from app.transaction import transaction
from tests.factories import district
from tests.factories.auth import user
from tests.support.databases import SqliteTemplate, Template
from tests.support.pages import PageClient

PUBLIC = {
    "auth.second_step": "the way in: what it asks for was promised by a good password",
    "auth.second_step_now": "the way in: attempts are counted by account and address",
    "auth.sign_in": "the way in",
    "auth.sign_in_now": "the way in",
    "donations.for_donor": "whoever holds the code of a gift sees what became of it, and of nobody's meals",
    "donations.for_donors": "donors see what their money did: sums alone, and donors who agreed to be named",
    "family.door": "a family has no account: the page opens a link and holds nothing of anybody",
    "family.enter": "as above; attempts are counted",
    "public.page": "sites, hours, menus, policy and sums over enough people: nothing of any one",
    "ride.app": "the page that riders open holds nothing of anybody",
    "ride.app_in_english": "the page that riders open holds nothing of anybody",
    "ride.manifest": "the page that riders open holds nothing of anybody",
    "ride.worker": "the page that riders open holds nothing of anybody",
    "static": "styles and scripts hold nothing of anybody",
    "tablets_api.enrol": "a tablet has no credential before, and attempts are counted",
    "tablets_api.wiped": "only a revoked token, which lets in no more, is heard at all",
    "till.app": "the page that tablets install holds nothing of anybody",
    "till.app_in_english": "the page that tablets install holds nothing of anybody",
    "till.manifest": "the page that tablets install holds nothing of anybody",
    "till.worker": "the page that tablets install holds nothing of anybody",
    "upkeep.metrics": "machines bring a token of their own, and without it there is no such page",
    "upkeep.ready": "a machine asks whether the process can serve",
    "voice.form": "whoever sits at the table has no account: the form holds nothing of anybody",
    "voice.look": "whoever complained looks the answer up by a number and a code; tries are counted",
    "voice.look_up": "as above",
    "voice.said": "the number and the code of what this browser has just sent",
    "voice.say_it": "as the form; how often one address and one site may is limited",
    "web.healthz": "a machine asks whether the process is alive",
    "web.language": "the switch stands on the sign-in page too",
}
"""The endpoints that ask for nothing, each with the reason."""

TABLETS_ALONE = {
    "complaints_api.complaints": "what was said at the canteen's tablet, which may have been offline",
    "tablets_api.day_closes": "a sitting closed on the tablet, signed with a PIN and not with a sign-in",
    "tablets_api.find": "somebody at the counter who is not in the roster",
    "tablets_api.meals": "what was recorded there goes on being sent when every sign-in has ended",
    "tablets_api.roster": "what the till must know offline, of its own site",
}
"""The endpoints that ask for a tablet's own credential and for no user, each with the reason."""

RIDERS_ALONE = {
    "rides_api.day": "a volunteer has no account: the link is for their own runs of one day",
    "rides_api.phones": "as above: whom to call at the same doors; the trail keeps whose number was sent",
    "rides_api.ways": "as above: the ways of the same runs, in words",
    "rides_api.photos": "a photo travels apart, of a household that agreed",
    "rides_api.reports": "what a phone has kept goes on being sent after the link's day is over",
}
"""The endpoints that ask for a rider's link and for no user, each with the reason."""

FAMILIES_ALONE = {
    "family.again": "a family has no account: the link is for one resident's days, each act looked at again",
    "family.cancel": "as above",
    "family.days": "as above",
    "family.leave": "as above",
    "family.order": "as above",
    "family.pause": "as above",
    "family.restore": "as above",
}
"""The endpoints that ask for a family's link and for no user, each with the reason."""

SIGNED_IN = {
    "auth.account": "an account is everybody's own",
    "auth.begin_factor": "a second factor is everybody's own",
    "auth.change_password": "a password is everybody's own",
    "auth.end_other_sessions": "sessions are everybody's own",
    "auth.factor": "a second factor is everybody's own",
    "auth.own_password": "a password is everybody's own",
    "auth.password_rules": "what a password must be holds for everybody",
    "auth.pin": "a PIN is everybody's own",
    "auth.prove_factor": "a second factor is everybody's own",
    "auth.renew_codes": "a second factor is everybody's own",
    "auth.set_pin": "a PIN is everybody's own",
    "auth.sign_out": "whoever came in may leave",
    "jobs.again": "background work is its asker's own, and asked for with a permission of its kind",
    "jobs.cancel": "as above",
    "jobs.listed": "as above",
    "jobs.mine": "as above",
    "jobs.result": "as above: nobody else's file is there",
    "web.home": "shows only the doors that the viewer may enter",
}
"""The endpoints that ask for nothing but a user, each with the reason."""

MADE_UP = ("1", "2026-11-23", "2026-11", "lunch", "csv", str(UUID(int=1)))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Give SQLite alone: what is tried here stops before the database matters."""
    return SqliteTemplate(tmp_path_factory.mktemp("access"))


def guarded(app: Flask) -> Iterator[tuple[Permission, str, str]]:
    """Give each permission that is asked for, with the method and an address that ask for it."""
    urls = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        if isinstance(access, Permission):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield access, method, address(urls, rule, method)


def address(urls: MapAdapter, rule: Rule, method: str) -> str:
    """Give an address that leads to the rule, with something made up in its gaps."""
    names = sorted(rule.arguments)
    for values in product(MADE_UP, repeat=len(names)):
        try:
            built = urls.build(rule.endpoint, dict(zip(names, values, strict=True)), method=method)
            if urls.match(built, method=method)[0] == rule.endpoint:
                return built
        except (HTTPException, ValueError):
            continue
    message = f"nothing in MADE_UP fits {rule}"
    raise ValueError(message)


def knocked(client: PageClient, method: str, path: str) -> TestResponse:
    """Ask for an address with a good token, so that nothing but the permission is in the way."""
    return client.open(path, method=method, headers={"X-CSRFToken": client.token()})


def visitor(app: Flask, role: Role) -> PageClient:
    client = app.test_client()
    assert isinstance(client, PageClient)
    return client.sign_in(user(role, site_code="C01" if runs_a_site([role]) else None))


def test_every_endpoint_says_whom_it_lets_in(app: Flask) -> None:
    asked = {rule.endpoint: access_of(app, rule.endpoint) for rule in app.url_map.iter_rules()}
    assert {endpoint for endpoint, access in asked.items() if access is None} == set()
    assert {endpoint for endpoint, access in asked.items() if access == "public"} == set(PUBLIC)
    assert {endpoint for endpoint, access in asked.items() if access == "signed_in"} == set(SIGNED_IN)
    assert {endpoint for endpoint, access in asked.items() if access == "tablet"} == set(TABLETS_ALONE)
    assert {endpoint for endpoint, access in asked.items() if access == "rider"} == set(RIDERS_ALONE)
    assert {endpoint for endpoint, access in asked.items() if access == "family"} == set(FAMILIES_ALONE)


def test_no_sign_in_opens_what_is_for_tablets_or_riders_alone(app: Flask) -> None:
    with transaction():
        district.canteen("C01")
    urls = app.url_map.bind("localhost")
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in {*TABLETS_ALONE, *RIDERS_ALONE}]
    client = visitor(app, Role.SITE_MANAGER)
    for rule in rules:
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        answer = knocked(client, method, address(urls, rule, method))
        assert (answer.status_code, answer.json["error"]) == (401, "unknown"), rule.endpoint  # type: ignore[index]  # an object
    assert len(rules) == len(TABLETS_ALONE) + len(RIDERS_ALONE)


def test_no_sign_in_opens_what_is_for_families_alone(app: Flask) -> None:
    urls = app.url_map.bind("localhost")
    rules = [rule for rule in app.url_map.iter_rules() if rule.endpoint in FAMILIES_ALONE]
    client = visitor(app, Role.DISTRICT_OFFICER)
    for rule in rules:
        method = "GET" if "GET" in (rule.methods or ()) else "POST"
        assert knocked(client, method, address(urls, rule, method)).status_code == 401, rule.endpoint
    assert len(rules) == len(FAMILIES_ALONE)


def test_no_address_carries_what_lets_somebody_in(app: Flask) -> None:
    carried = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        for name in rule.arguments
        if any(word in name for word in ("token", "code", "secret", "key", "pin")) and name != "site_code"
    }
    assert carried == {"donations.for_donor"}, (
        "a donor's code stands on their receipt and opens one gift alone"
    )


def test_an_endpoint_that_says_nothing_is_refused(app: Flask, client: PageClient) -> None:
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
    assert client.get("/forgotten").status_code == 302
    assert client.sign_in(user(Role.ADMINISTRATOR)).get("/forgotten").status_code == 403


def test_nobody_gets_past_the_door_without_signing_in(app: Flask, client: PageClient) -> None:
    for _, method, path in guarded(app):
        answer = knocked(client, method, path)
        assert answer.status_code == 302, f"{method} {path}"
        assert answer.location.startswith("/sign-in"), f"{method} {path}"


@pytest.mark.parametrize("role", Role)
def test_a_role_opens_what_its_permissions_name_and_nothing_else(app: Flask, role: Role) -> None:
    with transaction():
        district.canteen("C01")
    client = visitor(app, role)
    opened = {
        f"{method} {path}": knocked(client, method, path).status_code != 403
        for _, method, path in guarded(app)
    }
    assert opened == {
        f"{method} {path}": permission in role.permissions for permission, method, path in guarded(app)
    }


def test_every_permission_belongs_to_a_role_and_guards_something(app: Flask) -> None:
    held = {permission for role in Role for permission in role.permissions}
    assert held == set(Permission)
    assert {permission for permission, _, _ in guarded(app)} == held
