"""The verbs on personal data: seal it anew."""

from app.privacy.service.keys import (
    columns_under_older_keys,
    note_rotation,
    reseal_batch,
    unopened,
    write_new_key,
)

__all__ = ["columns_under_older_keys", "note_rotation", "reseal_batch", "unopened", "write_new_key"]
