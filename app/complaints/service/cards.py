"""Home of printing the codes for tables: a card with a QR code that opens the page of one site."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import segno

from app.paper import printed

SIZES = {"a6": 1.0, "a5": 1.414}
"""The papers, and how much larger than on A6 everything on them is."""


@dataclass(frozen=True, slots=True)
class TableCode:
    """One site's card: its name, and the address that its code opens."""

    site: str
    address: str


def code_cards(codes: Sequence[TableCode], *, size: str, phone: str, at: datetime) -> bytes:
    """Print a card for each site; `phone` is the line for complaints, empty when there is none."""
    data = {
        "size": size if size in SIZES else "a6",
        "scale": SIZES.get(size, 1.0),
        "phone": phone,
        "cards": [{"site": code.site, "address": code.address, "qr": _qr(code.address)} for code in codes],
    }
    return printed("complaints/cards.typ", data, at=at)


def _qr(address: str) -> str:
    """Draw an address as SVG; a quarter of the picture may be scratched or stained.

    Source: ISO/IEC 18004, quiet zone and error correction.
    """
    drawing = io.BytesIO()
    segno.make_qr(address, error="q", boost_error=False).save(
        drawing, kind="svg", border=4, xmldecl=False, svgclass=None, lineclass=None
    )
    return drawing.getvalue().decode()
