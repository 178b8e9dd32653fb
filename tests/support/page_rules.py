"""Home of the rules that every page keeps; each rule gives a sentence for each breach."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from urllib.parse import urlsplit

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect

from tests.support.html import Element
from tests.support.texts import chinese

Rule = Callable[[Element], Iterator[str]]
HEADERS = {
    "Content-Security-Policy": "default-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(",
}
"""Headers of every page, and what they must begin with."""

_GAP = re.compile(r"%\(\w+\)s|\{[a-z_]+\}")
_UNSHOWN_INPUTS = ("hidden", "submit", "button", "image", "reset")


def says_its_language(page: Element) -> Iterator[str]:
    """Screen readers choose their voice by it."""
    if page.one("html").get("lang") not in ("zh-Hans", "en"):
        yield f"<html lang={page.one('html').get('lang')!r}>"


def has_a_title_and_one_heading(page: Element) -> Iterator[str]:
    """A tab and a screen reader's list of headings name the page."""
    if not page.one("head").one("title").text.split("·")[0].strip():
        yield "the title is empty"
    headings = [heading.text for heading in page.all("h1")]
    if len(headings) != 1 or not headings[0]:
        yield f"{len(headings)} h1: {headings}"


def fits_a_small_screen(page: Element) -> Iterator[str]:
    """A phone would show the page at a quarter of its size."""
    if not any("width=device-width" in meta.get("content") for meta in page.all("meta", name="viewport")):
        yield "no viewport"


def shows_no_program(page: Element) -> Iterator[str]:
    """Nobody reads None, an object's address or an unfilled gap."""
    for words in page.one("body").texts():
        if (
            words in ("None", "True", "False", "nan", "[]", "{}")
            or "<app." in words
            or " object at 0x" in words
        ):
            yield f"shows {words!r}"
        if _GAP.search(words):
            yield f"unfilled gap in {words!r}"


def is_translated(page: Element) -> Iterator[str]:
    """A Chinese page shows no English sentence of ours."""
    if page.one("html").get("lang") != "zh-Hans":
        return
    for words in page.one("html").texts():
        if words in _english_sentences():
            yield f"untranslated: {words!r}"


@cache
def _english_sentences() -> frozenset[str]:
    """Give the sentences that look different in Chinese."""
    forms = ((message.id, message.string) for message in chinese() if message.id)
    return frozenset(
        form
        for source, target in forms
        for form in ((source,) if isinstance(source, str) else source)
        if form != target and re.search("[A-Za-z]{2}", form)
    )


def labels_its_inputs(page: Element) -> Iterator[str]:
    """Nobody can fill in what has no name."""
    labelled = {label.get("for") for label in page.all("label")}
    for element in page.all("input", "select", "textarea"):
        named = (
            element.get("type") in _UNSHOWN_INPUTS
            or element.get("id") in labelled - {""}
            or element.get("aria-label")
            or element.get("aria-labelledby")
            or any(around.tag == "label" for around in element.up())
        )
        if not named:
            yield f"no label for {element.tag} {element.get('name')!r}"


def names_its_buttons_and_links(page: Element) -> Iterator[str]:
    """A button or a link with nothing to read cannot be chosen by voice."""
    for element in page.all("button", "a"):
        pictures = [image.get("alt") for image in element.all("img")]
        if not (element.text or element.get("aria-label") or any(pictures)):
            yield f"nothing to read on {element.tag} {element.get('href')}"


def describes_its_pictures(page: Element) -> Iterator[str]:
    """Every picture has an alt text, if only an empty one."""
    for image in page.all("img"):
        if "alt" not in image.attributes:
            yield f"no alt for {image.get('src')}"


def protects_its_forms(page: Element) -> Iterator[str]:
    """A form that changes something carries the token that proves it was ours."""
    for form in page.all("form"):
        if form.get("method").lower() == "post" and not [
            token for token in form.all("input", name="csrf_token") if token.get("value")
        ]:
            yield f"no token in the form to {form.get('action')!r}"


def keeps_identifiers_apart(page: Element) -> Iterator[str]:
    """Labels and hints point at the first element of a name."""
    counts = Counter(element.get("id") for element in page.walk() if element.get("id"))
    for name, count in counts.items():
        if count > 1:
            yield f"id {name!r} {count} times"


def needs_nothing_inline_or_foreign(page: Element) -> Iterator[str]:
    """The content policy would refuse it, and there may be no network."""
    for element in page.walk():
        # Nothing runs data, so the content policy lets it be.
        is_data = element.get("type") == "application/json"
        if element.tag == "style" or (element.tag == "script" and not element.get("src") and not is_data):
            yield f"inline <{element.tag}>"
        for name, value in element.attributes.items():
            if name == "style" or name.startswith("on"):
                yield f"inline {name}={value!r} on <{element.tag}>"
        source = element.get("src") or (element.get("href") if element.tag == "link" else "")
        if urlsplit(source).netloc:
            yield f"<{element.tag}> from elsewhere: {source}"


def heads_its_tables(page: Element) -> Iterator[str]:
    """A figure means something by its column's head."""
    for table in page.all("table"):
        if not table.all("th"):
            yield f"a table without heads: {table.text[:60]!r}"


WHOLE_PAGE_RULES: tuple[Rule, ...] = (
    says_its_language,
    has_a_title_and_one_heading,
    fits_a_small_screen,
    shows_no_program,
    is_translated,
    labels_its_inputs,
    names_its_buttons_and_links,
    describes_its_pictures,
    protects_its_forms,
    keeps_identifiers_apart,
    needs_nothing_inline_or_foreign,
    heads_its_tables,
)


def breaches(page: Element) -> list[str]:
    """Give every breach of every rule on a page."""
    return [breach for rule in WHOLE_PAGE_RULES for breach in rule(page)]


def dead_links(page: Element, here: str, urls: MapAdapter) -> list[str]:
    """Give the links and forms of a page that lead to no page of ours."""
    wanted = [(link.get("href"), "GET") for link in page.all("a") if "href" in link.attributes]
    wanted += [(form.get("action") or here, form.get("method").upper() or "GET") for form in page.all("form")]
    return [
        f"{method} {address}" for address, method in wanted if not _leads_somewhere(address, method, urls)
    ]


def _leads_somewhere(address: str, method: str, urls: MapAdapter) -> bool:
    parts = urlsplit(address)
    if parts.netloc or parts.scheme or not parts.path:
        return True
    if not parts.path.startswith("/"):
        return False
    try:
        urls.match(parts.path, method=method)
    except RequestRedirect:
        return True
    except (NotFound, MethodNotAllowed):
        return False
    return True
