"""Home of figures that are not counted again while nothing has changed.

Adding up a year of meals takes long, and telling whether any was added takes no time. Each process keeps its
own figures, and none of them is ever older than the database.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from app.extensions import db

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
_MOST = 4096
_KEPT: WeakKeyDictionary[Engine, dict[Hashable, tuple[Hashable, object]]] = WeakKeyDictionary()


def unless_changed(what: Hashable, state: Hashable, count: Callable[[], T]) -> T:
    """Give what counting gave the last time, unless the state is another by now.

    `what` names the figure and whatever it hangs on besides the state. The state is read before counting:
    what comes meanwhile makes the figure counted once more, never kept too long.
    """
    return each_unless_changed(what, {None: state}, lambda _: {None: count()})[None]


def each_unless_changed(
    what: Hashable, states: Mapping[K, Hashable], count: Callable[[Sequence[K]], Mapping[K, T]]
) -> dict[K, T]:
    """Do the same for many at once; those whose state is another by now are counted together."""
    kept = _KEPT.setdefault(db.engine, {})
    held = {key: kept.get((what, key)) for key in states}
    changed = [key for key, each in held.items() if each is None or each[0] != states[key]]
    counted = count(changed) if changed else {}
    if len(kept) + len(counted) > _MOST:
        kept.clear()
    for key, found in counted.items():
        kept[what, key] = held[key] = (states[key], found)
    return {key: each[1] for key, each in held.items() if each is not None}  # type: ignore[misc]
