"""Riders' absences: days on which plans do not count on them."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rider_absence",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("rider_id", COUNTER, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_rider_absence_ends_not_before_beginning")),
        sa.ForeignKeyConstraint(["rider_id"], ["rider.id"], name=op.f("fk_rider_absence_rider_id_rider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rider_absence")),
    )
    op.create_index("ix_rider_absence_rider_id_until_on", "rider_absence", ["rider_id", "until_on"])


def downgrade() -> None:
    op.drop_table("rider_absence")
