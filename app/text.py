"""Home of Text: a sentence for a person, kept translatable until somebody reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in English with named gaps, and what fills them.

    Pure code says things with it; the edge (a page, a command) translates it with `rendered`.

    >>> str(Text("{count} meals", {"count": 3}))
    '3 meals'
    """

    message: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        """Give the English sentence."""
        return self.rendered(lambda message: message)

    def __hash__(self) -> int:
        """Hash by the sentence alone, since the values need not be hashable."""
        return hash(self.message)

    def rendered(
        self, translate: Callable[[str], str], write: Callable[[object], object] = lambda value: value
    ) -> str:
        """Give the sentence in the language of `translate`, texts inside it too; `write` what fills gaps."""
        filled = {
            name: value.rendered(translate, write) if isinstance(value, Text) else write(value)
            for name, value in self.values.items()
        }
        translated = translate(self.message)
        return translated.format(**filled) if filled else translated


def text(message: str, /, **values: object) -> Text:
    """Mark a sentence for translation; gaps are written `{name}`.

    >>> str(text("No site {code}", code="C99"))
    'No site C99'
    """
    return Text(message, values)
