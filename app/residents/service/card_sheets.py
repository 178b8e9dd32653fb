"""Home of printing cards: eight on a sheet, to be cut apart and laminated.

The paper is Chinese, whatever the language of whoever prints it. A card says its holder's name and number;
the code in its picture says nothing about the person.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import segno

from app.clock import SHANGHAI
from app.paper import printed
from app.residents.queries import CardFace
from app.residents.rules.cards import grouped

FORM = "residents/cards.typ"
MOST = 400
"""How many cards one file holds: fifty sheets, which a printer takes without being refilled."""


def card_sheets(faces: Sequence[CardFace], *, phone: str, at: datetime) -> bytes:
    """Print cards; `phone` is the line that who finds one may call, empty when there is none."""
    data = {
        "cards": [_card(face) for face in faces],
        "phone": phone,
        "printed_at": _moment(at),
    }
    return printed(FORM, data, at=at)


def _card(face: CardFace) -> dict[str, object]:
    return {
        "name": face.name,
        "resident_no": face.resident_no,
        "code": grouped(face.code),
        "issued_on": face.issued_at.astimezone(SHANGHAI).strftime("%Y-%m-%d"),
        "qr": _qr(face.code),
    }


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _qr(code: str) -> str:
    """Draw a code as SVG, with the quiet zone of four modules around it.

    A Micro QR code would do for twelve characters, but few scanners read one. Error correction Q costs no
    room here, and lets a quarter of the picture be scratched.
    Source: ISO/IEC 18004, quiet zone and error correction.
    """
    drawing = io.BytesIO()
    segno.make_qr(code, error="q", boost_error=False).save(
        drawing, kind="svg", border=4, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawing.getvalue().decode()
