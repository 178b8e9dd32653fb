"""Home of what the endpoints of riders and of maps take and give, in words for other machines."""

from __future__ import annotations

from app.delivery.rules.doors import MapApp
from app.delivery.rules.links import AT_MOST
from app.delivery.rules.photos import LARGEST_BYTES
from app.delivery.rules.proof import LONGEST_NOTE, Outcome
from app.meals.rules import ReceiptStatus
from app.till.forms.bodies import MOST_UNSENT
from app.web.described import (
    ANY_WORDS,
    DAY,
    INSTANT,
    UUID,
    YES_OR_NO,
    Schema,
    listing,
    members,
    one_of,
    or_null,
    whole,
    words,
)

_CLOCK = {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"}
_MAPS = {"type": "object", "additionalProperties": ANY_WORDS}
_PLACE = listing({"type": "number"}, "Latitude, then longitude, in WGS-84.")

_STOP: Schema = members(
    {
        "position": whole(),
        "name": ANY_WORDS,
        "address": ANY_WORDS,
        "building": ANY_WORDS,
        "stairs": ANY_WORDS,
        "diet": ANY_WORDS,
        "note": ANY_WORDS,
        "meals": whole(),
        "masked": ANY_WORDS,
        "handover": _CLOCK,
        "latest": _CLOCK,
        "maps": _MAPS,
        "is_going": YES_OR_NO,
        "outcome": or_null(one_of(Outcome)),
        "photo": YES_OR_NO,
    }
)
RIDES: Schema = members(
    {
        "day": DAY,
        "rider": ANY_WORDS,
        "cover": ANY_WORDS,
        "expired": YES_OR_NO,
        "runs": listing(
            members(
                {
                    "run": whole(),
                    "number": whole(),
                    "sitting": ANY_WORDS,
                    "kitchen": ANY_WORDS,
                    "maps": _MAPS,
                    "load_at": _CLOCK,
                    "depart": _CLOCK,
                    "meals": whole(),
                    "late": members({}, {"ready": _CLOCK, "reason": ANY_WORDS}, "Empty if not."),
                    "map": one_of(MapApp),
                    "stops": listing(_STOP),
                    "until": _CLOCK,
                    "until_at": INSTANT,
                    "cooked": words("What the end of the meal is counted from."),
                }
            )
        ),
        "no_answer": members({"wait": whole("In minutes."), "meal": ANY_WORDS}),
        "open_until": INSTANT,
        "server_time": INSTANT,
    }
)
WAYS: Schema = members(
    {
        "ways": {
            "type": "object",
            "description": "By run and position, `12:3`.",
            "additionalProperties": listing(ANY_WORDS),
        }
    }
)
PHONES: Schema = members(
    {
        "phones": {
            "type": "object",
            "description": "By run and position, `12:3`.",
            "additionalProperties": ANY_WORDS,
        }
    }
)
_RUN, _POSITION = whole(most=2**31 - 1), whole(most=2**31 - 1)
REPORTS: Schema = members(
    {
        "reports": listing(
            members(
                {
                    "id": UUID,
                    "run": _RUN,
                    "position": _POSITION,
                    "outcome": one_of(Outcome),
                    "happened_at": INSTANT,
                },
                {"note": or_null(words(most=LONGEST_NOTE))},
                "What became of one stop. What is not of this form is kept apart and never refused.",
            ),
            most=AT_MOST,
        )
    },
    {"unsent": whole(most=MOST_UNSENT), "phone_time": INSTANT, "phone": UUID},
)
REPORTED: Schema = members(
    {
        "receipts": listing(
            members({"id": ANY_WORDS, "status": one_of(ReceiptStatus), "message": ANY_WORDS})
        ),
        "server_time": INSTANT,
    }
)
PHOTO: Schema = members(
    {
        "photo": members(
            {
                "id": UUID,
                "run": _RUN,
                "position": _POSITION,
                "taken_at": INSTANT,
                "image": words("A JPEG in base64.", most=LARGEST_BYTES * 4 // 3 + 4),
            }
        )
    }
)
PHOTO_TAKEN: Schema = members({"id": ANY_WORDS, "message": ANY_WORDS, "server_time": INSTANT})
_MARKED: Schema = members({"at": _PLACE, "name": ANY_WORDS})
MAP: Schema = members(
    {
        "kitchen": or_null(_MARKED),
        "circle": listing(listing(_PLACE)),
        "runs": listing(
            members(
                {
                    "number": whole(),
                    "rider": ANY_WORDS,
                    "legs": listing(listing(_PLACE)),
                    "stops": listing(
                        members({"at": _PLACE, "name": ANY_WORDS, "position": whole(), "time": _CLOCK})
                    ),
                }
            )
        ),
        "left_out": listing(_MARKED),
    }
)
GROUND: Schema = listing(listing(_PLACE), "The streets of one tile, of nobody.")
