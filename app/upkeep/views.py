"""Home of what machines ask: whether this process is ready to serve, and its figures for Prometheus."""

from __future__ import annotations

import hmac
import threading
import time

from flask import Blueprint, Response, abort, current_app, g, jsonify, request
from flask.blueprints import BlueprintSetupState

from app import clock
from app.access import public
from app.upkeep import queries
from app.upkeep.rules.figures import Answers, Figure, written
from app.web.described import ANY_WORDS, PAGE, PLAIN, YES_OR_NO, Told, described, listing, members, one_of

bp = Blueprint("upkeep", __name__)

_ANSWERS = "meal_circle_answers"
_ENDING = "meal_circle_ending"
_READY = members({"ready": YES_OR_NO, "hindrances": listing(one_of(queries.HINDRANCES))})
_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@bp.record_once
def _begin(state: BlueprintSetupState) -> None:
    state.app.extensions[_ANSWERS] = Answers()
    state.app.extensions[_ENDING] = threading.Event()


def say_goodbye() -> None:
    """Tell whoever asks whether this process is ready that it is not any more: it ends."""
    current_app.extensions[_ENDING].set()


@bp.after_app_request
def _count(response: Response) -> Response:
    answers: Answers = current_app.extensions[_ANSWERS]
    answers.count(request.endpoint or "unknown", response.status_code, time.perf_counter() - g.began)
    return response


@bp.get("/readyz")
@described({200: Told("It can serve.", _READY), 503: Told("It cannot; what hinders it.", _READY)})
@public
def ready() -> tuple[Response, int]:
    """Answer whether this process can serve: 200, or 503 with what hinders it."""
    found = list(queries.hindrances(current_app.config["MEAL_CIRCLE"].data_dir))
    if current_app.extensions[_ENDING].is_set():
        found.append("ending")
    return jsonify(ready=not found, hindrances=found), 503 if found else 200


@bp.get("/metrics")
@described(
    {
        200: Told("Figures as Prometheus reads them.", ANY_WORDS, PLAIN),
        404: Told("Without the token there is no such page.", ANY_WORDS, PAGE),
    },
    headers={"Authorization": ANY_WORDS},
)
@public
def metrics() -> Response:
    """Give the figures to whoever brings the token of the settings; to others there is no such page."""
    token: str = current_app.config["MEAL_CIRCLE"].metrics_token.get_secret_value()
    given = request.headers.get("Authorization", "")
    if not token or not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
        abort(404)
    answers: Answers = current_app.extensions[_ANSWERS]
    figures = [*answers.figures(), *queries.figures_of_the_process(), *_of_the_district()]
    return Response(written(figures), content_type=_CONTENT_TYPE)


def _of_the_district() -> list[Figure]:
    now = queries.district(clock.now())
    backed_up = now.backed_up_at.timestamp() if now.backed_up_at else 0
    return [
        Figure("tablets", "Tablets in use.", now.tablets),
        Figure("tablets_silent", "Tablets in use that were not heard of for a day.", now.silent_tablets),
        Figure("records_unsent", "Records that tablets said they still hold.", now.unsent_records),
        Figure("records_waiting", "Records and conflicts that wait for a person.", now.waiting),
        Figure("trail_entries", "Entries of the trail.", now.trail_entries),
        Figure("backup_made_seconds", "When the newest backup was made, since 1970; 0: never.", backed_up),
    ]
