"""Home of the page that prints residents' cards for an area: for those who eat, or for everyone.

It stands with the meals, since it looks at who eats.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time

from flask import abort, current_app, redirect, render_template, request, url_for
from sqlalchemy import Select
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.meals import queries
from app.meals.forms.cards import CardsForm, Group
from app.meals.views.blueprint import bp
from app.residents import queries as residents
from app.residents.forms.screen import area_choices
from app.residents.service import cards as service
from app.residents.service.card_sheets import MOST, card_sheets
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.downloads import paper
from app.web.notices import notice

_PARTS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Choice:
    """One group of an area: how many it has, and how many of them lack a card."""

    group: Group
    total: int
    lacking: int

    @property
    def parts(self) -> list[tuple[int, int, int]]:
        """Give the files that all of them fill: number, first and last; none when there are too many."""
        starts = range(0, self.total, MOST)
        if len(starts) > _PARTS_SHOWN:
            return []
        return [
            (place, start + 1, min(start + MOST, self.total)) for place, start in enumerate(starts, start=1)
        ]


@bp.get("/cards")
@require(Permission.RESIDENTS_EDIT)
def cards() -> str:
    """Show how many there are in an area to print cards for."""
    area = request.args.get("area", "")
    return render_template(
        "meals/cards.html",
        area=area,
        areas=area_choices(viewer().scope.area or current_app.config["MEAL_CIRCLE"].district),
        choices=[_choice(group, area) for group in Group],
        most=MOST,
        form=CardsForm(None),
    )


@bp.post("/cards")
@require(Permission.RESIDENTS_EDIT)
def print_cards() -> Response:
    """Give a card to those of a group who have none, and print the cards of one part of it."""
    form = CardsForm()
    if not form.validate_on_submit():
        abort(400)
    area, group, part = form.area.data or "", Group(form.group.data), form.part.data
    takers = _takers(group, area, without_card_only=form.without_card_only.data)
    wanted = residents.numbers(takers.offset((part - 1) * MOST).limit(MOST))
    if not wanted:
        notice(text("Nobody is left to print a card for. Cards issued today can be printed again."))
        return redirect(url_for("meals.cards", area=area))
    at = clock.now()
    with transaction():
        service.issue_many(wanted, by=viewer(), at=at)
    faces = residents.card_faces(wanted, viewer().scope)
    phone = current_app.config["MEAL_CIRCLE"].contact_phone
    name = f"cards-{clock.on(at)}-{area or group.value}-{part}.pdf"
    return paper(card_sheets(faces, phone=phone, at=at), name=name)


def _choice(group: Group, area: str) -> Choice:
    total = residents.how_many(_takers(group, area))
    lacking = residents.how_many(_takers(group, area, without_card_only=True))
    return Choice(group, total, lacking)


def _takers(group: Group, area: str, *, without_card_only: bool = False) -> Select[str]:
    today = clock.today()
    since = datetime.combine(today, time.min, clock.SHANGHAI) if group is Group.ISSUED_TODAY else None
    found = residents.card_takers(
        viewer().scope, on=today, area=area, without_card_only=without_card_only, issued_since=since
    )
    if group is Group.EATERS:
        return found.where(queries.ate_since(today - queries.REGULARS_LOOK_BACK))
    return found
