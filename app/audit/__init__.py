"""The append-only, hash-chained trail of acts."""
