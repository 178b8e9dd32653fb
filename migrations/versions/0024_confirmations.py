"""Confirmations: each kitchen's list of a sitting as a named person confirmed it in the morning."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "confirmation",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("kitchen_code", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Text(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint("revision > 0", name=op.f("ck_confirmation_counts_from_one")),
        sa.CheckConstraint(
            "sitting in ('breakfast', 'lunch', 'dinner')", name=op.f("ck_confirmation_sitting")
        ),
        sa.ForeignKeyConstraint(
            ["kitchen_code"], ["site.site_code"], name=op.f("fk_confirmation_kitchen_code_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_confirmation")),
        sa.UniqueConstraint(
            "served_on",
            "sitting",
            "kitchen_code",
            "revision",
            name=op.f("uq_confirmation_served_on_sitting_kitchen_code_revision"),
        ),
    )


def downgrade() -> None:
    op.drop_table("confirmation")
