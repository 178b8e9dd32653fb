"""Home of saying a way in words, turn by turn, as a rider is told it (骑行指引). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from app.delivery.travel.ways import Kind
from app.text import Text, text

_STRAIGHT, _SLIGHT, _TURN, _BACK = 30, 60, 135, 165
"""Up to how many degrees a way goes straight on, bears, and turns; from the last on it turns round."""

_EIGHTH = 45
_KILOMETRE, _TENTH = 1000, 100


@dataclass(frozen=True, slots=True)
class Stretch:
    """Some metres of one street; its name is empty where it has none.

    `begins` and `ends` are the headings at its two ends, clockwise from the north in degrees.
    """

    street: str
    kind: Kind
    metres: float
    begins: float
    ends: float

    @property
    def is_pushed(self) -> bool:
        """Tell whether the e-bike is pushed."""
        return self.kind is Kind.PUSHED


def directions(way: Iterable[Stretch]) -> tuple[Text, ...]:
    """Say a way in words; one without any road leads to the next door.

    >>> way = [Stretch("新姚路", Kind.ROAD, 324, 90, 88), Stretch("木莲路", Kind.ROAD, 1150, 181, 180)]
    >>> [str(line) for line in directions(way)]
    ['Go east along 新姚路: ride 320 m', 'Turn right into 木莲路: ride 1.2 km']
    """
    stretches = _joined(way)
    if not stretches:
        return (text("Next door: leave the e-bike and walk."),)
    first, *others = stretches
    return (_outset(first), *(_turn(before, each) for before, each in zip(stretches, others, strict=False)))


def _joined(way: Iterable[Stretch]) -> list[Stretch]:
    """Put together what a rider does not notice: the same street, straight on."""
    joined: list[Stretch] = []
    for each in way:
        last = joined[-1] if joined else None
        is_same = last is not None and (last.street, last.is_pushed) == (each.street, each.is_pushed)
        if last is not None and is_same and abs(_degrees(last.ends, each.begins)) <= _STRAIGHT:
            joined[-1] = replace(last, metres=last.metres + each.metres, ends=each.ends)
        else:
            joined.append(each)
    return joined


def _outset(first: Stretch) -> Text:
    said = {"direction": _direction(first.begins), "how": _how(first), "distance": _distance(first.metres)}
    if not first.street:
        return text("Go {direction}: {how} {distance}", **said)
    return text("Go {direction} along {street}: {how} {distance}", street=first.street, **said)


def _turn(before: Stretch, each: Stretch) -> Text:
    said = {
        "turn": _turned(_degrees(before.ends, each.begins)),
        "how": _how(each),
        "distance": _distance(each.metres),
    }
    if not each.street:
        return text("{turn}: {how} {distance}", **said)
    if each.street == before.street:
        return text("{turn}, still {street}: {how} {distance}", street=each.street, **said)
    return text("{turn} into {street}: {how} {distance}", street=each.street, **said)


def _turned(degrees: float) -> Text:
    """Give what a rider does at a corner; to the right is above nothing."""
    size = abs(degrees)
    if size <= _STRAIGHT:
        return text("Straight on")
    if size >= _BACK:
        return text("Turn round")
    is_right = degrees > 0
    if size <= _SLIGHT:
        return text("Bear right") if is_right else text("Bear left")
    if size <= _TURN:
        return text("Turn right") if is_right else text("Turn left")
    return text("Turn sharp right") if is_right else text("Turn sharp left")


def _degrees(before: float, after: float) -> float:
    """Give by how much a heading changes, from -180 to 180.

    >>> _degrees(350, 20), _degrees(20, 350)
    (30, -30)
    """
    return (after - before + 180) % 360 - 180


def _direction(heading: float) -> Text:
    """Give the point of the compass."""
    return _COMPASS[round(heading / _EIGHTH) % len(_COMPASS)]


_COMPASS: Sequence[Text] = (
    text("north"),
    text("north-east"),
    text("east"),
    text("south-east"),
    text("south"),
    text("south-west"),
    text("west"),
    text("north-west"),
)


def _how(stretch: Stretch) -> Text:
    return text("push") if stretch.is_pushed else text("ride")


def _distance(metres: float) -> Text:
    """Give a distance as a rider thinks of it, to ten metres or a tenth of a kilometre."""
    tens = max(10, round(metres, -1))
    if tens < _KILOMETRE:
        return text("{metres} m", metres=int(tens))
    return text("{kilometres} km", kilometres=f"{round(metres / _TENTH) / 10:.1f}")
