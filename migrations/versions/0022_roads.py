"""Roads read from an extract, speeds from a day on, and what a plan's seconds were measured over."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "road_network",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("built_by", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("junctions", sa.Integer(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_road_network")),
    )
    op.create_table(
        "riding_speed",
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("road", sa.Integer(), nullable=False),
        sa.Column("lane", sa.Integer(), nullable=False),
        sa.Column("pushed", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "road between 1000 and 15000 and lane between 1000 and 15000",
            name=op.f("ck_riding_speed_within_the_law"),
        ),
        sa.CheckConstraint("pushed between 1000 and 6000", name=op.f("ck_riding_speed_on_foot")),
        sa.PrimaryKeyConstraint("effective_from", name=op.f("pk_riding_speed")),
    )
    with op.batch_alter_table("day_plan") as table:
        table.add_column(sa.Column("road_network_id", COUNTER, nullable=True))
        table.create_foreign_key(
            op.f("fk_day_plan_road_network_id_road_network"), "road_network", ["road_network_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("day_plan") as table:
        table.drop_constraint(op.f("fk_day_plan_road_network_id_road_network"), type_="foreignkey")
        table.drop_column("road_network_id")
    op.drop_table("riding_speed")
    op.drop_table("road_network")
