"""Home of finding every sentence that the source says to a person, and of the Chinese catalogue."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po

from tests.support.source import APP, place, python_files, templates, tree

SPEAKERS = {"app.text": {"text"}, "flask_babel": {"gettext", "ngettext", "lazy_gettext", "lazy_ngettext"}}
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "lazy_ngettext": (1, 2)}
CHINESE = APP / "translations" / "zh_Hans_CN" / "LC_MESSAGES" / "messages.po"
_PERCENT_GAP = re.compile(r"%\((\w+)\)")


@dataclass(frozen=True)
class Said:
    """A sentence of ours and the place that says it; a counted one has two forms."""

    forms: tuple[str, ...]
    place: str


@cache
def chinese() -> Catalog:
    """Give the Chinese catalogue."""
    with CHINESE.open("rb") as file:
        return read_po(file, locale="zh_Hans_CN")


def said_by_templates() -> Iterator[Said]:
    """Give every sentence of the page templates."""
    for path in templates():
        for line, message, _, _ in extract_from_file(
            "jinja2.ext:babel_extract", path, keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            yield Said((message,) if isinstance(message, str) else tuple(message), place(path, line))


def said_by_code() -> Iterator[Said]:
    """Give every sentence of the Python source."""
    for path, call, plural in _calls():
        forms = [_literal(argument) for argument in call.args[: 2 if plural else 1]]
        yield Said(tuple(form for form in forms if form is not None), place(path, call.lineno))


def unextractable() -> Iterator[str]:
    """Give the places that translate something other than a written sentence: no catalogue can hold that."""
    for path, call, _ in _calls():
        if not call.args or _literal(call.args[0]) is None:
            yield place(path, call.lineno)


def _calls() -> Iterator[tuple[Path, ast.Call, bool]]:
    for path in python_files():
        names = _speaking_names(tree(path))
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield path, node, names[node.func.id].endswith("ngettext")


def _speaking_names(module: ast.Module) -> dict[str, str]:
    """Give what the module calls the functions that translate: name here → name there."""
    return {
        alias.asname or alias.name: alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in SPEAKERS.get(node.module or "", ())
    }


def _literal(argument: ast.expr) -> str | None:
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def gaps(message: str) -> frozenset[str]:
    """Give the names of a sentence's gaps, whichever way they are written.

    >>> sorted(gaps("{count} meals at %(site)s"))
    ['count', 'site']
    """
    return frozenset(_PERCENT_GAP.findall(message)) | _brace_gaps(message)


def _brace_gaps(message: str) -> frozenset[str]:
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(message) if name)
    except ValueError:  # A lone brace is punctuation.
        return frozenset()


class RawText(HTMLParser):
    """Collects the letters that a template writes to the page without translating them."""

    READ_ALOUD = ("title", "alt", "placeholder", "aria-label")
    SILENT = ("script", "style")

    def __init__(self) -> None:
        """Begin with nothing found."""
        super().__init__()
        self.found: list[str] = []
        self.silence = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes that a screen reader reads."""
        self.silence += tag in self.SILENT
        self.found += [
            value for name, value in attrs if name in self.READ_ALOUD and value and _is_worded(value)
        ]

    def handle_endtag(self, tag: str) -> None:
        """Listen again after a script."""
        self.silence -= tag in self.SILENT

    def handle_data(self, data: str) -> None:
        """Look at the text itself."""
        if not self.silence and _is_worded(data):
            self.found.append(" ".join(data.split()))


_JINJA = re.compile(r"{% block body_class %}.*?{% endblock %}|{#.*?#}|{%.*?%}|{{.*?}}", re.DOTALL)


def raw_texts(template: str) -> list[str]:
    """Give the words that a template writes as they are, in whatever language.

    >>> raw_texts("<h1>{{ _('Users') }}</h1><p title='{{ x }}'>Save</p>")
    ['Save']
    """
    parser = RawText()
    parser.feed(_JINJA.sub("", template))
    return parser.found


def _is_worded(written: str) -> bool:
    """Tell words from figures, signs and codes such as `resident:R-000123`."""
    words = (word for word in written.split() if not any(sign.isdigit() for sign in word))
    return any(re.search(r"[A-Za-z]{2,}|[\u4e00-\u9fff]", word) for word in words)
