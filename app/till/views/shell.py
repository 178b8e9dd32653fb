"""Home of what is installed on a tablet: its pages and files, and the version that is their digest."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import current_app, render_template, url_for
from flask_babel import force_locale

from app.till.views.vocabulary import vocabulary

FOLDER = "till"
WORKER = f"{FOLDER}/worker.js"
PAGES: Mapping[str, str] = {"zh_Hans_CN": "till.app", "en": "till.app_in_english"}
"""The page's endpoint in each language; the browser keeps them all, so that switching needs no network."""

_LINKED = re.compile(r'(?:href|src)="([^"]+)"')
_VERSION_LENGTH = 16


def page(language: str, *, version: str) -> str:
    """Write the page in a language; it is the same for everybody, and says which version it is."""
    with force_locale(language):
        return render_template(
            f"{FOLDER}/app.html", version=version, manifest=url_for("till.manifest"), **vocabulary()
        )


def version() -> str:
    """Give the digest of everything that is installed; a change of any file is a new version."""
    content = hashlib.sha256()
    for language in PAGES:
        content.update(page(language, version="").encode())
    for address, digest in sorted({**files(), WORKER: _digest_of(WORKER)}.items()):
        content.update(f"{address} {digest}\n".encode())
    return content.hexdigest()[:_VERSION_LENGTH]


def files() -> dict[str, str]:
    """Give the SHA-256 of each file that the pages need, by its address: our folder, and what is linked."""
    root = _root()
    own = {path.relative_to(root).as_posix() for path in (root / FOLDER).rglob("*") if path.is_file()}
    names = (own | _linked()) - {WORKER}
    return {url_for("static", filename=name): _digest_of(name) for name in sorted(names)}


def _linked() -> set[str]:
    start = url_for("static", filename="")
    addresses = {address for language in PAGES for address in _LINKED.findall(page(language, version=""))}
    return {address.removeprefix(start) for address in addresses if address.startswith(start)}


def _digest_of(name: str) -> str:
    path = _root() / name
    state = path.stat()
    return _digest(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=256)
def _digest(path: Path, _changed_at: int, _size: int) -> str:
    """Read a file once for each of its states."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _root() -> Path:
    return Path(cast("str", current_app.static_folder))
