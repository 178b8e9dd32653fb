"""The verbs of the demo: make the whole district, and ride in it today."""

from __future__ import annotations

from app.demo.service.make import DemoSize, make_demo
from app.demo.service.rides import draft_rides, ride_today

__all__ = ["DemoSize", "draft_rides", "make_demo", "ride_today"]
