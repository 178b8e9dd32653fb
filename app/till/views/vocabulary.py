"""Home of what the till's page must be able to name: the ledger's values, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from app.canteens.rules import Sitting
from app.meals.rules import Channel, Payment
from app.subsidy.rules import Reason
from app.text import Text
from app.web.language import say


class _Named(Protocol):
    """A value of a vocabulary, with its name for a screen."""

    @property
    def value(self) -> str: ...

    @property
    def label(self) -> Text: ...


def vocabulary() -> dict[str, object]:
    """Give what the page's templates list, and what its scripts name by kind and value: `sitting.lunch`."""
    kinds: dict[str, Iterable[_Named]] = {
        "sitting": Sitting,
        "channel": Channel,
        "payment": Payment,
        "reason": Reason,
    }
    named = {f"{kind}.{each.value}": say(each.label) for kind, values in kinds.items() for each in values}
    return {"sittings": list(Sitting), "channels": list(Channel), "payments": list(Payment), "named": named}
