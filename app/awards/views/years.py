"""Home of the pages of a year's awards: every canteen, drafting, approving many, and the files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from io import BytesIO
from typing import IO

from flask import Response, redirect, render_template, send_file, url_for
from werkzeug import Response as Redirect

from app import clock
from app.access import require, viewer
from app.awards import queries, service
from app.awards.forms import ApprovalsForm
from app.awards.models import Award
from app.awards.rules.acts import AwardState
from app.awards.rules.year import Year
from app.awards.service import Drafted, Listed, NotDrafted, WantedAwards
from app.awards.views.blueprint import bp
from app.canteens.models import Site
from app.errors import DomainError
from app.roles import Permission
from app.text import Text, text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice, warning

_CSV = "text/csv"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PDF = "application/pdf"


@bp.get("")
@require(Permission.AWARDS_VIEW)
def this_year() -> str:
    """Show the awards of this year."""
    return _page(Year(clock.today().year))


@bp.get("/<int:year>")
@require(Permission.AWARDS_VIEW)
def year(year: int) -> str:
    """Show a year: every canteen with its assessment and its award."""
    return _page(Year(year))


def _page(year: Year) -> str:
    scope = viewer().scope
    listed = {award.site_code: Listed.of(award) for award in queries.awards_of(year, scope)}
    canteens = queries.canteens_open(year, scope)
    today = clock.today()
    return render_template(
        "awards/year.html",
        year=year,
        years=sorted({*queries.years(scope), today.year - 1, today.year, year.number}, reverse=True),
        is_over=today > year.last_on,
        canteens=_with_those_that_have_awards(canteens, listed),
        listed=listed,
        assessments=queries.newest_assessments(year),
        amount_fen=sum(each.content.amount_fen for each in listed.values()),
        paid_fen=sum(each.award.paid_fen + each.content.paid_before_fen for each in listed.values()),
        can_approve={code for code, each in listed.items() if _may_approve(each.award)},
        void=queries.void_awards(year, scope),
        tenths=service.tenths,
        form=EmptyForm(),
    )


def _with_those_that_have_awards(canteens: list[Site], listed: dict[str, Listed]) -> list[Site]:
    """Give the canteens, and whatever else has an award: its days may have been corrected since."""
    known = {site.site_code for site in canteens}
    others = [each.award.site for code, each in listed.items() if code not in known]
    return sorted([*canteens, *others], key=lambda site: site.site_code)


def _may_approve(award: Award) -> bool:
    """Tell whether the viewer may approve a draft: neither drafted nor assessed it."""
    return (
        award.state is AwardState.DRAFT
        and viewer().may(Permission.AWARDS_APPROVE)
        and viewer().user_no not in (award.drafted_by, award.assessed_by)
    )


@bp.post("/<int:year>/draft")
@require(Permission.AWARDS_DRAFT)
def draft(year: int) -> Redirect:
    """Draft the year's awards, or draft them again; tell which canteens got none, and why."""
    period = Year(year)
    with transaction():
        results = service.draft_awards(period, by=viewer(), at=clock.now())
    done = Counter(each for each in results if isinstance(each, Drafted))
    notice(service.drafted_words(period, done))
    for each in results:
        if isinstance(each, NotDrafted):
            warning(text("{site}: {reason}", site=each.site_code, reason=each.reason))
    return redirect(url_for("awards.year", year=year))


@bp.post("/<int:year>/approvals")
@require(Permission.AWARDS_APPROVE)
def approve_many(year: int) -> str:
    """Approve every chosen draft; one that cannot be approved keeps none of the others back."""
    form = ApprovalsForm()
    chosen = form.chosen if form.validate_on_submit() else []
    results = [_approved(number, seen) for number, seen in chosen]
    return render_template("awards/results.html", year=Year(year), results=results)


def _approved(award_no: str, seen: str) -> tuple[str, Text, bool]:
    try:
        with transaction():
            moved = service.approve(award_no, seen=seen, by=viewer(), at=clock.now())
            return award_no, moved.state.label, True
    except DomainError as error:
        return award_no, error.message, False


@bp.get("/<int:year>/awards.csv")
@require(Permission.AWARDS_VIEW)
def awards_csv(year: int) -> Response:
    """Hand out the year's awards as CSV."""
    return _file(year, lambda wanted, target: service.write_awards(target, wanted), "awards.csv", _CSV)


@bp.get("/<int:year>/award_steps.csv")
@require(Permission.AWARDS_VIEW)
def steps_csv(year: int) -> Response:
    """Hand out the steps of every reckoning as CSV."""
    return _file(year, lambda wanted, target: service.write_steps(target, wanted), "award_steps.csv", _CSV)


@bp.get("/<int:year>/award_instalments.csv")
@require(Permission.AWARDS_VIEW)
def instalments_csv(year: int) -> Response:
    """Hand out the instalments as CSV."""
    name = "award_instalments.csv"
    return _file(year, lambda wanted, target: service.write_instalments(target, wanted), name, _CSV)


@bp.get("/<int:year>/awards.xlsx")
@require(Permission.AWARDS_VIEW)
def workbook(year: int) -> Response:
    """Hand out the year as a workbook."""
    return _file(year, service.awards_workbook, f"awards-{year}.xlsx", _XLSX)


@bp.get("/<int:year>/awards.pdf")
@require(Permission.AWARDS_VIEW)
def paper(year: int) -> Response:
    """Hand out the year's list as a paper."""
    wanted = WantedAwards.of(Year(year), viewer().scope)
    printed = BytesIO(service.year_pdf(wanted, at=clock.now()))
    return send_file(printed, mimetype=_PDF, download_name=f"awards-{year}.pdf")


def _file(year: int, write: Callable[[WantedAwards, IO[bytes]], None], name: str, mimetype: str) -> Response:
    """Write a file in full before a byte of it is sent: a refusal must come as a page, not in mid-file."""
    wanted = WantedAwards.of(Year(year), viewer().scope)
    target = BytesIO()
    write(wanted, target)
    target.seek(0)
    return send_file(target, mimetype=mimetype, as_attachment=True, download_name=name)
