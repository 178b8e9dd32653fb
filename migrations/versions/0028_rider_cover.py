"""Riders' cover: who rides for another, or at another kitchen, from day to day."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "rider_cover",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("rider_id", COUNTER, nullable=False),
        sa.Column("covered_id", COUNTER, nullable=True),
        sa.Column("kitchen_code", sa.String(length=32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_rider_cover_ends_not_before_beginning")),
        sa.CheckConstraint(
            "covered_id is null or covered_id <> rider_id", name=op.f("ck_rider_cover_of_another")
        ),
        sa.ForeignKeyConstraint(["rider_id"], ["rider.id"], name=op.f("fk_rider_cover_rider_id_rider")),
        sa.ForeignKeyConstraint(["covered_id"], ["rider.id"], name=op.f("fk_rider_cover_covered_id_rider")),
        sa.ForeignKeyConstraint(
            ["kitchen_code"], ["site.site_code"], name=op.f("fk_rider_cover_kitchen_code_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rider_cover")),
    )
    op.create_index(op.f("ix_rider_cover_rider_id"), "rider_cover", ["rider_id"])
    op.create_index(op.f("ix_rider_cover_covered_id"), "rider_cover", ["covered_id"])


def downgrade() -> None:
    op.drop_table("rider_cover")
