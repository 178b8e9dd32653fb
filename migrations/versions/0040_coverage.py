"""Who is within reach of a site, and studies of where sites should open."""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WAYS = "way in ('walking', 'riding')"


def upgrade() -> None:
    op.create_table(
        "coverage_count",
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("people", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("residents", sa.Integer(), nullable=False),
        sa.Column("placed", sa.Integer(), nullable=False),
        sa.Column("within", sa.Integer(), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.CheckConstraint(WAYS, name=op.f("ck_coverage_count_way")),
        sa.PrimaryKeyConstraint("area", "people", "way", name=op.f("pk_coverage_count")),
    )
    op.create_table(
        "coverage_cell",
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("residents", sa.Integer(), nullable=False),
        sa.CheckConstraint(WAYS, name=op.f("ck_coverage_cell_way")),
        sa.PrimaryKeyConstraint("way", "area", "row", "place", name=op.f("pk_coverage_cell")),
    )
    op.create_table(
        "siting_study",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("asked", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_siting_study")),
    )


def downgrade() -> None:
    for table in ("siting_study", "coverage_cell", "coverage_count"):
        op.drop_table(table)
