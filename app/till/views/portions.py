"""Home of the pages on portions: a day's sittings at one's site, and the figures of one sitting."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.text import Text, text
from app.till import queries, service
from app.till.forms.portions import PortionsForm, Slot, portions_form
from app.till.models import PortionCount
from app.till.rules.balance import Balance, CountKind, SiteSitting
from app.till.views.office import REFUSED, bp, sites_of_viewer
from app.transaction import transaction
from app.web.notices import notice

foretold: list[Callable[[SiteSitting], Text | None]] = []
"""What says how many are expected of a sitting; packages above put themselves in."""


@dataclass(frozen=True, slots=True)
class Row:
    """One sitting at one site; `balance` is None where nothing was served, sent or counted."""

    site: Site
    sitting: Sitting
    balance: Balance | None
    foretold: list[Text]


@bp.get("/portions")
@require(Permission.MEALS_RECORD)
def portions() -> str:
    """Show the sittings of a day at the viewer's site, each with how it stands."""
    day = request.args.get("day", type=clock.day_written) or clock.today()
    sites = sites_of_viewer()
    found = queries.balances_at([site.site_code for site in sites], day, day)
    held = {balance.where: balance for balance in found}
    rows = [
        Row(site, sitting, held.get(where), _foretold(where) if len(sites) == 1 else [])
        for site in sites
        for sitting in Sitting
        for where in [SiteSitting(site.site_code, day, sitting)]
    ]
    return render_template("tablets/portions.html", day=day, today=clock.today(), rows=rows)


@bp.get("/portions/<site_code>/<day>/<sitting>")
@require(Permission.MEALS_VIEW)
def sitting_portions(site_code: str, day: str, sitting: str) -> str:
    """Show what was counted of one sitting, what was changed of it, and to staff the form."""
    site, where = _where(site_code, day, sitting)
    return _page(site, where, portions_form(_slots(site, where)))


@bp.post("/portions/<site_code>/<day>/<sitting>")
@require(Permission.MEALS_RECORD)
def count_portions(site_code: str, day: str, sitting: str) -> Response | tuple[str, int]:
    """Write down the figures of one sitting."""
    site, where = _where(site_code, day, sitting)
    form = portions_form(_slots(site, where))
    if form.validate_on_submit():
        try:
            with transaction():
                service.count_portions(
                    where,
                    form.counts_at(where),
                    reason=form.reason.data or "",
                    by=viewer(),
                    at=clock.now(),
                )
            notice(text("The figures are kept."))
            return redirect(url_for("tablets.portions", day=where.served_on.isoformat()))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _page(site, where, form), REFUSED


def _foretold(where: SiteSitting) -> list[Text]:
    said = (tell(where) for tell in foretold)
    return [each for each in said if each is not None]


def _where(site_code: str, day: str, sitting: str) -> tuple[Site, SiteSitting]:
    """Read an address.

    Raises: NotFound, also for a site outside the viewer's scope.
    """
    site = canteens.site_of(site_code, viewer().scope)
    try:
        if site is not None and sitting in set(Sitting):
            return site, SiteSitting(site_code, clock.day_written(day), Sitting(sitting))
    except ValueError:
        pass
    raise NotFound(text("There is no such site, or it is not yours. Start from the home page."))


def _slots(site: Site, where: SiteSitting) -> list[Slot]:
    """Give what a site is asked for: a kitchen other things than a point that another cooks for."""
    standing = {(row.kind, row.to_code): row.portions for row in queries.counts_of(where)}
    asked = _of_point(site.site_code) if site.kitchen_code is not None else _of_kitchen(site, where)
    return [
        Slot(slot.kind, slot.to_code, slot.label, slot.hint, standing.get((slot.kind, slot.to_code)))
        for slot in asked
    ]


def _of_kitchen(site: Site, where: SiteSitting) -> list[Slot]:
    code, sites = site.site_code, canteens.sites_by_code()
    points = [sites[each] for each in queries.fed_by(code, where.served_on, where.served_on)]
    return [
        Slot(CountKind.COOKED, code, text("Cooked"), text("Without meals for staff and other guests")),
        *(
            Slot(CountKind.SENT, point.site_code, text("Sent to {site}", site=point.name))
            for point in points
            if point.facts.is_open_on(where.served_on)
        ),
        Slot(
            CountKind.SPOILED,
            code,
            text("Left over or spoiled here"),
            text("Without what service points returned"),
        ),
    ]


def _of_point(code: str) -> list[Slot]:
    return [
        Slot(CountKind.RECEIVED, code, text("Arrived"), text("May stay empty where it is what was sent")),
        Slot(CountKind.RETURNED, code, text("Returned to the kitchen")),
        Slot(CountKind.SPOILED, code, text("Left over or spoiled here")),
    ]


def _changes(counts: Sequence[PortionCount]) -> list[tuple[PortionCount, PortionCount]]:
    """Give what was changed: what stood before, and what replaced it."""
    by_turn = {(row.kind, row.to_code, row.turn): row for row in counts}
    return [(by_turn[row.kind, row.to_code, row.turn - 1], row) for row in counts if row.turn > 1]


def _page(site: Site, where: SiteSitting, form: PortionsForm) -> str:
    counts, balance = queries.counts_of(where), queries.balance_of(where)
    given = balance.explained_by if balance is not None else None
    return render_template(
        "tablets/sitting_portions.html",
        site=site,
        where=where,
        form=form,
        balance=balance,
        sites=canteens.sites_by_code(),
        changes=_changes(counts),
        foretold=_foretold(where),
        people=users.names_of({row.counted_by for row in counts} | ({given.by} if given else set())),
    )
