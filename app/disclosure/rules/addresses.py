"""Home of the addresses of the public pages: the same on the web and in a folder. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from posixpath import dirname, relpath

CHINESE, ENGLISH = "zh_Hans_CN", "en"


class Kind(StrEnum):
    """What a public page shows."""

    OVERVIEW = "overview"
    SITE = "site"
    POSTER = "poster"
    MONTHS = "months"
    MONTH = "month"
    POLICY = "policy"


_FORMS = {
    Kind.OVERVIEW: "index.html",
    Kind.SITE: "sites/{key}.html",
    Kind.POSTER: "posters/{key}.html",
    Kind.MONTHS: "months.html",
    Kind.MONTH: "months/{key}.html",
    Kind.POLICY: "policy.html",
}
_READ = {
    kind: re.compile(re.escape(form).replace(r"\{key\}", r"(?P<key>[A-Za-z0-9][A-Za-z0-9_-]{0,31})"))
    for kind, form in _FORMS.items()
}
_ENGLISH = "en/"


@dataclass(frozen=True, slots=True)
class Page:
    """One public page: what it shows, of which site or month, in which language."""

    kind: Kind
    key: str = ""
    language: str = CHINESE

    @property
    def address(self) -> str:
        """Give where it stands below the first page.

        >>> Page(Kind.SITE, "C01").address, Page(Kind.MONTHS, language=ENGLISH).address
        ('sites/C01.html', 'en/months.html')
        """
        below = _FORMS[self.kind].format(key=self.key)
        return f"{_ENGLISH}{below}" if self.language == ENGLISH else below

    @property
    def other(self) -> Page:
        """Give the same page in the other language."""
        return replace(self, language=CHINESE if self.language == ENGLISH else ENGLISH)

    def beside(self, kind: Kind, key: str = "") -> Page:
        """Give another page in the same language."""
        return Page(kind, key, self.language)


def page_at(address: str) -> Page | None:
    """Give the page that an address leads to; None where there is none.

    >>> page_at("en/sites/C01.html")
    Page(kind=<Kind.SITE: 'site'>, key='C01', language='en')
    >>> page_at("") == page_at("index.html"), page_at("sites/../x.html") is None
    (True, True)
    """
    language = ENGLISH if address.startswith(_ENGLISH) else CHINESE
    below = address.removeprefix(_ENGLISH) or _FORMS[Kind.OVERVIEW]
    for kind, form in _READ.items():
        found = form.fullmatch(below)
        if found is not None:
            return Page(kind, found.groupdict().get("key", ""), language)
    return None


def way_to(address: str, *, here: str) -> str:
    """Give the way from one file of a folder to another.

    >>> way_to("index.html", here="en/sites/C01.html"), way_to("months/2026-10.html", here="months.html")
    ('../../index.html', 'months/2026-10.html')
    """
    return relpath(address, dirname(here) or ".")
