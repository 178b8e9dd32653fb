"""What strangers send: nonsense to every address, and the numbers of another district's things."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from app.access import access_of
from app.auth.rules import runs_a_site
from app.roles import Permission, Role
from app.transaction import transaction
from app.web.form import Form
from tests.factories import delivery, district
from tests.factories.auth import user
from tests.support.pages import PageClient

NASTY = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "99999999999999999999",
        "2026-02-30",
        "2026-13",
        "0000-00",
        "9999-12-31",
        "1e309",
        "１２",
        "'; DROP TABLE meal; --",
        "=cmd()",
        "../../etc/passwd",
        "<script>",
        "%00",
        "\x00",
        "𠮷\u202e",
        "a" * 5000,
        "lunch",
        "C01",
        "R-000001",
        "2026-11-23",
        "y",
    ]
)
ANYTHING = NASTY | st.text(st.characters(codec="utf-8"), max_size=20)
IN_ADDRESSES = (
    "month",
    "year",
    "day",
    "on",
    "page",
    "q",
    "site",
    "sitting",
    "resident",
    "from",
    "until",
    "area",
)


def field_names() -> list[str]:
    """Give the name of every field of every form, as whoever reads the pages knows them."""
    kinds, names = [Form], set()
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        names |= {name for name in dir(kind) if hasattr(getattr(kind, name), "field_class")}
    return sorted(names)


def visitors(app: Flask) -> dict[Role, PageClient]:
    """Give somebody of every role."""
    found = {}
    for role in Role:
        client = app.test_client()
        assert isinstance(client, PageClient)
        site_code = "C01" if runs_a_site([role]) else None
        found[role] = client.sign_in(user(role, site_code=site_code, username=f"v-{role.value}"))
    return found


def doors(app: Flask) -> Iterator[tuple[Rule, str, Permission | str | None]]:
    """Give every address and method, with what it asks for."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule, method, access_of(app, rule.endpoint)


def some_district() -> None:
    with transaction():
        district.canteen("C01")
        district.elder("R-000001")


@pytest.mark.parametrize("part", range(4))
def test_nonsense_is_refused_and_never_a_fault_of_ours(app: Flask, part: int) -> None:
    some_district()
    clients, names = visitors(app), field_names()
    tokens = {role: client.token() for role, client in clients.items()}
    assert len(names) > 50
    every = [door for number, door in enumerate(doors(app)) if number % 4 == part]

    faults: dict[str, str] = {}

    @settings(max_examples=3, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(data=st.data())
    def one_round(data: st.DataObject) -> None:
        for rule, method, access in every:
            if rule.endpoint in ("static", "auth.sign_out"):
                continue
            role = next((each for each in Role if access in each.permissions), Role.DISTRICT_OFFICER)
            values = {name: data.draw(ANYTHING) for name in rule.arguments}
            try:
                address = app.url_map.bind("localhost").build(
                    rule.endpoint, values, method=method, append_unknown=False
                )
            except (HTTPException, ValueError, TypeError):
                numbers = {name: data.draw(st.integers(0, 2**70)) for name in rule.arguments}
                try:
                    address = app.url_map.bind("localhost").build(
                        rule.endpoint, numbers, method=method, append_unknown=False
                    )
                except (HTTPException, ValueError, TypeError, AttributeError):
                    continue
            asked = data.draw(st.dictionaries(st.sampled_from(IN_ADDRESSES), ANYTHING, max_size=3))
            body = data.draw(st.dictionaries(st.sampled_from(names), ANYTHING, max_size=6))
            headers = {"X-CSRFToken": tokens[role]}
            try:
                clients[role].open(address, method=method, query_string=asked, data=body, headers=headers)
            except AssertionError as fault:
                if "answered 5" not in str(fault):
                    continue  # What such a page looks like is for its own tests.
                faults[f"{method} {rule}"] = f"{address!r} {asked} {body}: {fault}"

    one_round()
    assert faults == {}


def test_things_of_another_district_are_not_there_and_look_like_what_never_was(app: Flask) -> None:
    """A number that exists elsewhere is answered as one that exists nowhere, by every page."""
    with transaction():
        district.canteen("C01")
        district.canteen("C77", area_code="430102001001")
        elder = district.elder("R-000001")
        delivery.subscribed(elder)
        delivery.rider("Q-001")
    known = user(Role.COMMUNITY_WORKER, username="known").user_no
    there = {"site_code": "C01", "resident_no": "R-000001", "rider_no": "Q-001", "user_no": known}
    nowhere = {"site_code": "C99", "resident_no": "R-999999", "rider_no": "Q-999", "user_no": "U-9999"}
    more = {"day": "2026-11-23", "month": "2026-11", "sitting": "lunch", "year": 2026, "period": "2026Q4"}
    more |= dict.fromkeys(("category_id", "absence_id", "subscription_id", "number"), 1)
    told: list[str] = []
    for role in Role:
        client = app.test_client()
        assert isinstance(client, PageClient)
        site_code = "C77" if runs_a_site([role]) else None
        client.sign_in(user(role, area="430102", site_code=site_code, username=f"far-{role.value}"))
        token = client.token()
        for rule, method, access in doors(app):
            if access not in role.permissions or not rule.arguments & set(there):
                continue
            if not rule.arguments <= {*there, *more}:
                continue
            answers = []
            for names in (there, nowhere):
                values = {name: {**more, **names}[name] for name in rule.arguments}
                address = app.url_map.bind("localhost").build(
                    rule.endpoint, values, method=method, append_unknown=False
                )
                answer = client.open(address, method=method, headers={"X-CSRFToken": token})
                shown = answer.get_data(as_text=True).partition("<main")[2] if method == "GET" else ""
                said = f"{answer.status_code} {answer.location} {shown}"
                for name, value in names.items():
                    said = said.replace(value, name)
                answers.append(said)
            if answers[0] != answers[1]:
                told.append(f"{role.value} {method} {rule} {answers}")
    assert told == []
