"""Home of what may be wrong with a delivery document, said in sentences that name the place in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NoReturn, TypeGuard

from app.errors import DomainError
from app.text import Text, text

LATEST_SECOND = 2 * 24 * 3600
"""Times are seconds after the day's midnight; a round may run past the next one, never past two days."""

LARGEST_WHOLE = 10**9
"""No figure of a day's lunches is larger: what is, was written by mistake."""

LARGEST_SUM = 10**15
"""What a plan comes to, all its orders together, is no larger."""

LARGEST_LATITUDE = 90
LARGEST_LONGITUDE = 180


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a document: where it is (a JSON path), what is wrong, and what to do about it."""

    path: str
    reason: Text
    remedy: Text

    def as_text(self) -> Text:
        """Give the fault as one sentence."""
        return text("{path}: {reason} {remedy}", path=self.path, reason=self.reason, remedy=self.remedy)

    def below(self, path: str) -> Fault:
        """Give the same fault seen from the part that holds this one."""
        whole = f"{path}.{self.path}" if path and self.path else path or self.path
        return Fault(whole, self.reason, self.remedy)


class BadDocument(DomainError):
    """A delivery document that cannot be taken; `faults` lists every fault found in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        """Open with the first fault and say how many there are."""
        super().__init__(
            text(
                "{fault} (faults found: {count})",
                fault=faults[0].as_text(),
                count=len(faults),
            )
        )
        self.faults = tuple(faults)


def refuse_any(faults: Sequence[Fault]) -> None:
    """Raise BadDocument if there is a fault at all."""
    if faults:
        raise BadDocument(faults)


def is_whole(value: object) -> TypeGuard[int]:
    """Tell whether a value is a whole number (true and false are not).

    >>> is_whole(3), is_whole(3.0), is_whole(True)
    (True, False, False)
    """
    return isinstance(value, int) and not isinstance(value, bool)


def is_number(value: object) -> TypeGuard[float]:
    """Tell whether a value is a finite number."""
    return is_whole(value) or (isinstance(value, float) and abs(value) < float("inf"))


def shown(value: object) -> str:
    """Give a value as it stood in the document, cut short."""
    longest = 40
    written = json.dumps(value, ensure_ascii=False, default=str)
    return written if len(written) <= longest else f"{written[:longest]}…"


def whole_faults(path: str, value: object, *, least: int = 0, most: int = LARGEST_WHOLE) -> list[Fault]:
    """List what keeps a value from being a whole number between two limits."""
    if is_whole(value) and least <= value <= most:
        return []
    return [
        Fault(
            path,
            text(
                "{value} is not a whole number from {least} to {most}.",
                value=shown(value),
                least=least,
                most=most,
            ),
            text("Write a whole number."),
        )
    ]


def window_faults(path: str, value: object) -> list[Fault]:
    """List what keeps a value from being a span of the day [from, until] in seconds after midnight."""
    if not (isinstance(value, tuple) and len(value) == 2):  # noqa: PLR2004  A span has two ends.
        return [
            Fault(
                path,
                text("{value} is not a span of time.", value=shown(value)),
                text("Write [from, until] in seconds after midnight, such as [39600, 45000]."),
            )
        ]
    faults = [
        fault
        for index, end in enumerate(value)
        for fault in whole_faults(f"{path}[{index}]", end, most=LATEST_SECOND)
    ]
    if not faults and value[0] > value[1]:
        faults.append(
            Fault(
                path,
                text(
                    "The span ends at {until}, before it starts at {start}.", start=value[0], until=value[1]
                ),
                text("Write the earlier time first."),
            )
        )
    return faults


def location_faults(path: str, value: object) -> list[Fault]:
    """List what keeps a value from being a place on Earth, [longitude, latitude] in degrees WGS-84."""
    if not (isinstance(value, tuple) and len(value) == 2 and all(is_number(part) for part in value)):  # noqa: PLR2004  A place has two numbers.
        return [
            Fault(
                path,
                text("{value} is not a place.", value=shown(value)),
                text("Write [longitude, latitude] in degrees, such as [112.98, 28.12]."),
            )
        ]
    longitude, latitude = value
    if abs(longitude) <= LARGEST_LATITUDE < abs(latitude) <= LARGEST_LONGITUDE:
        return [
            Fault(
                path,
                text("{value} has the latitude first.", value=shown(value)),
                text("Swap the two: the longitude comes first."),
            )
        ]
    if abs(longitude) > LARGEST_LONGITUDE or abs(latitude) > LARGEST_LATITUDE:
        return [
            Fault(
                path,
                text("{value} is not on Earth.", value=shown(value)),
                text("Write [longitude, latitude] in degrees, such as [112.98, 28.12]."),
            )
        ]
    return []


def ids_faults(path: str, value: object, *, known: Iterable[int] | None = None) -> list[Fault]:
    """List what keeps a value from being different ids, all of them known ones if `known` is given."""
    if not isinstance(value, tuple):
        return [
            Fault(
                path,
                text("{value} is not a list of ids.", value=shown(value)),
                text("Write the ids between square brackets, such as [1, 2]."),
            )
        ]
    faults = [fault for index, part in enumerate(value) for fault in whole_faults(f"{path}[{index}]", part)]
    if not faults and known is not None:
        allowed = set(known)
        faults = [
            Fault(
                f"{path}[{index}]",
                text("There is no {id}.", id=part),
                text("Name one that the file holds, or add it to the file."),
            )
            for index, part in enumerate(value)
            if part not in allowed
        ]
    return faults


def repeat_faults(path: str, ids: Sequence[int]) -> list[Fault]:
    """List the ids that stand more than once where each may stand once."""
    seen: set[int] = set()
    faults = []
    for index, part in enumerate(ids):
        if part in seen:
            faults.append(
                Fault(
                    f"{path}[{index}].id",
                    text("The id {id} stands here twice.", id=part),
                    text("Give each its own id."),
                )
            )
        seen.add(part)
    return faults


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities, which Python reads but JSON does not know."""
    raise ValueError(name)


def parsed(source: str | bytes) -> object:
    """Parse a JSON document.

    Raises: BadDocument when it is not JSON in UTF-8 (NaN and Infinity are not JSON).
    """
    try:
        return json.loads(source, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        fault = Fault(
            "$",
            text("This is not JSON ({problem}).", problem=str(error)),
            text("Export the file again; numbers such as NaN or Infinity are not allowed."),
        )
        raise BadDocument([fault]) from error


def members(path: str, value: object) -> dict[str, object]:
    """Take a value as a JSON object.

    Raises: BadDocument when it is none.
    """
    if isinstance(value, dict):
        return value
    fault = Fault(
        path,
        text("{value} is not an object.", value=shown(value)),
        text("Write its members between curly brackets."),
    )
    raise BadDocument([fault])


def items(path: str, value: object) -> list[object]:
    """Take a value as a JSON list.

    Raises: BadDocument when it is none.
    """
    if isinstance(value, list):
        return value
    fault = Fault(
        path,
        text("{value} is not a list.", value=shown(value)),
        text("Write a list between square brackets."),
    )
    raise BadDocument([fault])


def frozen(value: object) -> object:
    """Turn lists into tuples, all the way down; leave everything else as it is.

    >>> frozen([1, [2, 3]])
    (1, (2, 3))
    """
    return tuple(frozen(part) for part in value) if isinstance(value, list) else value


def format_faults(document: dict[str, object], wanted: str) -> list[Fault]:
    """List a format mark that is not the one wanted."""
    if document.get("format") == wanted:
        return []
    return [
        Fault(
            "format",
            text("The format is {value}, not {wanted}.", value=shown(document.get("format")), wanted=wanted),
            text("Give a file of the format {wanted}.", wanted=wanted),
        )
    ]
