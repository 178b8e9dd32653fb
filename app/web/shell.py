"""Home of pages that work without network: what belongs to one, its version, its worker and its manifest."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import cast

from flask import Response, current_app, url_for

_LINKED = re.compile(r'(?:href|src)="([^"]+)"')
_VERSION_LENGTH = 16
WORKER = "till/worker.js"
"""The service worker of every such page: it is told by its first line whose it is."""


@dataclass(frozen=True, slots=True)
class Shell:
    """A page without anybody's data that a browser keeps: in each language, with the files that it needs.

    `name` is that of its caches, `folder` the static folder that is all its own, and `shared` are further
    static files. `pages` gives the endpoint of each language's page, `written` writes one in a version.
    """

    name: str
    folder: str
    pages: Mapping[str, str]
    written: Callable[[str, str], str]
    shared: Sequence[str] = ()

    def version(self) -> str:
        """Give the digest of everything that is kept; a change of any file is a new version."""
        content = hashlib.sha256()
        for language in self.pages:
            content.update(self.written(language, "").encode())
        for address, digest in sorted({**self.files(), WORKER: _digest_of(WORKER)}.items()):
            content.update(f"{address} {digest}\n".encode())
        return content.hexdigest()[:_VERSION_LENGTH]

    def files(self) -> dict[str, str]:
        """Give the SHA-256 of each file that the pages need, by its address."""
        root = _root()
        paths = (root / self.folder).rglob("*")
        own = {path.relative_to(root).as_posix() for path in paths if path.is_file()}
        names = (own | self._linked() | set(self.shared)) - {WORKER}
        return {url_for("static", filename=name): _digest_of(name) for name in sorted(names)}

    def worker(self) -> Response:
        """Give the service worker of the present version: what there is to keep, and how."""
        kept = {
            "name": self.name,
            "version": self.version(),
            "pages": [url_for(endpoint) for endpoint in self.pages.values()],
            "files": self.files(),
        }
        source = (_root() / WORKER).read_text(encoding="utf-8")
        answer = Response(f"self.SHELL = {json.dumps(kept)};\n{source}", mimetype="text/javascript")
        # The browser asks each time whether there is a new one; an old answer would hold new versions back.
        answer.headers["Cache-Control"] = "no-cache"
        return answer

    def _linked(self) -> set[str]:
        start = url_for("static", filename="")
        addresses = {
            address for language in self.pages for address in _LINKED.findall(self.written(language, ""))
        }
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
