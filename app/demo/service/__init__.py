"""The verb of the demo: make the whole district."""

from __future__ import annotations

from app.demo.service.make import DemoSize, make_demo

__all__ = ["DemoSize", "make_demo"]
