"""Home of the pages that show the donations ledger: all funds, and one fund's months and entries."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template
from flask_babel import gettext

from app.access import require, viewer
from app.areas import queries as areas
from app.auth import queries as users
from app.donations import queries, service
from app.donations.models import CharityFund
from app.donations.rules.months import FundMonth, months_of
from app.donations.views.blueprint import bp
from app.errors import NotFound
from app.roles import Permission
from app.text import text
from app.web import navigation
from app.web.form import EmptyForm
from app.web.paging import page_of


@bp.get("")
@require(Permission.DONATIONS_VIEW)
def ledger() -> str:
    """Show what each fund received, gave and holds, and what waits for a second person."""
    funds = queries.funds(viewer().scope)
    waiting = queries.waiting(viewer().scope)
    may_confirm = viewer().may(Permission.DONATIONS_CONFIRM)
    return render_template(
        "donations/ledger.html",
        funds=funds,
        months=months_by_fund(funds),
        places=places_of(funds),
        waiting=waiting,
        names=users.names_of({each.recorded_by for each in waiting}),
        can_confirm=may_confirm and any(each.recorded_by != viewer().user_no for each in waiting),
        form=EmptyForm(),
    )


@bp.get("/funds/<int:fund_id>")
@require(Permission.DONATIONS_VIEW)
def fund(fund_id: int) -> str:
    """Show one fund month by month, and every entry of it."""
    found = seen_fund(fund_id)
    page = page_of(queries.entries_of(found))
    people = {each.recorded_by for each in page.rows}
    people |= {each.verdict.given_by for each in page.rows if each.verdict}
    return render_template(
        "donations/fund.html",
        fund=found,
        months=months_by_fund([found])[found.id],
        place=places_of([found])[found.area],
        page=page,
        names=users.names_of(people),
        code_of=service.code_of,
    )


def seen_fund(fund_id: int) -> CharityFund:
    """Give a fund that the viewer may see.

    Raises: NotFound.
    """
    found = queries.fund_numbered(fund_id, viewer().scope)
    if found is None:
        raise NotFound(text("There is no such fund."))
    return found


def months_by_fund(funds: Sequence[CharityFund]) -> dict[int, list[FundMonth]]:
    """Give each fund's months, by fund."""
    ids = [fund.id for fund in funds]
    received, spent = queries.received_by_month(ids), queries.spent_by_month(ids)
    return {
        fund_id: months_of(
            [(each.year, each.month, each.gifts, each.fen) for each in received if each.fund_id == fund_id],
            [(each.year, each.month, each.meals, each.fen) for each in spent if each.fund_id == fund_id],
        )
        for fund_id in ids
    }


def places_of(funds: Sequence[CharityFund]) -> dict[str, str]:
    """Give what a screen calls the area of each fund, by its code."""
    named = areas.labels({fund.area for fund in funds if fund.area})
    return {**named, "": gettext("everywhere")}


def _waiting_here() -> int:
    return len(queries.waiting(viewer().scope)) if viewer().may(Permission.DONATIONS_CONFIRM) else 0


navigation.counts["donations.ledger"] = _waiting_here
