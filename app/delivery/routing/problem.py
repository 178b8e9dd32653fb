"""Home of the delivery problem: kitchens, orders, riders and the seconds between them.

Whatever is built here holds together: each part checks itself when it is made, and the whole checks that the
parts know each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import cast

from app.delivery.routing.faults import (
    LARGEST_WHOLE,
    LATEST_SECOND,
    Fault,
    ids_faults,
    is_whole,
    location_faults,
    refuse_any,
    repeat_faults,
    shown,
    whole_faults,
    window_faults,
)
from app.text import text

Window = tuple[int, int]
"""A span of the day [from, until], both ends belonging to it, in seconds after midnight."""

Location = tuple[float, float]
"""(longitude, latitude) in degrees WGS-84."""

WHOLE_DAY: Window = (0, LATEST_SECOND)

_MOST_MATRIX_FAULTS = 20
"""A matrix that is wrong throughout is told by its first cells."""


@dataclass(frozen=True, slots=True)
class Rules:
    """The promises of the district: a meal's greatest age at the door, and the time that loading takes."""

    max_age_seconds: int = 900
    load_seconds: int = 120

    def __post_init__(self) -> None:
        """Refuse figures that cannot be kept."""
        refuse_any(
            whole_faults("max_age", self.max_age_seconds, least=1, most=LATEST_SECOND)
            + whole_faults("load_time", self.load_seconds, most=LATEST_SECOND)
        )


@dataclass(frozen=True, slots=True)
class Kitchen:
    """Where meals are cooked: riders depart while it is open; `capacity` None means no limit on meals."""

    id: int
    location: Location | None = None
    open: Window = WHOLE_DAY
    capacity: int | None = None

    def __post_init__(self) -> None:
        """Refuse a kitchen that cannot be."""
        refuse_any(
            whole_faults("id", self.id)
            + ([] if self.location is None else location_faults("location", self.location))
            + window_faults("open", self.open)
            + ([] if self.capacity is None else whole_faults("capacity", self.capacity))
        )


@dataclass(frozen=True, slots=True)
class Order:
    """One door and its meals; `kitchens` None means any kitchen whose matrix names the order."""

    id: int
    location: Location | None = None
    amount: int = 1
    service_seconds: int = 120
    priority: int = 1
    window: Window = WHOLE_DAY
    kitchens: tuple[int, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse an order that cannot be."""
        refuse_any(
            whole_faults("id", self.id)
            + ([] if self.location is None else location_faults("location", self.location))
            + whole_faults("amount", self.amount, least=1)
            + whole_faults("service", self.service_seconds, most=LATEST_SECOND)
            + whole_faults("priority", self.priority, least=1)
            + window_faults("time_window", self.window)
            + ([] if self.kitchens is None else ids_faults("kitchens", self.kitchens))
        )


@dataclass(frozen=True, slots=True)
class Rider:
    """A volunteer with a shift and a box; `kitchens` None means all of them."""

    id: int
    kitchens: tuple[int, ...] | None = None
    capacity: int = 10
    window: Window = WHOLE_DAY

    def __post_init__(self) -> None:
        """Refuse a rider that cannot be."""
        refuse_any(
            whole_faults("id", self.id)
            + ([] if self.kitchens is None else ids_faults("kitchens", self.kitchens))
            + whole_faults("capacity", self.capacity)
            + window_faults("time_window", self.window)
        )


def _square_faults(path: str, rows: object, size: int) -> Iterator[Fault]:
    """Find what keeps rows from being a square matrix of whole seconds of the given size."""
    if not isinstance(rows, tuple) or len(rows) != size:
        count = len(rows) if isinstance(rows, tuple) else shown(rows)
        yield Fault(
            path,
            text("The matrix has {count} rows where {size} are needed.", count=count, size=size),
            text("Compute it again for the kitchen and every order that it names."),
        )
        return
    for index, row in enumerate(rows):
        if not isinstance(row, tuple) or len(row) != size:
            count = len(row) if isinstance(row, tuple) else shown(row)
            yield Fault(
                f"{path}[{index}]",
                text("The row has {count} entries where {size} are needed.", count=count, size=size),
                text("Give as many columns as there are rows."),
            )
            continue
        for column, seconds in enumerate(row):
            if not is_whole(seconds) or not 0 <= seconds <= LARGEST_WHOLE:
                yield from whole_faults(f"{path}[{index}][{column}]", seconds)


@dataclass(frozen=True, slots=True)
class Matrix:
    """Seconds from door to door around one kitchen: index 0 is the kitchen, index i+1 the i-th order."""

    orders: tuple[int, ...]
    durations: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        """Refuse a matrix that is not square over its orders or holds anything but whole seconds."""
        faults = ids_faults("orders", self.orders)
        if not faults:
            found = _square_faults("durations", self.durations, len(self.orders) + 1)
            faults = list(islice(found, _MOST_MATRIX_FAULTS))
        refuse_any(faults)

    def index_by_order(self) -> dict[int, int]:
        """Give each order's index in the matrix; the first counts if one is named twice."""
        return {order: index for index, order in reversed(list(enumerate(self.orders, start=1)))}


@dataclass(frozen=True, slots=True)
class SetAside:
    """An order that no plan can hold: invalid in itself, or a second one with the same id.

    `written` is the order as it stood in the file; `fault` is empty for a duplicate.
    """

    id: int
    priority: int
    written: Mapping[str, object]
    fault: Fault | None = None

    @property
    def is_duplicate(self) -> bool:
        """Tell whether the order was set aside only because its id had been used."""
        return self.fault is None


@dataclass(frozen=True)
class RoutingProblem:
    """All that a plan of one sitting's rides must know.

    Matrices are given per kitchen id; `kitchen_durations[i][j]` are the seconds from the i-th kitchen of
    `kitchens` to the j-th, and without it no rider changes kitchen.

    Raises: BadDocument, listing every fault, when the parts do not fit together.
    """

    kitchens: tuple[Kitchen, ...]
    orders: tuple[Order, ...]
    riders: tuple[Rider, ...]
    matrices: Mapping[int, Matrix]
    rules: Rules = field(default_factory=Rules)
    kitchen_durations: tuple[tuple[int, ...], ...] | None = None
    name: str = ""
    set_aside: tuple[SetAside, ...] = ()

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        kitchen_ids = [kitchen.id for kitchen in self.kitchens]
        named = [("orders", self.orders), ("riders", self.riders)]
        order_ids = {order.id for order in self.orders} | {order.id for order in self.set_aside}
        faults = repeat_faults("kitchens", kitchen_ids)
        for path, parts in named:
            faults += repeat_faults(path, [part.id for part in cast("Sequence[Order | Rider]", parts)])
            for index, part in enumerate(cast("Sequence[Order | Rider]", parts)):
                if part.kitchens is not None:
                    faults += ids_faults(f"{path}[{index}].kitchens", part.kitchens, known=kitchen_ids)
        for kitchen, matrix in self.matrices.items():
            faults += ids_faults("matrices", (kitchen,), known=kitchen_ids)
            faults += ids_faults(f"matrices.{kitchen}.orders", matrix.orders, known=order_ids)
        if self.kitchen_durations is not None:
            found = _square_faults("kitchen_durations", self.kitchen_durations, len(self.kitchens))
            faults += islice(found, _MOST_MATRIX_FAULTS)
        refuse_any(faults)

    @cached_property
    def order_by_id(self) -> dict[int, Order]:
        """Give each order that a plan may hold by its id."""
        return {order.id: order for order in self.orders}

    @cached_property
    def kitchen_by_id(self) -> dict[int, Kitchen]:
        """Give each kitchen by its id."""
        return {kitchen.id: kitchen for kitchen in self.kitchens}

    @cached_property
    def rider_by_id(self) -> dict[int, Rider]:
        """Give each rider by their id."""
        return {rider.id: rider for rider in self.riders}

    @cached_property
    def _index_in_matrix(self) -> dict[int, dict[int, int]]:
        """Give, per kitchen, each order's index in its matrix."""
        return {kitchen: matrix.index_by_order() for kitchen, matrix in self.matrices.items()}

    def serves(self, kitchen: int, order: int) -> bool:
        """Tell whether a kitchen may cook for an order: both the order and the matrix name it."""
        allowed = self.order_by_id[order].kitchens
        return (allowed is None or kitchen in allowed) and order in self._index_in_matrix.get(kitchen, {})

    def employs(self, kitchen: int, rider: int) -> bool:
        """Tell whether a rider may depart from a kitchen."""
        allowed = self.rider_by_id[rider].kitchens
        return allowed is None or kitchen in allowed

    def matrix_index(self, kitchen: int, order: int) -> int:
        """Give an order's row and column in a kitchen's matrix."""
        return self._index_in_matrix[kitchen][order]

    def ride_seconds(self, kitchen: int, start: int | None, end: int | None) -> int:
        """Give the seconds from one order's door to another's; None is the kitchen itself."""
        index = self._index_in_matrix[kitchen]
        row = 0 if start is None else index[start]
        column = 0 if end is None else index[end]
        return self.matrices[kitchen].durations[row][column]

    def reach_seconds(self, kitchen: int, order: int) -> int | None:
        """Give the seconds from a kitchen to a door, whether it may cook for it or not; None if not known."""
        index = self._index_in_matrix.get(kitchen, {}).get(order)
        return None if index is None else self.matrices[kitchen].durations[0][index]

    def change_seconds(self, start: int, end: int) -> int | None:
        """Give the seconds from kitchen to kitchen; None if a rider may not change between them."""
        if start == end:
            return 0
        if self.kitchen_durations is None:
            return None
        position = [kitchen.id for kitchen in self.kitchens]
        return self.kitchen_durations[position.index(start)][position.index(end)]
