"""Home of entering the papers of a site, renewing them, and letting one go."""

from __future__ import annotations

from datetime import datetime

from app.audit import service as audit
from app.canteens import queries as canteens
from app.clock import on
from app.errors import NotAllowed, NotFound
from app.extensions import db
from app.oversight.models.papers import SitePaper
from app.oversight.queries import papers as queries
from app.oversight.rules.papers import Paper, ensure_paper
from app.roles import Actor, Permission
from app.text import text


def enter_paper(site_code: str, paper: Paper, *, by: Actor, at: datetime) -> SitePaper:
    """Write down a paper of a site, or its renewal over the one that it follows.

    Raises: NotAllowed; NotFound outside the scope; DomainError for what cannot be one.
    """
    _ensure_may(by)
    if canteens.site_of(site_code, by.scope) is None:
        raise NotFound(text("There is no site {code} in your area.", code=site_code))
    ensure_paper(paper, on(at))
    held = queries.paper_of(site_code, paper.kind, paper.holder)
    is_renewal = held is not None
    if held is None:
        held = SitePaper(site_code=site_code, kind=paper.kind, holder=paper.holder)
        db.session.add(held)
    held.number, held.valid_until = paper.number, paper.valid_until
    held.entered_by, held.entered_at = by.user_no, at
    db.session.flush()
    detail = {"kind": paper.kind.value, "until": paper.valid_until.isoformat(), "renewal": is_renewal}
    audit.record("site_paper.entered", f"site:{site_code}", by=by, at=at, detail=detail)
    return held


def let_paper_go(paper_id: int, *, by: Actor, at: datetime) -> str:
    """Delete a paper that the site needs no more, with the name on it; give the site's code.

    Raises: NotAllowed; NotFound outside the scope.
    """
    _ensure_may(by)
    held = queries.paper_numbered(paper_id, by.scope)
    if held is None:
        raise NotFound(text("This paper is no longer kept."))
    site_code, detail = held.site_code, {"kind": held.kind.value, "until": held.valid_until.isoformat()}
    db.session.delete(held)
    db.session.flush()
    audit.record("site_paper.let_go", f"site:{site_code}", by=by, at=at, detail=detail)
    return site_code


def _ensure_may(by: Actor) -> None:
    if not by.may(Permission.OVERSIGHT_ENTER):
        raise NotAllowed(text("You may not take this step. Ask whoever does it in your office."))
