"""Home of what donors see without signing in: what their money did; sums alone, and nobody who ate."""

from __future__ import annotations

from datetime import date

from flask import render_template

from app.access import public
from app.donations import queries
from app.donations.rules.gifts import spent_of
from app.donations.service import donation_of_code
from app.donations.views.blueprint import bp
from app.donations.views.books import months_by_fund, places_of
from app.errors import NotFound
from app.roles import Scope
from app.text import text

_EVERYWHERE = Scope()


@bp.get("/public")
@public
def for_donors() -> str:
    """Show every fund that anything came into: received, spent, meals helped, month by month."""
    funds = queries.funds(_EVERYWHERE)
    months = months_by_fund(funds)
    shown = [fund for fund in funds if months[fund.id]]
    return render_template(
        "donations/public.html",
        funds=shown,
        months=months,
        places=places_of(shown),
        donors={fund.id: queries.donor_names(fund.id, since=date.min) for fund in shown},
    )


@bp.get("/public/<code>")
@public
def for_donor(code: str) -> str:
    """Show what became of one gift, to whoever holds the code on its receipt."""
    gift = donation_of_code(code)
    if gift is None:
        raise NotFound(text("There is no donation with this code. Compare it with your receipt."))
    months = months_by_fund([gift.fund])[gift.fund_id]
    return render_template(
        "donations/gift.html",
        gift=gift,
        worth_fen=queries.worth_of(gift),
        spent_fen=spent_of(
            gift.id, queries.gifts_worth(gift.fund_id), sum(month.spent_fen for month in months)
        ),
        months=months,
    )
