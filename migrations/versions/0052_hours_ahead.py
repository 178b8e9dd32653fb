"""Other hours of a site, announced for a day to come."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

SITTINGS = "sitting IN ('breakfast', 'lunch', 'dinner')"


def upgrade() -> None:
    """Make the table; hours that hold stay where they are."""
    op.create_table(
        "site_hours_change",
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("opens_seconds", sa.Integer(), nullable=True),
        sa.Column("closes_seconds", sa.Integer(), nullable=True),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_site_hours_change_a_day_of_the_week")),
        sa.CheckConstraint(
            "(opens_seconds is null and closes_seconds is null) or "
            "(0 <= opens_seconds and opens_seconds < closes_seconds and closes_seconds <= 86400)",
            name=op.f("ck_site_hours_change_within_a_day_or_not_served"),
        ),
        sa.CheckConstraint(SITTINGS, name=op.f("ck_site_hours_change_sitting")),
        sa.ForeignKeyConstraint(
            ["site_code"], ["site.site_code"], name=op.f("fk_site_hours_change_site_code_site")
        ),
        sa.PrimaryKeyConstraint(
            "site_code", "from_on", "weekday", "sitting", name=op.f("pk_site_hours_change")
        ),
    )


def downgrade() -> None:
    """Remove the table."""
    op.drop_table("site_hours_change")
