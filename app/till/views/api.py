"""Home of the tablet endpoint, version 1: enrol, send meals, close a sitting, ask for the roster.

Source: the product's public interfaces, section 7; docs/tablets.md says what our own page sends beside.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from datetime import datetime

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from app import clock
from app.access import public, tablet_only
from app.extensions import csrf
from app.text import text
from app.till import service
from app.till.forms import MealsBody, NotThisForm, json_body, list_in, meals_body
from app.till.forms import described as forms
from app.till.rules.receipts import TabletReceipt
from app.till.rules.records import AT_MOST
from app.till.views.answers import refuse_in_json, refused
from app.till.views.credential import bearer_token, this_tablet
from app.transaction import transaction
from app.web import throttle
from app.web.described import JSON, Schema, Told, described, members, words
from app.web.description import REFUSAL
from app.web.language import say

bp = Blueprint("tablets_api", __name__, url_prefix="/api/v1/tablets")
csrf.exempt(bp)  # No cookie lets a tablet in, so no other page can act in its name.
refuse_in_json(bp)

_CURSOR: Schema = {**words("The `cursor` of the roster that is held."), "pattern": r"^[^\u0000]*$"}
_LIGHTEST = 5
_TOO_MANY = Told("More than one batch may hold, or than is taken at once.", REFUSAL)
_HASTE = Told("Too many attempts.", REFUSAL, headers=("Retry-After",))


@bp.post("/enrol")
@described(
    {
        200: Told("Enrolled: the token is told this once.", forms.ENROLLED),
        400: Told("The body is not of this form.", REFUSAL),
        413: Told("More than is taken at once.", REFUSAL),
        422: Told("The code is not good, or no longer.", REFUSAL),
        429: _HASTE,
    },
    body=forms.ENROLMENT,
)
@public
def enrol() -> ResponseReturnValue:
    """Turn a one-time code into a token."""
    throttle.count_attempt()
    code = json_body(request.get_data()).get("code")
    if not isinstance(code, str):
        raise NotThisForm
    with transaction():
        tablet, token = service.enrol(code, at=clock.now())
        return {
            "token": token,
            "tablet": {"no": tablet.tablet_no, "name": tablet.name, "site_code": tablet.site_code},
        }


@bp.post("/meals")
@described(
    {200: Told("A receipt for each record, in their order.", forms.receipts(forms.RECEIPT)), 413: _TOO_MANY},
    body=forms.MEALS,
)
@tablet_only
def meals() -> ResponseReturnValue:
    """Take a batch of records; answer once they are committed."""
    at = clock.now()
    body = meals_body(json_body(request.get_data()))
    if len(body.records) > AT_MOST:
        return refused(
            413, "too_many", text("A batch holds at most {most} records. Send fewer at once.", most=AT_MOST)
        )
    receipts = _taken(this_tablet().id, body, at)
    return {
        "receipts": [as_json(receipt) for receipt in receipts],
        "server_time": at.astimezone(clock.SHANGHAI).isoformat(timespec="milliseconds"),
    }


def _taken(tablet_id: int, body: MealsBody, at: datetime) -> list[TabletReceipt]:
    try:
        with transaction():
            return service.take_batch(tablet_id, body.records, body.report, at=at, is_guarded=False)
    except service.Spoiled:
        with transaction():
            return service.take_batch(tablet_id, body.records, body.report, at=at)


@bp.post("/day-closes")
@described(
    {200: Told("A receipt for each, in their order.", forms.receipts(forms.SHORT_RECEIPT)), 413: _TOO_MANY},
    body=forms.CLOSES,
)
@tablet_only
def day_closes() -> ResponseReturnValue:
    """Take closed sittings; answer once they are committed."""
    at = clock.now()
    closes = list_in(json_body(request.get_data()), "closes")
    if len(closes) > AT_MOST:
        return refused(
            413, "too_many", text("A batch holds at most {most} records. Send fewer at once.", most=AT_MOST)
        )
    tablet_id = this_tablet().id
    with transaction():
        receipts = service.take_closes(tablet_id, closes, at=at)
    return {
        "receipts": [
            {
                "id": receipt.id,
                "status": receipt.status,
                "digest": receipt.digest,
                "message": say(receipt.message) if receipt.message else "",
            }
            for receipt in receipts
        ],
        "server_time": at.astimezone(clock.SHANGHAI).isoformat(timespec="milliseconds"),
    }


@bp.get("/roster")
@described(
    {
        200: Told("The roster, or what of it has changed.", forms.ROSTER, headers=("ETag",)),
        304: Told("Nothing has changed.", None, JSON),
    },
    query={"since": _CURSOR},
    headers={"If-None-Match": words("The `ETag` of the roster that is held.")},
)
@tablet_only
def roster() -> ResponseReturnValue:
    """Give what the till needs offline, or what of it has changed since."""
    found = service.roster(this_tablet(), since=request.args.get("since", ""), at=clock.now())
    corrections = [as_json(each) | {"served_on": on.isoformat()} for each, on in found.corrections]
    news = json.dumps(
        found.members | {"corrections": corrections}, ensure_ascii=False, separators=(",", ":")
    ).encode()
    content = b'{"cursor":%b,%b' % (json.dumps(found.cursor).encode(), news[1:])
    answer = Response(content, mimetype="application/json")
    answer.set_etag(hashlib.sha256(news).hexdigest()[:32])
    answer.headers["Vary"] = "Accept-Encoding, Authorization"
    answer.make_conditional(request)
    if answer.status_code == 200 and request.accept_encodings["gzip"]:  # noqa: PLR2004 - 200: there is news
        answer.set_data(gzip.compress(content, _LIGHTEST))
        answer.headers["Content-Encoding"] = "gzip"
    return answer


@bp.post("/find")
@described({200: Told("Whom it may mean.", forms.FOUND), 413: _TOO_MANY}, body=forms.SEARCH)
@tablet_only
def find() -> ResponseReturnValue:
    """Find somebody who is not in the roster."""
    words = json_body(request.get_data()).get("words")
    if not isinstance(words, str):
        raise NotThisForm
    return {"residents": service.found(this_tablet(), words, at=clock.now())}


@bp.post("/wiped")
@described({200: Told("Heard.", members({}))})
@public
def wiped() -> ResponseReturnValue:
    """Hear from a revoked tablet that it has wiped what it knew of people."""
    token = bearer_token()
    with transaction():
        service.note_wiped(token, at=clock.now())
    return {}


def as_json(receipt: TabletReceipt) -> dict[str, object]:
    """Give a receipt as it is sent; only one that needs no more looking at says that it is settled."""
    settled = {"settled": True} if receipt.is_settled else {}
    return {
        "id": receipt.id,
        "status": receipt.status,
        "digest": receipt.digest,
        "government_fen": receipt.government_fen,
        "operator_fen": receipt.operator_fen,
        "charity_fen": receipt.charity_fen,
        "resident_fen": receipt.resident_fen,
        "reason": receipt.reason,
        "message": say(receipt.message) if receipt.message else "",
        **settled,
    }
