"""The verbs of the demo: make the whole district, ride in it today, and care for its people."""

from __future__ import annotations

from app.demo.service.care import care_for_people
from app.demo.service.make import DemoSize, make_demo
from app.demo.service.rides import draft_rides, ride_today

__all__ = ["DemoSize", "care_for_people", "draft_rides", "make_demo", "ride_today"]
