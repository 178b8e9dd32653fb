"""Home of films for a browser's camera: a card's square, held still in front of it."""

from __future__ import annotations

from pathlib import Path

import segno

WIDTH, HEIGHT = 640, 480
_MODULE = 12
_WHITE, _BLACK, _GREY = 235, 16, 128


def film_of(content: str, path: Path) -> Path:
    """Write a film of one picture, a QR code on white paper, as raw YUV that Chromium plays as its camera."""
    square = [list(row) for row in segno.make(content, error="m", micro=False).matrix]
    side = len(square) * _MODULE
    left, top = (WIDTH - side) // 2, (HEIGHT - side) // 2
    picture = bytearray([_WHITE]) * (WIDTH * HEIGHT)
    for row, modules in enumerate(square):
        for column, is_dark in enumerate(modules):
            if not is_dark:
                continue
            for line in range(_MODULE):
                start = (top + row * _MODULE + line) * WIDTH + left + column * _MODULE
                picture[start : start + _MODULE] = bytes([_BLACK]) * _MODULE
    colours = bytes([_GREY]) * (WIDTH * HEIGHT // 2)
    head = f"YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n".encode()
    path.write_bytes(head + b"FRAME\n" + bytes(picture) + colours)
    return path
