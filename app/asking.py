"""Home of who asks for what is handed out now, and when: each copy says it."""

from __future__ import annotations

from contextvars import ContextVar

asked_by: ContextVar[str] = ContextVar("asked_by", default="")
"""A user's number and the minute, like `U-7 2026-11-27 12:50`. Empty on a terminal, and for visitors."""
