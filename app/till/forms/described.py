"""Home of what the endpoints of tablets take and give, in words for other machines."""

from __future__ import annotations

from app.canteens.rules import SiteKind, Sitting
from app.meals.rules import DEAREST_MEAL_FEN, Channel, FoundBy, Payment, ReceiptStatus
from app.subsidy.rules import Reason
from app.till.forms.bodies import LONGEST_REFERENCE, LONGEST_VERSION, MOST_UNSENT
from app.till.rules.closes import MOST_FEN, MOST_MEALS
from app.till.rules.quarantine import Problem
from app.till.rules.records import AT_MOST, LARGEST_SEQ, LONGEST_NUMBER, LONGEST_REASON
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

_FEN = whole("In fen.")
_NUMBER = words("The number of a user, or empty while nobody is confirmed.", most=LONGEST_NUMBER)

RECORD = members(
    {
        "id": UUID,
        "seq": or_null(whole("The tablet's own count.", most=LARGEST_SEQ - 1)),
        "resident": or_null(
            words("A resident number, a card code or an identity number.", most=LONGEST_REASON)
        ),
        "sitting": one_of(Sitting),
        "channel": one_of(Channel),
        "price_fen": whole("In fen.", most=DEAREST_MEAL_FEN),
        "served_at": INSTANT,
    },
    {
        "by": or_null(_NUMBER),
        "reverses": or_null(UUID),
        "reason": or_null(words("Needed with `reverses`.", most=LONGEST_REASON)),
        "payment": or_null(one_of(Payment)),
        "companion_of": or_null(words("Whose companion ate.", most=LONGEST_NUMBER)),
        "found_by": or_null(one_of(FoundBy)),
        "tablet": words("Which tablet made it, if another one sends it.", most=LONGEST_NUMBER),
    },
    "One meal, or the reversal of one. What is not of this form is kept apart and never refused.",
)
MEALS: Schema = members(
    {"records": listing(RECORD, most=AT_MOST)},
    {
        "unsent": whole("What the tablet still holds.", most=MOST_UNSENT),
        "oldest_unsent_at": or_null(INSTANT),
        "version": words(most=LONGEST_VERSION),
        "tablet_time": INSTANT,
        "persisted": or_null(YES_OR_NO),
        "policy": words("The newest policy that the tablet decides by.", most=LONGEST_REFERENCE),
    },
)
RECEIPT: Schema = members(
    {
        "id": words("As it was sent."),
        "status": one_of(ReceiptStatus),
        "digest": ANY_WORDS,
        "government_fen": _FEN,
        "operator_fen": _FEN,
        "charity_fen": _FEN,
        "resident_fen": whole("In fen.", least=None),
        "reason": one_of(dict.fromkeys([*Reason, *Problem, ReceiptStatus.CONFLICT])),
        "message": ANY_WORDS,
    },
    {"settled": {"const": True}, "served_on": DAY},
)
SHORT_RECEIPT: Schema = members(
    {"id": ANY_WORDS, "status": one_of(ReceiptStatus), "digest": ANY_WORDS, "message": ANY_WORDS}
)


def receipts(receipt: Schema) -> Schema:
    """Describe the answer to a batch: a receipt for each, in their order."""
    return members({"receipts": listing(receipt), "server_time": INSTANT})


_COUNT = whole(most=MOST_MEALS)
CLOSES: Schema = members(
    {
        "closes": listing(
            members(
                {
                    "id": UUID,
                    "served_on": DAY,
                    "sitting": one_of(Sitting),
                    "closed_at": INSTANT,
                    "meals": members({}, {channel.value: _COUNT for channel in Channel}),
                    "cash_expected_fen": whole("In fen.", most=MOST_FEN),
                    "cash_counted_fen": whole("In fen.", most=MOST_FEN),
                },
                {
                    "by": _NUMBER,
                    "reversed": _COUNT,
                    "unregistered": _COUNT,
                    "subsidised": _COUNT,
                    "reason": words("Needed if the two sums differ.", most=LONGEST_REASON),
                    "signature": words("HMAC-SHA256 under the PIN's key.", most=LONGEST_REASON),
                },
            ),
            most=AT_MOST,
        )
    }
)
ENROLMENT: Schema = members({"code": words("Good once.")})
ENROLLED: Schema = members(
    {"token": ANY_WORDS, "tablet": members({"no": ANY_WORDS, "name": ANY_WORDS, "site_code": ANY_WORDS})}
)
SEARCH: Schema = members({"words": words("A name, its initials, or the end of a number.")})
PERSON: Schema = members(
    {
        "no": ANY_WORDS,
        "name": ANY_WORDS,
        "keys": ANY_WORDS,
        "tail": ANY_WORDS,
        "id_tail": ANY_WORDS,
        "community": ANY_WORDS,
        "birth_on": DAY,
        "registered_area": ANY_WORDS,
        "residence_area": ANY_WORDS,
        "statuses": listing(listing(ANY_WORDS)),
        "categories": listing(listing(or_null(ANY_WORDS))),
        "cards": listing(ANY_WORDS),
        "lost": listing(ANY_WORDS),
        "usual": {"type": "object"},
        "used": listing({}),
    },
    about="The least by which a till names a resident and decides a meal.",
)
FOUND: Schema = members({"residents": listing(PERSON)})
PEOPLE: Schema = members(
    {
        "people": listing(
            members({"no": ANY_WORDS, "name": ANY_WORDS, "hint": words("What tells namesakes apart.")})
        )
    }
)
ROSTER: Schema = members(
    {
        "cursor": words("To be sent back as `since`."),
        "format": {"const": "till-roster/1"},
        "complete": YES_OR_NO,
        "tablet": members({"no": ANY_WORDS, "name": ANY_WORDS, "site_code": ANY_WORDS}),
        "site": members(
            {
                "code": ANY_WORDS,
                "name": ANY_WORDS,
                "kind": one_of(SiteKind),
                "area_code": ANY_WORDS,
                "opened_on": DAY,
                "closed_on": or_null(DAY),
            }
        ),
        "prices": listing(members({"sitting": one_of(Sitting), "from_on": DAY, "price_fen": _FEN})),
        "people": listing(
            members({"user_no": ANY_WORDS, "name": ANY_WORDS, "pin": or_null({"type": "object"})})
        ),
        "policies": listing({"type": "object"}, "Each a `meal-policy/1`."),
        "calendar": {"type": "object", "additionalProperties": YES_OR_NO},
        "residents": listing(PERSON),
        "removed": listing(ANY_WORDS),
        "corrections": listing(RECEIPT),
    }
)
