"""Home of the one shape of a writing view: the form, the act, and then onward or the page again."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect
from werkzeug import Response

from app.errors import DomainError, NotFound
from app.text import Text
from app.transaction import transaction
from app.web.form import Form
from app.web.notices import notice

REFUSED = 422
Answer = Response | tuple[str, int]


def acted(
    form: Form, act: Callable[[], Text], *, onward: Callable[[], str], again: Callable[[], str]
) -> Answer:
    """Do what a form asks for, say what `act` gives and go `onward`, or show the page `again` with the fault.

    Raises: NotFound, whose page is its own.
    """
    if form.validate_on_submit():
        try:
            with transaction():
                said = act()
            notice(said)
            return redirect(onward())
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return again(), REFUSED
