"""Home of figures that are not counted again while nothing has changed.

Adding up a year of meals takes long, and telling whether any was added takes no time. Each process keeps its
own figures, and none of them is ever older than the database.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from app.extensions import db

T = TypeVar("T")
_MOST = 256
_KEPT: WeakKeyDictionary[Engine, dict[Hashable, tuple[Hashable, object]]] = WeakKeyDictionary()


def unless_changed(what: Hashable, state: Hashable, count: Callable[[], T]) -> T:
    """Give what counting gave the last time, unless the state is another by now.

    `what` names the figure and whatever it hangs on besides the state. The state is read before counting:
    what comes meanwhile makes the figure counted once more, never kept too long.
    """
    kept = _KEPT.setdefault(db.engine, {})
    held = kept.get(what)
    if held is not None and held[0] == state:
        return held[1]  # type: ignore[return-value]
    found = count()
    if len(kept) >= _MOST:
        kept.clear()
    kept[what] = (state, found)
    return found
