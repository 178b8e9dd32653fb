"""The verbs of the till: enrol tablets, take in what they send, tell them what they must know."""

from app.till.service.closes import take_closes
from app.till.service.keying import ensure_may_key, has_keyed, key_in, settle
from app.till.service.meant import Found, found_people, read_rows
from app.till.service.paper import declare_void, print_again, print_sheets
from app.till.service.paper_form import paper_name, paper_pdf
from app.till.service.roster import found, roster
from app.till.service.tablets import Report, actor_of, enrol, note_wiped, prepare, revoke
from app.till.service.take import take_batch

__all__ = [
    "Found",
    "Report",
    "actor_of",
    "declare_void",
    "enrol",
    "ensure_may_key",
    "found",
    "found_people",
    "has_keyed",
    "key_in",
    "note_wiped",
    "paper_name",
    "paper_pdf",
    "prepare",
    "print_again",
    "print_sheets",
    "read_rows",
    "revoke",
    "roster",
    "settle",
    "take_batch",
    "take_closes",
]
