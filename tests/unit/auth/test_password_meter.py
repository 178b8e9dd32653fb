"""What a page says of a password while it is typed is what the server says of it afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.auth.rules import as_told, ensure_strong
from app.errors import DomainError
from tests.support.javascript import Script
from tests.support.source import APP

TOLD = json.loads(json.dumps(as_told()))
COMMON = TOLD["tried_first"]
MANY_DIFFERENT = "8.kq-食堂 门口的树开花zm"

signs = st.text(alphabet="0123456789!@#$%^&*._-+=~?", max_size=8)
words = st.one_of(
    st.builds("{}{}{}".format, signs, st.sampled_from(COMMON), signs),
    st.builds(lambda piece, times: piece * times, st.text(min_size=1, max_size=7), st.integers(1, 9)),
    st.builds(lambda before, after: f"{before}zhang{after}", st.text(max_size=9), st.text(max_size=9)),
    st.text(alphabet="aAbB食堂1!", min_size=9, max_size=20),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=8, max_size=30),
)


@pytest.fixture(scope="module")
def page() -> Iterator[Script]:
    with Script(APP / "static" / "password.js") as script:
        yield script


def is_taken(password: str) -> bool:
    try:
        ensure_strong(password, username="zhang")
    except DomainError:
        return False
    return True


@given(st.lists(words.filter(bool), min_size=20, max_size=60))
def test_the_page_and_the_server_agree_on_every_password(page: Script, passwords: list[str]) -> None:
    said = page.call_each("verdict", [(each, "zhang", TOLD) for each in passwords])
    differing = {
        each: one
        for each, one in zip(passwords, said, strict=True)
        if is_taken(each) != (one in ("good", "strong"))
    }
    assert differing == {}


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("", ""),
        ("elevenchars", "short"),
        ("password2026!!!!", "plain"),
        ("2026-Changsha-2026", "plain"),
        ("Zhang-lives-here", "plain"),
        ("aaaaaaaaaaaaaaaa", "plain"),
        ("四月的樟树开了花香满", "short"),
        ("食堂门口那棵老樟树今年", "short"),
        ("食堂门口那棵老樟树今年开", "good"),
        ("食堂门口那棵老樟树今年开花了很香呢", "strong"),
        ("aabbccddeeaabbcdde", "good"),
    ],
)
def test_what_the_page_says(page: Script, password: str, said: str) -> None:
    assert page.call("verdict", password, "zhang", TOLD) == said
