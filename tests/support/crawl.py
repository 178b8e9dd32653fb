"""Home of walking through public pages, on the web and in a folder, and of looking for people in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import urlsplit

from sqlalchemy import select

from app.auth.models import User
from app.extensions import db
from app.residents.models import Resident, ResidentCard
from tests.support.html import read

LEAVES = ("tel:", "mailto:")
LINKS = {"a": "href", "link": "href", "img": "src", "script": "src", "form": "action", "use": "href"}


def links_of(content: bytes) -> list[str]:
    """Give where a page leads to and what it loads."""
    found = []
    for element in read(content.decode()).walk():
        address = element.get(LINKS.get(element.tag, ""))
        if address and not address.startswith((*LEAVES, "#")):
            found.append(address)
    return found


def crawled(
    start: str, opened: Callable[[str], bytes | None], follows: Callable[[str], bool]
) -> dict[str, bytes]:
    """Open a page and all that can be reached from it, each once; give what each holds.

    Raises: AssertionError for a link that leads nowhere, or to another host.
    """
    waiting, found = [start], dict[str, bytes]()
    while waiting:
        address = waiting.pop()
        if address in found:
            continue
        content = opened(address)
        assert content is not None, f"leads nowhere: {address}"
        found[address] = content
        if not content.lstrip().startswith(b"<!doctype html>"):
            continue
        for link in links_of(content):
            assert not urlsplit(link).netloc, f"{address} leads out to {link}"
            target = link if link.startswith("/") else normpath(join(dirname(address), link))
            if follows(target):
                waiting.append(target)
    return found


def crawled_folder(folder: Path) -> dict[str, bytes]:
    """Open a folder's first page and all that can be reached from it."""

    def opened(address: str) -> bytes | None:
        file = folder / address
        return file.read_bytes() if file.is_file() else None

    return crawled("index.html", opened, lambda _: True)


def personal_words() -> dict[str, str]:
    """Give every word of the database that would name or find a person, with what it is."""
    words: dict[str, str] = {}
    for person in db.session.execute(select(Resident).order_by(Resident.id)).scalars():
        held = {
            "name": person.name,
            "number": person.resident_no,
            "identity": person.identity_number,
            "phone": person.phone,
            "address": person.address,
        }
        words |= {value: f"{kind} of {person.resident_no}" for kind, value in held.items() if value}
    for code in db.session.execute(select(ResidentCard.code).order_by(ResidentCard.code)).scalars():
        words[code] = "a card"
    for user in db.session.execute(select(User).order_by(User.id)).scalars():
        words |= {user.name: f"user {user.user_no}", user.user_no: "a user's number"}
    return words


def people_in(contents: Mapping[str, bytes], words: Iterable[str]) -> list[str]:
    """Give the words that stand in any of these contents, with where."""
    wanted = [(word, word.encode()) for word in words]
    return [
        f"{word} in {address}"
        for address, content in contents.items()
        for word, written in wanted
        if written in content
    ]
