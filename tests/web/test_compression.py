"""What holds nothing of anybody goes out compressed; pages with a token do not."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, TestResponse

from tests.support.pages import PageClient

GZIP = {"Accept-Encoding": "gzip, deflate"}


def fetched(client: PageClient, path: str, **headers: str) -> TestResponse:
    """Give the answer as it crosses the network, closed."""
    return FlaskClient.open(client, path, headers=headers, buffered=True)


@pytest.mark.parametrize("path", ["/static/till/rules.js", "/static/house.css", "/till/", "/till/worker.js"])
def test_a_script_a_style_and_the_tills_shell_come_compressed(client: PageClient, path: str) -> None:
    plain = fetched(client, path)
    small = fetched(client, path, **GZIP)
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.data) == plain.data
    assert len(small.data) < len(plain.data) / 2
    assert "Accept-Encoding" in plain.headers["Vary"]
    assert "Accept-Encoding" in small.headers["Vary"]


@pytest.mark.parametrize("is_known", [False, True])
def test_a_file_is_closed_before_a_byte_of_it_is_sent(
    client: PageClient, app: Flask, *, is_known: bool
) -> None:
    etag = fetched(client, "/static/till/app.js", **GZIP).headers["ETag"]
    headers = {**GZIP, "If-None-Match": etag} if is_known else GZIP
    statuses: list[str] = []
    answer = app.wsgi_app(
        EnvironBuilder("/static/till/app.js", headers=Headers(headers)).get_environ(),
        lambda status, _headers, _fault=None: statuses.append(status),  # type: ignore[arg-type]  # no writer
    )
    links = list(Path("/proc/self/fd").iterdir())
    assert not [each for each in links if each.exists() and str(each.readlink()).endswith("till/app.js")]
    assert statuses == ["304 NOT MODIFIED" if is_known else "200 OK"]
    answer.close()  # type: ignore[attr-defined]  # as a server does at the end


def test_a_file_that_is_known_is_not_sent_again(client: PageClient) -> None:
    first = fetched(client, "/static/house.css", **GZIP)
    known = {**GZIP, "If-None-Match": first.headers["ETag"]}
    again = fetched(client, "/static/house.css", **known)
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/sign-in", "/static/till/icon-192.png", "/static/missing.css"])
def test_pages_with_a_token_and_pictures_stay_as_they_are(client: PageClient, path: str) -> None:
    assert "Content-Encoding" not in fetched(client, path, **GZIP).headers
