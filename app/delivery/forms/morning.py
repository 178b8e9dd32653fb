"""Home of the form of the morning's confirmation."""

from __future__ import annotations

from wtforms import HiddenField

from app.web.form import Form


class ConfirmForm(Form):
    """The list as somebody was shown it when they confirm it."""

    seen = HiddenField()
