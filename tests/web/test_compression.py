"""What holds nothing of anybody goes out compressed; pages with a token do not."""

from __future__ import annotations

import gzip

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

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


def test_a_file_that_is_known_is_not_sent_again(client: PageClient) -> None:
    first = fetched(client, "/static/house.css", **GZIP)
    known = {**GZIP, "If-None-Match": first.headers["ETag"]}
    again = fetched(client, "/static/house.css", **known)
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("path", ["/sign-in", "/static/till/icon-192.png", "/static/missing.css"])
def test_pages_with_a_token_and_pictures_stay_as_they_are(client: PageClient, path: str) -> None:
    assert "Content-Encoding" not in fetched(client, path, **GZIP).headers
