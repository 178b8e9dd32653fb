"""Home of the dashboard of a district or street: the three troubles first, today live, money of the year."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import may, require, viewer
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.canteens.rules import SiteKind, Sitting
from app.errors import DomainError, NotFound
from app.extensions import db
from app.month import Month, month_of, parse_month
from app.oversight.forms.money import BudgetForm, CostsForm, WhatIfForm
from app.oversight.queries import covers as forecast_queries
from app.oversight.queries import dashboard as queries
from app.oversight.rules.breakeven import SiteMonth, WhatIf, with_costs
from app.oversight.rules.charts import Item, chart
from app.oversight.rules.outlook import Expected, Series
from app.oversight.rules.served import Served, by_day, by_site, by_sitting
from app.oversight.rules.troubles import WINDOW, Burn, Footfall, Trouble, footfall
from app.oversight.service import money as service
from app.oversight.service.alerts import alerts
from app.oversight.views.blueprint import bp
from app.roles import Permission, Scope
from app.settlement.queries import funds as settlement
from app.settlement.rules.fund_year import FundMonthSum
from app.text import text
from app.transaction import transaction
from app.web.notices import notice

REFUSED = 422


@dataclass(frozen=True, slots=True)
class SiteToday:
    """One site today: what came of each sitting, and what is expected of it."""

    site: Site
    came: Mapping[Sitting, int]
    expected: Mapping[Sitting, Expected]
    trend: Footfall

    @property
    def order(self) -> tuple[int, float, str]:
        """Give its place among sites with trouble: the worst kind first, then who lost most."""
        trouble = self.trend.trouble
        place = list(Trouble).index(trouble) if trouble else len(Trouble)
        return place, self.trend.change or 0.0, self.site.site_code


@dataclass(frozen=True, slots=True)
class Account:
    """One site's month: as it was, and as other figures would make it."""

    site: Site
    month: SiteMonth
    tried: SiteMonth
    is_entered: bool


@bp.get("/dashboard")
@require(Permission.OVERSIGHT_VIEW)
def dashboard() -> str:
    """Show how the viewer's sites do: the three troubles, today, what wants a look, the year's money."""
    scope, now, today = viewer().scope, clock.now(), clock.today()
    sites = _sites(scope, today)
    served = queries.served(scope, today - 2 * WINDOW, today)
    rows, totals = _today(scope, sites, served, today), by_day(served)
    last = month_of(today.replace(day=1) - timedelta(days=1))
    accounts = _accounts(scope, sites, last, WhatIf())
    return render_template(
        "oversight/dashboard.html",
        now=now,
        today=today,
        troubled=sorted((row for row in rows if row.trend.trouble), key=lambda row: row.order),
        rest=[row for row in rows if not row.trend.trouble],
        sitting_kinds=list(Sitting),
        footfall=footfall({total.on: total.meals for total in totals}, today),
        known=queries.known_to(scope),
        month=last,
        losing=sum(each.is_entered and each.month.result_fen < 0 for each in accounts),
        entered=sum(each.is_entered for each in accounts),
        canteens=len(accounts),
        totals=totals[-28:],
        drawn=chart([Item(f"{each.on.month}.{each.on.day}", each.meals) for each in totals[-28:]], step=38),
        stops=queries.planned_stops(scope, today),
        delivered=next((each.delivered for each in totals if each.on == today), 0),
        alerts=[alert for alert in alerts(by=viewer(), at=now) if may(alert.permission)],
        burns=_burns(scope, today),
    )


def _sites(scope: Scope, today: date) -> list[Site]:
    found = db.session.execute(canteens.sites(scope)).scalars().all()
    return [site for site in found if site.facts.is_open_on(today)]


def _today(scope: Scope, sites: Sequence[Site], served: Sequence[Served], today: date) -> list[SiteToday]:
    came, trends = by_sitting(served, today), by_site(served)
    expected = forecast_queries.expected_on([today], scope)
    return [
        SiteToday(
            site,
            {sitting: came.get((site.site_code, sitting), 0) for sitting in Sitting},
            {
                sitting: expected[Series(site.site_code, sitting), today]
                for sitting in Sitting
                if (Series(site.site_code, sitting), today) in expected
            },
            footfall(trends.get(site.site_code, {}), today),
        )
        for site in sites
    ]


def _burns(scope: Scope, today: date) -> list[Burn]:
    """Put the year's budgets beside what statements owe of each fund."""
    months: defaultdict[str, list[FundMonthSum]] = defaultdict(list)
    for each in settlement.fund_months(today.year, scope):
        months[each.fund].append(each)
    budgets = queries.budgets_of(scope.area, today.year)
    return [_burn(fund, budgets.get(fund), months.get(fund, [])) for fund in sorted({*months, *budgets})]


def _burn(fund: str, budget_fen: int | None, months: Sequence[FundMonthSum]) -> Burn:
    if not months:
        return Burn(fund, budget_fen, 0, 0)
    numbers = [parse_month(each.month).first_on.month for each in months]
    spent, paid = sum(each.amount_fen for each in months), sum(each.paid_fen for each in months)
    return Burn(fund, budget_fen, spent, paid, min(numbers), max(numbers))


def _accounts(scope: Scope, sites: Sequence[Site], month: Month, tried: WhatIf) -> list[Account]:
    months = queries.site_months(scope, month.first_on, month.last_on)
    costs, awards = queries.costs_of(scope, str(month)), queries.awards_of(scope, month.year)
    found = []
    for site in sites:
        code = site.site_code
        if site.kind is SiteKind.CANTEEN or code in costs:
            whole = with_costs(months.get(code, SiteMonth()), costs.get(code, {}), awards.get(code, 0))
            own = tried if site.kind is SiteKind.CANTEEN else replace(tried, award_year_fen=None)
            found.append(Account(site, whole, own.of(whole), code in costs))
    return found


@bp.get("/accounts")
@require(Permission.OVERSIGHT_VIEW)
def accounts() -> str | tuple[str, int]:
    """Show which canteens cover their costs, and what another price, more meals or another award would do."""
    scope, today = viewer().scope, clock.today()
    last = month_of(today.replace(day=1) - timedelta(days=1))
    month = _month(request.args.get("month", ""), last)
    form = WhatIfForm(formdata=request.args if "meals" in request.args else None)
    is_fit = "meals" not in request.args or form.validate()
    tried = form.tried() if is_fit else WhatIf()
    rows = _accounts(scope, _sites(scope, today), month, tried)
    entered = sorted((row for row in rows if row.is_entered), key=lambda row: row.month.result_fen)
    page = render_template(
        "oversight/accounts.html",
        month=month,
        entered=entered,
        others=[row for row in rows if not row.is_entered],
        losing=sum(row.month.result_fen < 0 for row in entered),
        losing_then=sum(row.tried.result_fen < 0 for row in entered),
        is_tried=tried != WhatIf(),
        form=form,
        drawn=chart([_drawn(each) for each in rows], step=76),
    )
    return page if is_fit else (page, REFUSED)


def _drawn(account: Account) -> Item:
    """Draw a site's income as a column, and its costs as a dash where they are entered."""
    costs = account.month.cost_fen // 100 if account.is_entered else None
    return Item(account.site.name[:4], account.month.income_fen // 100, expected=costs)


def _month(written: str, usual: Month) -> Month:
    try:
        return parse_month(written) if written else usual
    except DomainError:
        return usual


@bp.get("/accounts/<site_code>/<month>")
@require(Permission.OVERSIGHT_ENTER)
def costs(site_code: str, month: str) -> str:
    """Show the form for what a site spent in a month."""
    site, period = _site_month(site_code, month)
    form = CostsForm(formdata=None)
    form.show(queries.costs_of(viewer().scope, str(period)).get(site_code, {}))
    return render_template("oversight/costs.html", form=form, site=site, month=period)


@bp.post("/accounts/<site_code>/<month>")
@require(Permission.OVERSIGHT_ENTER)
def enter_costs(site_code: str, month: str) -> Response | tuple[str, int]:
    """Write down what a site spent in a month."""
    site, period = _site_month(site_code, month)
    form = CostsForm()
    if form.validate_on_submit():
        with transaction():
            service.set_costs(site_code, period, form.costs(), by=viewer(), at=clock.now())
        notice(text("Saved."))
        if may(Permission.OVERSIGHT_VIEW):
            return redirect(url_for("oversight.accounts", month=period))
        return redirect(url_for("oversight.costs", site_code=site_code, month=period))
    return render_template("oversight/costs.html", form=form, site=site, month=period), REFUSED


def _site_month(site_code: str, month: str) -> tuple[Site, Month]:
    site = canteens.site_of(site_code, viewer().scope)
    if site is None:
        raise NotFound(text("There is no site {code} in your area.", code=site_code))
    return site, parse_month(month)


@bp.get("/budget")
@require(Permission.OVERSIGHT_ENTER)
def budget() -> str:
    """Show the form for a budget of the year."""
    form = BudgetForm(formdata=None, year=clock.today().year, fund=request.args.get("fund", ""))
    return render_template("oversight/budget.html", form=form)


@bp.post("/budget")
@require(Permission.OVERSIGHT_ENTER)
def set_budget() -> Response | tuple[str, int]:
    """Write down a budget of the year."""
    form = BudgetForm()
    if form.validate_on_submit():
        try:
            fund = " ".join((form.fund.data or "").split())
            with transaction():
                service.set_budget(form.year.data or 0, fund, form.fen(), by=viewer(), at=clock.now())
            notice(text("Saved."))
            return redirect(url_for("oversight.dashboard"))
        except DomainError as error:
            form.refuse(error)
    return render_template("oversight/budget.html", form=form), REFUSED
