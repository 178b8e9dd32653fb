"""The till's page: the same for everybody, in both languages, with every word that its scripts say."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from app.canteens.rules import Sitting
from app.meals.rules import Channel, Payment
from app.subsidy.rules import Reason
from tests.support.databases import SqliteTemplate, Template
from tests.support.html import Element, read
from tests.support.pages import PageClient
from tests.support.source import APP
from tests.support.texts import gaps

SCRIPTS = APP / "static" / "till"
PAGES = ("/till/", "/till/en/")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Give SQLite alone: the page asks no database."""
    return SqliteTemplate(tmp_path_factory.mktemp("page"))


def words(page: Element) -> dict[str, str]:
    """Give the sentences that the page brings along for its scripts."""
    spoken: dict[str, str] = json.loads(
        "".join(str(part) for part in page.one("script", id="words").children)
    )
    return spoken


def scripts() -> Iterator[str]:
    for path in sorted(SCRIPTS.glob("*.js")):
        yield path.read_text(encoding="utf-8")


def said_by_scripts() -> set[str]:
    """Give the keys that scripts say; a choice between two names both."""
    calls = (call for script in scripts() for call in re.findall(r"\bsay\(([^()]*)", script))
    return {key for call in calls for key in re.findall(r'"([a-z_]+)"', call.split("{")[0])}


@pytest.mark.parametrize("address", PAGES)
def test_the_page_keeps_the_rules_of_the_house(client: PageClient, address: str) -> None:
    page = client.page(address)
    assert page.one("h1").text
    assert page.one("script", id="words")


def test_the_page_is_the_same_for_everybody_and_leaves_no_cookie(client: PageClient) -> None:
    answer = client.get("/till/")
    assert "Set-Cookie" not in answer.headers
    assert answer.text == client.get("/till/", headers={"Cookie": "session=of-somebody"}).text


def test_the_camera_is_for_this_page_alone(client: PageClient) -> None:
    for address in PAGES:
        assert client.get(address).headers["Permissions-Policy"].split(",")[0] == "camera=(self)"
    assert client.get("/sign-in").headers["Permissions-Policy"].split(",")[0] == "camera=()"


@pytest.mark.parametrize("address", PAGES)
def test_the_page_brings_every_word_that_its_scripts_say(client: PageClient, address: str) -> None:
    brought = set(words(client.page(address)))
    assert said_by_scripts() - brought == set()


def test_no_word_is_brought_for_nothing(client: PageClient) -> None:
    plain = {key for key in words(client.page("/till/")) if "." not in key}
    assert {key for key in plain if f'"{key}"' not in "\n".join(scripts())} == set()


def test_the_page_names_what_the_ledger_knows(client: PageClient) -> None:
    brought = words(client.page("/till/"))
    kinds = {"sitting": Sitting, "channel": Channel, "payment": Payment, "reason": Reason}
    assert {f"{kind}.{each}" for kind, values in kinds.items() for each in values} <= set(brought)
    assert brought["channel.take_away"] == "打包"


def test_both_languages_have_the_same_words_with_the_same_gaps(client: PageClient) -> None:
    chinese, english = (words(client.page(address)) for address in PAGES)
    assert chinese.keys() == english.keys()
    assert [key for key in chinese if gaps(chinese[key]) != gaps(english[key])] == []


def test_every_template_that_a_script_stamps_is_on_the_page(client: PageClient) -> None:
    there = {each.get("id") for each in client.page("/till/").all("template")}
    stamped = {f"t-{name}" for script in scripts() for name in re.findall(r'stamp\("([a-z-]+)"', script)}
    assert stamped == there


def test_the_first_load_is_light(app: Flask, client: PageClient) -> None:
    """Old tablets hang on a village's network: page, styles and scripts, packed, stay under 300 kB."""
    assert app.static_folder is not None
    files = json.loads(client.get("/till/worker.js").text.split("self.SHELL = ", 1)[1].split(";\n", 1)[0])[
        "files"
    ]
    contents = [Path(app.static_folder, name.removeprefix("/static/")).read_bytes() for name in files]
    contents.append(client.get("/till/").data)
    assert sum(len(gzip.compress(each)) for each in contents) < 300_000


def test_a_page_reads_its_own_markup() -> None:
    """Were the reader of pages blind to what is in templates, the tests above would prove nothing."""
    page = read("<template id='t-x'><b data-slot='y'>1</b></template>")
    assert page.one("template").one("b").get("data-slot") == "y"
