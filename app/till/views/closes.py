"""Home of the pages on closed sittings: each till's closing beside the ledger, and closing the desk."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.errors import DomainError, NotFound
from app.meals.rules import meal_id
from app.roles import Permission
from app.text import text
from app.till import queries, service
from app.till.forms.closes import DeskCloseForm
from app.till.models import DayClose
from app.till.queries import TillSitting
from app.till.rules.sittings import Counted, Figure, Figures, is_open, side_by_side
from app.till.views.office import REFUSED, bp, sites_of_viewer
from app.transaction import transaction
from app.web import throttle
from app.web.notices import notice

_CHANCE_BITS = 74


@dataclass(frozen=True, slots=True)
class Row:
    """One sitting at one till: how it was closed, and what the ledger holds of it."""

    till: TillSitting
    site: Site
    tablet_name: str
    held: Counted | None
    closes: Sequence[DayClose]

    @property
    def close(self) -> DayClose | None:
        """Give the closing that counts: the last one."""
        return self.closes[-1] if self.closes else None

    @property
    def is_open(self) -> bool:
        """Tell whether meals came after the last closing."""
        last = self.held.last_served_at if self.held is not None else None
        return is_open(last, [close.closed_at for close in self.closes])

    @property
    def figures(self) -> list[Figure]:
        """Give each kind of meal as closed and as held."""
        closed = _figures(self.close) if self.close is not None else None
        return side_by_side(closed, self.held.figures if self.held is not None else Figures())

    @property
    def differs(self) -> bool:
        """Tell whether what was closed is not what the ledger holds."""
        return any(figure.differs for figure in self.figures)

    @property
    def rank(self) -> tuple[bool, bool, str, int, str]:
        """Give its place in the list: the open ones first, then those that differ."""
        sittings = list(Sitting)
        order = self.till.site_code, sittings.index(self.till.sitting), self.till.tablet_no
        return not self.is_open, not self.differs, *order


@bp.get("/closes")
@require(Permission.MEALS_VIEW)
def closes() -> str:
    """Show how the sittings of a day were closed, the open ones first."""
    day = request.args.get("day", type=clock.day_written) or clock.today()
    rows = _rows(day)
    return render_template(
        "tablets/closes.html",
        day=day,
        today=clock.today(),
        rows=rows,
        names=users.names_of({close.closed_by for row in rows for close in row.closes}),
        open_count=sum(row.is_open for row in rows),
        differing=sum(row.differs for row in rows),
    )


@bp.get("/closes/desk/<site_code>/<day>/<sitting>")
@require(Permission.MEALS_RECORD)
def desk(site_code: str, day: str, sitting: str) -> str:
    """Show what was recorded at the desk at one sitting, and the form that closes it."""
    till = _till(site_code, day, sitting)
    held = service.desk_sitting(till.site_code, till.served_on, till.sitting)
    form = DeskCloseForm(None, close_id=_close_id(), expected_fen=held.cash_fen if held is not None else 0)
    return _desk_page(till, held, form)


@bp.post("/closes/desk/<site_code>/<day>/<sitting>")
@require(Permission.MEALS_RECORD)
def close_desk(site_code: str, day: str, sitting: str) -> Response | tuple[str, int]:
    """Close a sitting at the desk."""
    till, form = _till(site_code, day, sitting), DeskCloseForm()
    if form.validate_on_submit():
        try:
            if form.pin.data:
                throttle.count_attempt()
            with transaction():
                service.close_desk(form.close_of(till), by=viewer(), at=clock.now())
            notice(text("The sitting is closed."))
            return redirect(url_for("tablets.closes", day=till.served_on.isoformat()))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    held = service.desk_sitting(till.site_code, till.served_on, till.sitting)
    # What was counted belongs to the figures that are shown now.
    form.expected_fen.data = held.cash_fen if held is not None else 0
    form.expected_fen.raw_data = None
    return _desk_page(till, held, form), REFUSED


def _rows(day: date) -> list[Row]:
    scope = viewer().scope
    held = queries.counted(scope, day, day)
    closed: dict[TillSitting, list[DayClose]] = {}
    for close in queries.day_closes(scope, day, day):
        tablet_no = close.tablet.tablet_no if close.tablet is not None else service.DESK
        till = TillSitting(close.site_code, close.served_on, close.sitting, tablet_no)
        closed.setdefault(till, []).append(close)
    sites = canteens.sites_by_code()
    names = {tablet.tablet_no: tablet.name for tablet in queries.tablets_in(scope)}
    rows = [
        Row(till, sites[till.site_code], names.get(till.tablet_no, ""), held.get(till), closed.get(till, ()))
        for till in held.keys() | closed.keys()
    ]
    return sorted(rows, key=lambda row: row.rank)


def _figures(close: DayClose) -> Figures:
    return Figures(
        close.dine_in,
        close.take_away,
        close.delivered,
        close.reversed,
        close.unregistered,
        close.subsidised,
    )


def _till(site_code: str, day: str, sitting: str) -> TillSitting:
    """Read an address.

    Raises: NotFound, also for a site outside the viewer's scope.
    """
    if canteens.site_of(site_code, viewer().scope) is None or sitting not in set(Sitting):
        raise NotFound(text("There is no such site, or it is not yours. Start from the home page."))
    try:
        return TillSitting(site_code, clock.day_written(day), Sitting(sitting), service.DESK)
    except ValueError:
        raise NotFound(text("There is no such site, or it is not yours. Start from the home page.")) from None


def _close_id() -> str:
    return str(meal_id(clock.now(), secrets.randbits(_CHANCE_BITS)))


def _desk_page(till: TillSitting, held: Counted | None, form: DeskCloseForm) -> str:
    sites = {site.site_code: site for site in sites_of_viewer()}
    before = [
        close
        for close in queries.day_closes(viewer().scope, till.served_on, till.served_on)
        if close.tablet_id is None and close.site_code == till.site_code and close.sitting is till.sitting
    ]
    return render_template(
        "tablets/desk.html",
        till=till,
        site=sites[till.site_code],
        held=held,
        figures=side_by_side(None, held.figures) if held is not None else [],
        form=form,
        before=before,
        has_pin=current_user.pin_key is not None,
    )
