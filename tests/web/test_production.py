"""In production: cookies that only TLS carries, names that are ours, and two steps whatever is set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.extensions import db
from app.roles import Role
from app.sealing import keyring
from config import Config
from tests.factories.auth import PASSWORD, user
from tests.support.databases import synchronous
from tests.support.html import read

BASE = "https://meals.example"


@pytest.fixture
def production(database: str, tmp_path: Path) -> Iterator[Flask]:
    """Give the application as production runs it, with one name of its own."""
    config = Config(
        mode="production",
        data_dir=tmp_path / "production",
        database_url=database,
        hosts="meals.example",
        argon2_time_cost=1,
        argon2_memory_kib=8,
    )
    app = synchronous(create_app(config))
    with app.app_context():
        yield app
        db.session.rollback()
        db.engine.dispose()
    demo = Config(data_dir=tmp_path)
    keyring.load(demo.sealing_key_bytes)


def signed_in(client: FlaskClient, username: str) -> str:
    """Sign in over TLS; give where that leads."""
    page = read(client.get("/sign-in", base_url=BASE).text)
    token = page.all("input", name="csrf_token")[0].get("value")
    fields = {"username": username, "password": PASSWORD, "csrf_token": token}
    answer = client.post("/sign-in", base_url=BASE, data=fields, headers={"Referer": f"{BASE}/sign-in"})
    assert answer.status_code == 302, answer.text
    return answer.location


def test_the_cookie_travels_over_tls_alone_and_no_script_reads_it(production: Flask) -> None:
    answer = production.test_client().get("/sign-in", base_url=BASE)
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith("__Host-session=")
    for promise in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert promise in cookie
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_another_name_is_not_answered(production: Flask) -> None:
    client = production.test_client()
    assert client.get("/sign-in", base_url=BASE).status_code == 200
    assert client.get("/sign-in", base_url="https://elsewhere.example").status_code == 400


@pytest.mark.parametrize(
    ("role", "leads_to"), [(Role.FINANCE, "/account/second-step"), (Role.SITE_MANAGER, None)]
)
def test_whoever_pays_sets_up_the_second_step_first(
    production: Flask, role: Role, leads_to: str | None
) -> None:
    user(role, username="li")
    client = production.test_client()
    signed_in(client, "li")
    answer = client.get("/", base_url=BASE)
    assert answer.location == leads_to
    assert answer.status_code == (302 if leads_to else 200)
