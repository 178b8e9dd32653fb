"""Home of the pages on tablets: which there are and how they do, a new one, and the end of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import segno
from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.subsidy import queries as subsidy
from app.text import Text, text
from app.till import queries, service
from app.till.forms import TabletForm
from app.till.models import Tablet
from app.till.rules.credentials import CODE_MINUTES, written_code
from app.till.rules.watch import Ground, State, TabletFacts, Worry, lasting, since, worries
from app.till.views import shell
from app.till.views.office import REFUSED, bp, sites_of_viewer
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice

_QR_SCALE = 8


@dataclass(frozen=True, slots=True)
class Watched:
    """A tablet as its keepers look at it."""

    tablet: Tablet
    facts: TabletFacts
    worries: tuple[Worry, ...]
    seen: Text
    oldest_unsent: Text
    skew: Text | None
    ground: Ground

    @property
    def rank(self) -> tuple[bool, int, str, int]:
        """Give its place in the list: what wants a look first, the revoked last."""
        order = list(Worry)
        first = order.index(self.worries[0]) if self.worries else len(order)
        is_revoked = self.facts.revoked_at is not None
        return is_revoked and not self.worries, first, self.tablet.site_code, self.tablet.id

    def has(self, worry: str) -> bool:
        """Tell whether it has this worry."""
        return worry in self.worries


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole of a scope at a glance."""

    in_use: int
    heard_today: int
    unsent: int
    missing: int
    worried: int


@bp.get("/")
@require(Permission.TABLETS_VIEW)
def overview() -> str:
    """Show every tablet within the scope, what wants a look first."""
    at = clock.now()
    watched = sorted(_watch(queries.tablets_in(viewer().scope), at), key=lambda each: each.rank)
    return render_template("tablets/overview.html", watched=watched, summary=_summary(watched, at))


@bp.get("/new")
@require(Permission.TABLETS_ENROL)
def new() -> str:
    """Show the form for a new tablet."""
    return render_template("tablets/new.html", form=TabletForm(sites=sites_of_viewer()))


@bp.post("/new")
@require(Permission.TABLETS_ENROL)
def prepare() -> str | tuple[str, int]:
    """Prepare a tablet, and show this once the code that enrols it."""
    form = TabletForm(sites=sites_of_viewer())
    if form.validate_on_submit():
        try:
            return _prepared(form.site_code.data, form.name.data)
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return render_template("tablets/new.html", form=form), REFUSED


@bp.get("/<tablet_no>")
@require(Permission.TABLETS_VIEW)
def tablet(tablet_no: str) -> str:
    """Show one tablet: how it does, what to do about it, and how it ends."""
    (watched,) = _watch([service.tablet_for(tablet_no, by=viewer())], clock.now())
    return render_template("tablets/tablet.html", each=watched, form=EmptyForm())


@bp.post("/<tablet_no>/code")
@require(Permission.TABLETS_ENROL)
def new_code(tablet_no: str) -> str:
    """Show a new code for a tablet that is not enrolled yet, or for the successor of a revoked one."""
    found = service.tablet_for(tablet_no, by=viewer())
    return _prepared(found.site_code, found.name)


@bp.post("/<tablet_no>/revoke")
@require(Permission.TABLETS_ENROL)
def revoke(tablet_no: str) -> Response:
    """Take a tablet's credential back."""
    with transaction():
        service.revoke(tablet_no, by=viewer(), at=clock.now())
    notice(
        text(
            "{tablet_no} is revoked. It wipes what it knows of people at its next contact; meals it has not "
            "sent stay on it.",
            tablet_no=tablet_no,
        )
    )
    return redirect(url_for("tablets.tablet", tablet_no=tablet_no))


def _prepared(site_code: str, name: str) -> str:
    """Make a code and show it; it stands in no address, and is not to be had again."""
    at = clock.now()
    with transaction():
        made, code = service.prepare(site_code, name, by=viewer(), at=at)
        tablet_no = made.tablet_no
    link = url_for("till.app", _external=True)
    picture = segno.make(f"{link}#enrol={code}", error="m").svg_data_uri(scale=_QR_SCALE, border=4)
    (watched,) = _watch([service.tablet_for(tablet_no, by=viewer())], at)
    return render_template(
        "tablets/code.html",
        each=watched,
        code=written_code(code),
        link=link,
        picture=picture,
        minutes=CODE_MINUTES,
        until=watched.tablet.code_expires_at,
    )


def _watch(tablets: Sequence[Tablet], at: datetime) -> list[Watched]:
    """Look at tablets as they are now."""
    version, policies, today = shell.TILL.version(), subsidy.policy_book(), clock.on(at)
    found = []
    for each in tablets:
        policy = policies.deciding(each.site.area_code, today)
        ground = Ground(at, each.site.facts, version, policy.reference if policy is not None else "")
        facts = each.facts
        found.append(
            Watched(
                tablet=each,
                facts=facts,
                worries=worries(facts, ground),
                seen=since(facts.last_seen_at, at),
                oldest_unsent=since(facts.oldest_unsent_at, at),
                skew=None if facts.skew_seconds is None else lasting(abs(facts.skew_seconds)),
                ground=ground,
            )
        )
    return found


def _summary(watched: Sequence[Watched], at: datetime) -> Summary:
    today = clock.on(at)
    in_use = [each.facts for each in watched if each.facts.state is State.ENROLLED]
    heard = [facts for facts in in_use if facts.last_seen_at and clock.on(facts.last_seen_at) == today]
    return Summary(
        in_use=len(in_use),
        heard_today=len(heard),
        unsent=sum(each.facts.unsent or 0 for each in watched),
        missing=sum(each.facts.missing for each in watched),
        worried=sum(bool(each.worries) for each in watched),
    )
