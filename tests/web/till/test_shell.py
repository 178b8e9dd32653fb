"""What is installed on a tablet: the same for everybody, and a new version after any change."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.roles import Role
from tests.support.databases import SqliteTemplate, Template
from tests.support.pages import PageClient
from tests.support.source import APP


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Give SQLite alone: nothing that is looked at here comes from a database."""
    return SqliteTemplate(tmp_path_factory.mktemp("shell"))


@pytest.fixture
def files(app: Flask, tmp_path: Path) -> Path:
    copy = tmp_path / "static"
    shutil.copytree(APP / "static", copy)
    app.static_folder = str(copy)
    return copy


def shell(client: PageClient) -> dict[str, Any]:
    """Give what the service worker is told to keep."""
    first = client.get("/till/worker.js").text.split("\n", 1)[0]
    kept: dict[str, Any] = json.loads(first.removeprefix("self.SHELL = ").removesuffix(";"))
    return kept


def test_every_file_of_the_till_is_kept_under_its_own_digest(client: PageClient) -> None:
    kept = shell(client)
    ours = {f"/static/till/{path.name}" for path in (APP / "static" / "till").iterdir()}
    assert ours - {"/static/till/worker.js"} <= kept["files"].keys()
    assert "/static/house.css" in kept["files"]
    for address, digest in kept["files"].items():
        with client.get(address) as answer:
            assert hashlib.sha256(answer.data).hexdigest() == digest


def test_every_page_that_is_kept_says_the_version(client: PageClient) -> None:
    kept = shell(client)
    assert kept["pages"] == ["/till/", "/till/en/"]
    for address in kept["pages"]:
        assert client.page(address).one("html").get("data-version") == kept["version"]


def test_it_is_the_same_for_everybody(client: PageClient, signed_in: Callable[..., PageClient]) -> None:
    somebody = signed_in(Role.DISTRICT_OFFICER)
    somebody.send("/language", language="en", back="/")
    for address in ("/till/", "/till/en/", "/till/worker.js", "/till/manifest.webmanifest"):
        assert somebody.get(address).data == client.get(address).data


@pytest.mark.parametrize("name", ["till/store.js", "till/worker.js", "till/till.css", "house.css"])
def test_a_change_of_any_file_is_a_new_version(client: PageClient, files: Path, name: str) -> None:
    before = shell(client)
    with (files / name).open("a", encoding="utf-8") as file:
        file.write("/* changed */\n")
    assert shell(client)["version"] != before["version"]


def test_a_file_more_is_kept_without_being_named_anywhere(client: PageClient, files: Path) -> None:
    before = shell(client)
    (files / "till" / "another.js").write_text("export const another = true;\n", encoding="utf-8")
    after = shell(client)
    assert after["files"].keys() - before["files"].keys() == {"/static/till/another.js"}
    assert after["version"] != before["version"]


def test_the_worker_is_asked_for_anew_each_time(client: PageClient) -> None:
    answer = client.get("/till/worker.js")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/javascript", "no-cache")
