"""Home of photos of a hand-over: what one may be, and the picture without what cameras write beside it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.delivery.rules.links import number_in
from app.errors import DomainError
from app.text import text
from app.till.rules.quarantine import Problem as RecordProblem
from app.till.rules.quarantine import Unfit
from app.till.rules.records import instant_in, uuid_in

LARGEST_BYTES = 400_000
LARGEST_SIDE = 1600
MOST_OF_A_STOP = 3

_START, _END, _PICTURE = 0xD8, 0xD9, 0xDA
_SIZES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BESIDE = frozenset(range(0xE1, 0xF0)) | {0xFE}
"""What cameras write beside a picture: where it was taken, when, with what, and a small copy of it."""


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A photo as a phone sends it, of one stop."""

    id: UUID
    run_id: int
    position: int
    taken_at: datetime
    picture: bytes


def read_photo(raw: object) -> NewPhoto | None:
    """Read one photo of a phone, its picture cleaned; None for what is none."""
    if not isinstance(raw, Mapping):
        return None
    run_id, position, image = number_in(raw.get("run")), number_in(raw.get("position")), raw.get("image")
    if run_id is None or position is None or not isinstance(image, str):
        return None
    try:
        picture = cleaned(base64.b64decode(image, validate=True))
        photo_id = uuid_in(raw.get("id"), RecordProblem.NO_ID)
        return NewPhoto(photo_id, run_id, position, instant_in(raw.get("taken_at")), picture)
    except (Unfit, DomainError, binascii.Error, ValueError):
        return None


def cleaned(picture: bytes) -> bytes:
    """Give a JPEG picture without what stands beside it, and without anything after its end.

    Raises: DomainError for what is no JPEG, too large, or broken.
    """
    if len(picture) > LARGEST_BYTES:
        raise DomainError(text("The photo is too large."))
    kept = bytearray(b"\xff\xd8")
    is_sized = False
    at = _after_start(picture)
    while True:
        kind, length = _segment(picture, at)
        if kind == _PICTURE:
            break
        if kind in _SIZES:
            is_sized = True
            _ensure_small(picture[at + 4 : at + 2 + length])
        if kind not in _BESIDE:
            kept += picture[at : at + 2 + length]
        at += 2 + length
    end = picture.rfind(b"\xff\xd9")
    if not is_sized or end < at:
        raise _broken()
    return bytes(kept + picture[at : end + 2])


def _after_start(picture: bytes) -> int:
    if picture[:2] != bytes((0xFF, _START)):
        raise _broken()
    return 2


def _segment(picture: bytes, at: int) -> tuple[int, int]:
    """Give the kind and the length of the segment at a place."""
    if at + 4 > len(picture) or picture[at] != 0xFF:  # noqa: PLR2004 - every marker begins so
        raise _broken()
    kind, length = picture[at + 1], int.from_bytes(picture[at + 2 : at + 4], "big")
    if kind in {_START, _END} or length < 2 or at + 2 + length > len(picture):  # noqa: PLR2004 - its own length
        raise _broken()
    return kind, length


def _ensure_small(frame: bytes) -> None:
    height, width = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big")
    if not (0 < height <= LARGEST_SIDE and 0 < width <= LARGEST_SIDE):
        raise DomainError(text("The photo is too large."))


def _broken() -> DomainError:
    return DomainError(text("This is no photo."))
