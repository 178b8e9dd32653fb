"""Home of notices: one line at the top of the next page, saying what was done."""

from __future__ import annotations

from flask import flash

from app.text import Text
from app.web.language import say


def notice(sentence: Text) -> None:
    """Say on the next page that something was done."""
    flash(say(sentence), "done")


def warning(sentence: Text) -> None:
    """Say on the next page that something wants attention."""
    flash(say(sentence), "warning")
