"""Home of the tablet endpoint for complaints, version 1: what was said at a canteen's tablet."""

from __future__ import annotations

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from app import clock
from app.access import tablet_only
from app.complaints import service
from app.complaints.forms.described import COMPLAINTS
from app.extensions import csrf
from app.text import text
from app.till.forms import json_body, list_in
from app.till.forms.described import SHORT_RECEIPT, receipts
from app.till.rules.records import AT_MOST
from app.till.views import credential
from app.till.views.answers import refuse_in_json, refused
from app.transaction import transaction
from app.web.described import Told, described
from app.web.description import REFUSAL
from app.web.language import say

bp = Blueprint("complaints_api", __name__, url_prefix="/api/v1/tablets")
csrf.exempt(bp)  # No cookie lets a tablet in, so no other page can act in its name.
refuse_in_json(bp)


@bp.post("/complaints")
@described(
    {
        200: Told("A receipt for each, in their order.", receipts(SHORT_RECEIPT)),
        413: Told("More than one batch may hold, or than is taken at once.", REFUSAL),
    },
    body=COMPLAINTS,
)
@tablet_only
def complaints() -> ResponseReturnValue:
    """Take complaints; answer once they are committed."""
    at = clock.now()
    sent = list_in(json_body(request.get_data()), "complaints")
    if len(sent) > AT_MOST:
        return refused(
            413, "too_many", text("A batch holds at most {most} records. Send fewer at once.", most=AT_MOST)
        )
    tablet_id = credential.this_tablet().id
    with transaction():
        taken = service.take_from_tablet(tablet_id, sent, at=at)
    return {
        "receipts": [
            {
                "id": receipt.id,
                "status": receipt.status,
                "digest": receipt.digest,
                "message": say(receipt.message) if receipt.message else "",
            }
            for receipt in taken
        ],
        "server_time": at.astimezone(clock.SHANGHAI).isoformat(timespec="milliseconds"),
    }
