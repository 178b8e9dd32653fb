"""Residents' cards."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

VALID = sa.text("ended_at is null")


def upgrade() -> None:
    op.create_table(
        "resident_card",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.String(length=16), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "end_reason",
            sa.Enum(
                "lost", "replaced", name="endreason", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(ended_at is null) = (end_reason is null)", name=op.f("ck_resident_card_ends_for_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_resident_card_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_resident_card")),
    )
    with op.batch_alter_table("resident_card", schema=None) as batch_op:
        batch_op.create_index("ix_resident_card_resident_id", ["resident_id"], unique=False)
        batch_op.create_index(
            "uq_resident_card_resident_id",
            ["resident_id"],
            unique=True,
            sqlite_where=VALID,
            postgresql_where=VALID,
        )


def downgrade() -> None:
    with op.batch_alter_table("resident_card", schema=None) as batch_op:
        batch_op.drop_index("uq_resident_card_resident_id", sqlite_where=VALID, postgresql_where=VALID)
        batch_op.drop_index("ix_resident_card_resident_id")

    op.drop_table("resident_card")
