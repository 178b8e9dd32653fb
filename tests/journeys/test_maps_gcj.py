"""A map on tiles in GCJ-02 in a browser: what is clicked on them is the door in WGS-84."""

from __future__ import annotations

import math
import re
import threading
from base64 import b64decode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from app.extensions import db
from app.place import Point
from app.roles import Role
from app.transaction import transaction
from tests.factories.delivery import kitchen, neighbour, subscribed
from tests.support.databases import application
from tests.support.visits import signed_in

DOOR = Point(28.114200, 112.982100)
TILE = 256
BESIDE_METRES = 3
"""A pixel is two metres at the zoom that the page opens with."""


_ONE_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


class _Tiles(BaseHTTPRequestHandler):
    """Gives a plain tile for every number."""

    def do_GET(self) -> None:
        """Give the tile."""
        self.send_response(200)
        self.send_header("Content-Type", "image/png")
        self.end_headers()
        self.wfile.write(b64decode(_ONE_PIXEL))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def tiles() -> Iterator[str]:
    """Give the address of a tile server that runs while the test does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Tiles)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/{{z}}/{{x}}/{{y}}.png"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def app(database: str, tmp_path: Path, tiles: str) -> Iterator[Flask]:
    """Give the application with those tiles, inside its context."""
    app = application(tmp_path, database, map_tiles=tiles, map_tiles_datum="gcj02")
    app.testing = True
    with app.app_context():
        with transaction():
            kitchen()
            subscribed(neighbour("R-1"))
            subscribed(neighbour("R-9", name="周玉珍", has_place=False))
        yield app
        db.session.rollback()
        db.engine.dispose()


def spot_on_tile(lat: float, lon: float, zoom: int) -> tuple[int, int, float, float]:
    """Give the tile that shows a place, and the pixel on it, as every web map counts them."""
    count = 2**zoom
    across = (lon + 180) / 360 * count
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * count
    return int(across), int(down), across % 1 * TILE, down % 1 * TILE


def test_a_pin_clicked_on_chinese_tiles_lands_at_the_door_in_wgs84(page: Page) -> None:
    signed_in(page, Role.DISTRICT_OFFICER)
    page.goto("/delivery/places/R-9")
    page.locator("#pick").scroll_into_view_if_needed()
    expect(page.locator(".leaflet-tile-loaded").first).to_be_visible()
    shown = page.locator(".leaflet-tile-loaded").first.get_attribute("src") or ""
    zoom = int(re.findall(r"\d+", shown)[-3])
    x, y, right, down = spot_on_tile(*DOOR.as_gcj02(), zoom)
    box = page.locator(f".leaflet-tile[src$='/{zoom}/{x}/{y}.png']").bounding_box()
    assert box is not None
    scale = box["width"] / TILE
    page.mouse.click(box["x"] + right * scale, box["y"] + down * scale)
    expect(page.locator(".chosen-pin")).to_be_visible()
    expect(page.get_by_label("坐标来源")).to_have_value("wgs84")
    clicked = Point(
        float(page.get_by_label("纬度").input_value()), float(page.get_by_label("经度").input_value())
    )
    assert clicked.metres_to(DOOR) < BESIDE_METRES
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存")).to_be_visible()
    page.goto("/delivery/places/R-9")
    expect(page.get_by_label("纬度")).to_have_value(f"{clicked.lat:.6f}")
