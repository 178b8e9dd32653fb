"""Home of what the endpoint of complaints takes, in words for other machines."""

from __future__ import annotations

from app.complaints.rules.sent import LONGEST_CONTENT, LONGEST_NUMBER, LONGEST_PHONE
from app.till.rules.records import AT_MOST
from app.web.described import INSTANT, UUID, YES_OR_NO, Schema, listing, members, or_null, words

COMPLAINTS: Schema = members(
    {
        "complaints": listing(
            members(
                {
                    "id": UUID,
                    "said_at": INSTANT,
                    "content": words("What was said.", most=LONGEST_CONTENT),
                },
                {
                    "by": or_null(words(most=LONGEST_NUMBER)),
                    "phone": or_null(words("Only of who wants to be called back.", most=LONGEST_PHONE)),
                    "urgent": YES_OR_NO,
                    "confidential": YES_OR_NO,
                },
            ),
            most=AT_MOST,
        )
    }
)
