"""Home of the language of a page and of a command, and of putting a Text into it."""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import Any

from flask import has_request_context, request, session
from flask_babel import format_date, get_locale, gettext

from app.month import Month
from app.text import Text

LANGUAGES = {"zh_Hans_CN": "中文", "en": "English"}
_SESSION_KEY = "language"


def chosen_language() -> str | None:
    """Give the reader's language: a page's by their switch, a command's by the terminal; None: default.

    A tablet's page keeps its language itself, and says it each time that it asks, which is for JSON.
    """
    if has_request_context():
        if request.accept_mimetypes.best == "application/json":
            return "en" if str(request.accept_languages.best).startswith("en") else None
        language = session.get(_SESSION_KEY)
        return language if language in LANGUAGES else None
    spoken = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh_Hans_CN" if spoken.startswith("zh") else "en"


def choose_language(language: str) -> None:
    """Remember the reader's switch."""
    if language in LANGUAGES:
        session[_SESSION_KEY] = language


def say(sentence: Text) -> str:
    """Put a sentence into the reader's language."""
    return sentence.rendered(gettext, _written)


def _written(value: object) -> object:
    """Write dates and months as Chinese offices do, 2026年11月23日; in English they stay 2026-11-23."""
    if isinstance(value, Month):
        return month_name(value)
    if isinstance(value, date) and not isinstance(value, datetime) and get_locale().language == "zh":
        return format_date(value, "medium")
    return value


def month_name(month: Month | str) -> str:
    """Write a month, given as itself or as `2026-10`: 2026年10月, or 2026-10."""
    year, number = str(month).split("-")
    return f"{year}年{int(number)}月" if get_locale().language == "zh" else str(month)


def printed(value: Any) -> Any:  # noqa: ANN401 - Jinja prints anything
    """Let a template print a Text in the reader's language."""
    return say(value) if isinstance(value, Text) else value
