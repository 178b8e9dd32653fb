"""Home of reading a page as a tree: elements, their attributes, their text, and their forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
_CLOSED_BY_THE_NEXT = {
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "tr": {"tr"},
    "td": {"td", "th"},
    "th": {"td", "th"},
    "option": {"option"},
    "p": {"p"},
}


@dataclass(eq=False, repr=False)
class Element:
    """One element; `children` are elements and texts in their order."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Element | str] = field(default_factory=list)
    parent: Element | None = None

    def __repr__(self) -> str:
        """Show what a failed test needs: the element's name and its words."""
        return f"<{self.tag} {self.attributes}> {self.text}"

    def walk(self) -> Iterator[Element]:
        """Give this element and all below it, in the order of the page."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def all(self, *tags: str, **attributes: str) -> list[Element]:
        """Give the elements below with one of these tags and all these attributes."""
        return [
            element
            for element in self.walk()
            if element is not self
            and (not tags or element.tag in tags)
            and all(element.attributes.get(name) == value for name, value in attributes.items())
        ]

    def one(self, *tags: str, **attributes: str) -> Element:
        """Give the only such element below."""
        found = self.all(*tags, **attributes)
        assert len(found) == 1, f"{len(found)} of {tags} {attributes} on the page"
        return found[0]

    def up(self) -> Iterator[Element]:
        """Give the elements around this one, the nearest first."""
        element = self.parent
        while element is not None:
            yield element
            element = element.parent

    @property
    def text(self) -> str:
        """Give the words that a reader sees, spaces made single."""
        return " ".join(" ".join(self.texts()).split())

    def texts(self) -> Iterator[str]:
        """Give each piece of text that a reader sees."""
        if self.tag in ("script", "style", "template"):
            return
        for child in self.children:
            if isinstance(child, Element):
                yield from child.texts()
            elif child.strip():
                yield " ".join(child.split())

    def get(self, name: str) -> str:
        """Give an attribute, empty when it is not there."""
        return self.attributes.get(name, "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = Element("#document")
        self.here = self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _CLOSED_BY_THE_NEXT.get(self.here.tag, ()):
            self._leave(self.here.tag)
        element = Element(tag, {name: value or "" for name, value in attrs}, parent=self.here)
        self.here.children.append(element)
        if tag not in _VOID:
            self.here = element

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self._leave(tag)

    def _leave(self, tag: str) -> None:
        for element in (self.here, *self.here.up()):
            if element.tag == tag and element.parent is not None:
                self.here = element.parent
                return

    def handle_data(self, data: str) -> None:
        self.here.children.append(data)


def read(markup: str) -> Element:
    """Read a page.

    >>> page = read("<main><h1>居民</h1><p>3 <b>元</b></main>")
    >>> page.one("h1").text, page.text
    ('居民', '居民 3 元')
    """
    reader = _Reader()
    reader.feed(markup)
    return reader.root


def filled_in(form: Element) -> dict[str, str | list[str]]:
    """Give what a form would send as it stands, hidden fields and its token included."""
    sent: dict[str, str | list[str]] = {}
    for element in form.all("input", "textarea", "select"):
        name = element.get("name")
        values = _values(element) if name and "disabled" not in element.attributes else []
        for value in values:
            before = sent.get(name)
            sent[name] = (
                value if before is None else [*([before] if isinstance(before, str) else before), value]
            )
    return sent


def _values(element: Element) -> list[str]:
    if element.tag == "textarea":
        return ["".join(child for child in element.children if isinstance(child, str)).removeprefix("\n")]
    if element.tag == "select":
        options = element.all("option")
        chosen = [option for option in options if "selected" in option.attributes]
        if not chosen and "multiple" not in element.attributes:
            chosen = options[:1]
        return [option.attributes.get("value", option.text) for option in chosen]
    kind = element.attributes.get("type", "text")
    if kind in ("submit", "button", "image", "reset", "file"):
        return []
    if kind in ("checkbox", "radio"):
        return [element.attributes.get("value", "on")] if "checked" in element.attributes else []
    return [element.get("value")]
