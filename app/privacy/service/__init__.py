"""The verbs on personal data: seal it anew, hand it to whom it is about, let it go."""

from app.privacy.service.erasure import (
    apart_due,
    empty_apart,
    erase,
    forget_above,
    forget_retired,
    forget_sessions,
    let_go,
    old_complaints,
    old_sessions,
    overdue,
)
from app.privacy.service.keys import (
    columns_under_older_keys,
    note_rotation,
    reseal_batch,
    unopened,
    write_new_key,
    write_new_lookup_key,
)
from app.privacy.service.lookups import FOUND_COLUMNS, left_behind, move_batch
from app.privacy.service.report import kept_above, personal_report

__all__ = [
    "FOUND_COLUMNS",
    "apart_due",
    "columns_under_older_keys",
    "empty_apart",
    "erase",
    "forget_above",
    "forget_retired",
    "forget_sessions",
    "kept_above",
    "left_behind",
    "let_go",
    "move_batch",
    "note_rotation",
    "old_complaints",
    "old_sessions",
    "overdue",
    "personal_report",
    "reseal_batch",
    "unopened",
    "write_new_key",
    "write_new_lookup_key",
]
