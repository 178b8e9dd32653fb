"""A server that is asked to end finishes what it is answering; its log is lines of JSON, without anybody."""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

import pytest

from tests.support.served import Served

NAME = "wang-xiuying"


def sign_in(browser: OpenerDirector, address: str) -> tuple[int, str]:
    """Try to sign in as nobody, which takes as long as for somebody: the password is hashed."""
    page = browser.open(f"{address}/sign-in").read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    form = {"csrf_token": token[1], "username": NAME, "password": "not-the-password"}
    try:
        answer = browser.open(f"{address}/sign-in", urlencode(form).encode())
    except HTTPError as refusal:
        answer = refusal
    with answer:
        return answer.status, answer.read().decode()


def test_what_is_being_answered_is_answered_before_a_server_ends(
    database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARGON2_TIME_COST", "15")
    served = Served(tmp_path, database)
    served.start()
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    with ThreadPoolExecutor(1) as pool:
        answering = pool.submit(sign_in, browser, served.address)
        while not any("auth.sign_in" in line for line in served.log()):
            time.sleep(0.05)
        time.sleep(0.5)  # The form is on its way, and its password takes longer to hash.
        assert served.stop() == 0
        status, page = answering.result()
    assert status == 422
    assert page.rstrip().endswith("</html>")
    lines = [json.loads(line) for line in served.log()]
    answered = [(line["endpoint"], line["status"]) for line in lines if line["from"] == "app.answers"]
    assert answered == [("auth.sign_in", 200), ("auth.sign_in_now", 422)]
    assert NAME not in json.dumps(lines)
