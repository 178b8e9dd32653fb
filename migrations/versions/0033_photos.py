"""Photos of hand-overs: which households agreed, and what riders took at their doors."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STANDS = sa.text("ended_at is null")


def upgrade() -> None:
    op.create_table(
        "photo_consent",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("resident_id", COUNTER, nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("noted_by", sa.String(length=16), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_by is null)", name=op.f("ck_photo_consent_ended_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_photo_consent_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_consent")),
    )
    op.create_index(op.f("ix_photo_consent_resident_id"), "photo_consent", ["resident_id"])
    op.create_index(
        "uq_photo_consent_standing",
        "photo_consent",
        ["resident_id"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )
    op.create_table(
        "handover_photo",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("run_id", COUNTER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("taken_by", sa.String(length=16), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("erased_at", INSTANT, nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id", "position"],
            ["stop.run_id", "stop.position"],
            name=op.f("fk_handover_photo_run_id_stop"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_photo")),
    )
    op.create_index("ix_handover_photo_run_id", "handover_photo", ["run_id", "position"])
    op.create_index(op.f("ix_handover_photo_received_at"), "handover_photo", ["received_at"])


def downgrade() -> None:
    op.drop_table("handover_photo")
    op.drop_table("photo_consent")
