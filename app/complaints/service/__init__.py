"""The verbs on complaints: take in, give out, answer, call back, close; import, count, print."""

from app.complaints.service import follow as _follow  # noqa: F401 - connects its listeners
from app.complaints.service.acts import (
    answer,
    assign,
    call_back,
    close,
    conceal,
    hand_on,
    link,
    merge,
    reclass,
    reopen,
    reveal_contact,
    urge,
    withdraw,
)
from app.complaints.service.erasure import empty, let_go_of
from app.complaints.service.hotline import import_hotline
from app.complaints.service.intake import code_of, complaint_of_code, receive
from app.complaints.service.settings import name_supervisor, set_class
from app.complaints.service.tablet import SentComplaintReceipt, take_from_tablet

__all__ = [
    "SentComplaintReceipt",
    "answer",
    "assign",
    "call_back",
    "close",
    "code_of",
    "complaint_of_code",
    "conceal",
    "empty",
    "hand_on",
    "import_hotline",
    "let_go_of",
    "link",
    "merge",
    "name_supervisor",
    "receive",
    "reclass",
    "reopen",
    "reveal_contact",
    "set_class",
    "take_from_tablet",
    "urge",
    "withdraw",
]
