"""Drafts are sums: only what was handed in has a hash, and what came late is found by the day it is of."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A column beside takes its place: SQLite cannot let one be empty without making the table anew.
    op.add_column("statement", sa.Column("kept_hash", sa.String(length=64), nullable=True))
    op.execute("UPDATE statement SET kept_hash = hash WHERE status <> 'draft'")
    op.drop_column("statement", "hash")
    op.execute("ALTER TABLE statement RENAME COLUMN kept_hash TO hash")
    op.drop_index("ix_ledger_served_on", "ledger")
    op.create_index("ix_ledger_served_on", "ledger", ["served_on", "received_at"])


def downgrade() -> None:
    op.drop_index("ix_ledger_served_on", "ledger")
    op.create_index("ix_ledger_served_on", "ledger", ["served_on"])
    op.add_column(
        "statement", sa.Column("kept_hash", sa.String(length=64), nullable=False, server_default="")
    )
    op.execute("UPDATE statement SET kept_hash = hash WHERE hash IS NOT NULL")
    op.drop_column("statement", "hash")
    op.execute("ALTER TABLE statement RENAME COLUMN kept_hash TO hash")
