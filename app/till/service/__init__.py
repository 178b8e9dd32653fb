"""The verbs of the till: enrol tablets, take in what they send, tell them what they must know."""

from app.till.service.closes import take_closes
from app.till.service.compare import keep_first, see_double, take_other
from app.till.service.desk import DESK, DeskClose, close_desk, desk_sitting
from app.till.service.keying import ensure_may_key, has_keyed, key_in, settle
from app.till.service.meant import Found, found_people, read_rows
from app.till.service.mend import set_aside, take_as, take_fixed
from app.till.service.paper import declare_void, print_again, print_sheets
from app.till.service.paper_form import paper_name, paper_pdf
from app.till.service.portions import Explained, count_portions, explain, order_counts
from app.till.service.proposals import Proposal, proposals
from app.till.service.queue_file import Loaded, load_queue_file
from app.till.service.roster import found, roster
from app.till.service.tablets import Report, actor_of, enrol, note_wiped, prepare, revoke, tablet_for
from app.till.service.take import Spoiled, take_batch

__all__ = [
    "DESK",
    "DeskClose",
    "Explained",
    "Found",
    "Loaded",
    "Proposal",
    "Report",
    "Spoiled",
    "actor_of",
    "close_desk",
    "count_portions",
    "declare_void",
    "desk_sitting",
    "enrol",
    "ensure_may_key",
    "explain",
    "found",
    "found_people",
    "has_keyed",
    "keep_first",
    "key_in",
    "load_queue_file",
    "note_wiped",
    "order_counts",
    "paper_name",
    "paper_pdf",
    "prepare",
    "print_again",
    "print_sheets",
    "proposals",
    "read_rows",
    "revoke",
    "roster",
    "see_double",
    "set_aside",
    "settle",
    "tablet_for",
    "take_as",
    "take_batch",
    "take_closes",
    "take_fixed",
    "take_other",
]
