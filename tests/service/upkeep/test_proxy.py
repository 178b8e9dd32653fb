"""Behind a proxy that is named each visitor counts alone and TLS is known; nobody else is believed."""

from __future__ import annotations

from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.support.served import Served

FEW = {"VISITOR_LIMIT": "2 per minute"}


def asked(served: Served, **headers: str) -> tuple[int, str | None]:
    """Ask for a page with these headers; give the status, and what is promised of TLS."""
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request(f"{served.address}/public/", headers=told)  # noqa: S310 - our own address
    try:
        answer = urlopen(request, timeout=60)  # noqa: S310 - as above
    except HTTPError as refusal:
        answer = refusal
    with answer:
        return answer.status, answer.headers["Strict-Transport-Security"]


@pytest.mark.parametrize("is_believed", [True, False])
def test_what_a_proxy_says_of_who_asks_and_how(database: str, tmp_path: Path, *, is_believed: bool) -> None:
    options = ["--proxy=127.0.0.1"] if is_believed else ["--proxy=192.0.2.77"]
    with Served(tmp_path, database, *options, **FEW) as served:
        seen = [
            asked(served, X_Forwarded_For=f"198.51.100.{number}", X_Forwarded_Proto="https")
            for number in (1, 2, 3, 3, 3)
        ]
    statuses, promises = zip(*seen, strict=True)
    assert statuses == ((200, 200, 200, 200, 429) if is_believed else (200, 200, 429, 429, 429))
    assert set(promises) == ({"max-age=31536000"} if is_believed else {None})
