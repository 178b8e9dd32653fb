"""Home of a family's link as it comes with a browser: kept in its session, and looked at each time."""

from __future__ import annotations

from flask import g, render_template, session
from flask.typing import ResponseReturnValue

from app import clock
from app.delivery.forms.family import TokenForm
from app.delivery.models.family import FamilyLink
from app.delivery.service.family import family_link_of
from app.delivery.service.family_days import refusal_of
from app.text import Text
from app.web import throttle

_KEY = "family_link"
_CLOSED = 401


def remember(token: str) -> None:
    """Keep a link in the browser's own session, so that it stands in no address."""
    session[_KEY] = token


def forget() -> None:
    """Let the browser know no link any more."""
    session.pop(_KEY, None)


def is_remembered() -> bool:
    """Tell whether the browser carries a link."""
    return _KEY in session


def refusal() -> ResponseReturnValue | None:
    """Look at the link that a browser carries; give the page that refuses it, or None."""
    link = family_link_of(str(session.get(_KEY, "")))
    why = refusal_of(link, at=clock.now())
    if why is not None:
        forget()
        return door_page(why), _CLOSED
    if link is not None:
        throttle.count_request("family", str(link.number))
    g.family_link = link
    return None


def this_family() -> FamilyLink:
    """Give the link whose request this is; `refusal` has let it in."""
    link: FamilyLink = g.family_link
    return link


def door_page(why: Text | None = None, form: TokenForm | None = None) -> str:
    """Write the page at which a link is opened, with why the last one was not."""
    return render_template(
        "delivery/family_door.html", form=form or TokenForm(formdata=None), why=why, goes_on=is_remembered()
    )
