"""The verbs of the till: enrol tablets, take in what they send, tell them what they must know."""

from app.till.service.closes import take_closes
from app.till.service.roster import found, roster
from app.till.service.tablets import Report, actor_of, enrol, note_wiped, prepare, revoke
from app.till.service.take import take_batch

__all__ = [
    "Report",
    "actor_of",
    "enrol",
    "found",
    "note_wiped",
    "prepare",
    "revoke",
    "roster",
    "take_batch",
    "take_closes",
]
