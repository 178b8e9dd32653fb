"""Records that were kept apart and settled can be emptied once their time is over.

Revision ID: 0044
Revises: 0043
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

_TABLES = ("quarantined_record", "report_aside")


def upgrade() -> None:
    """Note of each whether it was emptied; none was."""
    for table in _TABLES:
        op.add_column(table, sa.Column("is_emptied", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    """Forget which were."""
    for table in _TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column("is_emptied")
