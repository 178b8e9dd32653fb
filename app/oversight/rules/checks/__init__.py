"""The integrity checks: questions to the facts of a month, for a person to look into; never a penalty."""

from app.oversight.rules.checks.book import CHECKS, check_named
from app.oversight.rules.checks.facts import Facts
from app.oversight.rules.checks.vocabulary import (
    Answer,
    Check,
    Evidence,
    EvidenceKind,
    Finding,
    Gap,
    Limits,
    Missing,
    Parameter,
    Severity,
)

__all__ = [
    "CHECKS",
    "Answer",
    "Check",
    "Evidence",
    "EvidenceKind",
    "Facts",
    "Finding",
    "Gap",
    "Limits",
    "Missing",
    "Parameter",
    "Severity",
    "check_named",
]
