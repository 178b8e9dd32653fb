"""Bodies and addresses that no page of ours makes: to every address, and never a fault of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextvars import Context
from itertools import islice
from urllib.parse import quote
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import (
    AnyConverter,
    BaseConverter,
    IntegerConverter,
    Rule,
    UnicodeConverter,
    UUIDConverter,
)

from app.access import access_of
from app.extensions import db
from app.roles import Permission, Role
from tests.factories.machines import Visitor, visitors

FORM = "application/x-www-form-urlencoded"
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="%b"\r\n\r\n%b\r\n--b--\r\n'
DEEP = b"[" * 50_000 + b"]" * 50_000
ODD_BODIES: tuple[tuple[bytes, str], ...] = (
    (b"name=%ff%fe&month=%c3%28&on=\xff\xfe\x00", FORM),
    (b"name=\xd6\xd0\xce\xc4&page=1", f"{FORM}; charset=gb2312"),
    (b"a=%00&name=%00&on=2026-11-23%00", FORM),
    (b"&".join(b"f%d=1" % number for number in range(20_000)), FORM),
    (b"&".join(b"on=2026-11-23" for _ in range(2_000)), FORM),
    (b"price=" + b"9" * 5000 + b"&number=-" + b"9" * 400 + b"&amount=1e999&on=+292278994-01-01", FORM),
    (b"x" * 501_000, FORM),
    (DEEP, "application/json"),
    (b'{"on": NaN, "number": 1e999, "name": "\\ud800"}', "application/json"),
    (b"--b\r\nContent-Disposition: form-data; name=file\r\n", "multipart/form-data; boundary=b"),
    (b"no boundary at all", "multipart/form-data"),
    (PART % (b"a\x00.xlsx", b"PK\x03\x04"), "multipart/form-data; boundary=b"),
    (PART % (b"a.csv", b"\x00\xff,\x00\n\x00"), "multipart/form-data; boundary=b"),
)
"""Other encodings, NUL, too many fields, huge numbers, depth, broken parts: no page of ours sends these."""

ODD_QUERIES = (
    "on=%ff&month=%00x&page=-1",
    "page=99999999999999999999999&year=-1&on=0000-00-00",
    "on=2026-11-23&on=2026-11-24&month=2026-13&sitting=%F0%9F%8D%9A&"
    + "&".join(f"q{n}=1" for n in range(1500)),
    "month=9999-12&on=9999-12-31&from=9999-12-31&until=0001-01-01&period=9999Q4&year=9999",
    "month=0001-01&on=0001-01-01&from=0001-01-01&until=9999-12-31&period=0001Q1&year=1",
    "since=%ED%A0%80&cursor=%7B%7D&site=" + "C" * 3000,
)
ODD_PLACES: tuple[dict[type[BaseConverter], object], ...] = (
    {IntegerConverter: 0, UUIDConverter: UUID(int=0), UnicodeConverter: "0001-01", AnyConverter: ""},
    {IntegerConverter: 2**63 - 1, UUIDConverter: UUID(int=2**128 - 1), UnicodeConverter: "9999-12-31"},
    {IntegerConverter: 9999, UUIDConverter: UUID(int=1), UnicodeConverter: "9999-12"},
    {IntegerConverter: 1, UUIDConverter: UUID(int=1), UnicodeConverter: "C01"},
    {IntegerConverter: 1, UUIDConverter: UUID(int=1), UnicodeConverter: "\ufeff\u202e%"},
)


def odd_address(rule: Rule, places: Mapping[type[BaseConverter], object]) -> str:
    """Fill the gaps of an address with what no page of ours leads to."""
    filled = re.sub(r"<any\(([^,)]+)[^)]*\):\w+>", r"\1", rule.rule)
    for name, converter in rule._converters.items():  # noqa: SLF001 - werkzeug tells it nowhere else
        value = next((each for kind, each in places.items() if isinstance(converter, kind)), "1")
        filled = re.sub(rf"<(?:[^:<>]+:)?{name}>", lambda _match: quote(str(value)), filled)  # noqa: B023 - called here
    return filled


ON_POSTGRES = 3
"""There every third request: what differs there is what the database is asked, not what is read of a body."""

OF_EACH_DOOR = 4
"""How many of the bodies or queries each door gets; the next door gets the ones after these."""


def odd_requests(app: Flask) -> Iterator[tuple[str, Rule, str, bytes, str]]:
    """Give for each address and method who asks, the address with its gaps filled in, and a body."""
    rules = sorted(app.url_map.iter_rules(), key=str)
    doors = [(rule, each) for rule in rules for each in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    for number, (rule, method) in enumerate(doors):
        if rule.endpoint in ("static", "auth.sign_out"):
            continue
        for turn in range(OF_EACH_DOOR):
            body, kind = ODD_BODIES[(number + turn) % len(ODD_BODIES)] if method == "POST" else (b"", "")
            may, may_not = askers(access_of(app, rule.endpoint))
            who = may[turn % len(may)] if turn else may_not[number % len(may_not)]
            query = ODD_QUERIES[(number + turn) % len(ODD_QUERIES)]
            path = odd_address(rule, ODD_PLACES[(number + turn) % len(ODD_PLACES)])
            yield who, rule, f"{method} {path}?{query}", body, kind


def askers(access: Permission | str | None) -> tuple[list[str], list[str]]:
    """Give who may open a door, and who may not."""
    if access in ("tablet", "rider", "family"):
        return [str(access)], ["nobody", *Role]
    may = [role.value for role in Role if access in role.permissions] or list(Role)
    return may, [role.value for role in Role if role.value not in may] or ["nobody"]


def answered(visitor: Visitor, asked: str, body: bytes, kind: str) -> int | str:
    """Send a request as it is; give the status, or what the server let through."""
    method, _, address = asked.partition(" ")
    try:
        answer = Context().run(
            FlaskClient.open,
            visitor.client,
            address,
            method=method,
            data=body,
            content_type=kind,
            headers=visitor.headers,
        )
    except Exception as fault:  # noqa: BLE001 - whatever it is, it is a fault of ours
        return repr(fault)
    return answer.status_code


def test_they_are_answered_and_never_a_fault_of_ours(app: Flask) -> None:
    everybody = visitors(app)
    every = None if db.engine.dialect.name == "sqlite" else ON_POSTGRES
    faults, count = [], 0
    for who, rule, asked, body, kind in islice(odd_requests(app), 0, None, every):
        status = answered(everybody[who], asked, body, kind)
        count += 1
        if isinstance(status, str) or status >= 500:
            faults.append(f"{rule.endpoint} as {who}: {asked[:150]} {body[:60]!r}: {status}")
    assert not faults, "\n".join(faults)
    assert count > 400
