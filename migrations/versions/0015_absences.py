"""Absences: days on which a resident is not at home."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    reason = sa.Enum(
        "hospital",
        "away",
        "other",
        name="absencereason",
        native_enum=False,
        create_constraint=True,
        length=32,
    )
    op.create_table(
        "resident_absence",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("resident_id", COUNTER, nullable=False),
        sa.Column("reason", reason, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("back_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "back_on is null or back_on > from_on", name=op.f("ck_resident_absence_ends_after_beginning")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_resident_absence_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_absence")),
        sa.UniqueConstraint("resident_id", "from_on", name=op.f("uq_resident_absence_resident_id_from_on")),
    )


def downgrade() -> None:
    op.drop_table("resident_absence")
