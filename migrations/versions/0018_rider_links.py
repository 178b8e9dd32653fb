"""Riders' links: what opens a rider's runs of one day, and what their phones sent that was kept apart."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
IS_VALID = sa.text("revoked_at is null")


def upgrade() -> None:
    op.create_table(
        "rider_link",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("link_id", sa.Uuid(), nullable=False),
        sa.Column("rider_id", COUNTER, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=16), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", sa.String(length=16), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsent", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(revoked_at is null) = (revoked_by is null)", name=op.f("ck_rider_link_revoked_by_somebody")
        ),
        sa.ForeignKeyConstraint(["rider_id"], ["rider.id"], name=op.f("fk_rider_link_rider_id_rider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rider_link")),
        sa.UniqueConstraint("link_id", name=op.f("uq_rider_link_link_id")),
    )
    op.create_index(
        "uq_rider_link_valid",
        "rider_link",
        ["rider_id", "served_on"],
        unique=True,
        sqlite_where=IS_VALID,
        postgresql_where=IS_VALID,
    )
    op.create_table(
        "report_aside",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("link_id", COUNTER, nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "problem",
            sa.Enum(
                "unreadable",
                "unknown_stop",
                "conflict",
                name="problem",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["rider_link.id"], name=op.f("fk_report_aside_link_id_rider_link")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_aside")),
        sa.UniqueConstraint(
            "link_id", "record_id", "digest", name=op.f("uq_report_aside_link_id_record_id_digest")
        ),
    )


def downgrade() -> None:
    op.drop_table("report_aside")
    op.drop_table("rider_link")
