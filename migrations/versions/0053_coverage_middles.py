"""Where communities and streets lie on the map of who is not within reach."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0053"
down_revision = "0052"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the nightly measuring fills it."""
    op.create_table(
        "coverage_middle",
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("area", name=op.f("pk_coverage_middle")),
    )


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("coverage_middle")
