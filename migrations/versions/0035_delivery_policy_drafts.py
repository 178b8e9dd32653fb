"""Policies on free delivery that wait for a second person."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "delivery_policy_draft",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.Column("needs", sa.String(length=200), nullable=False),
        sa.Column("hardships", sa.String(length=200), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("written_by", sa.String(length=16), nullable=False),
        sa.Column("settled_at", INSTANT, nullable=True),
        sa.Column("settled_by", sa.String(length=16), nullable=True),
        sa.Column("verdict", sa.String(length=32), nullable=True),
        sa.CheckConstraint(
            "verdict in ('published', 'returned')", name=op.f("ck_delivery_policy_draft_verdict")
        ),
        sa.CheckConstraint("min_age > 0", name=op.f("ck_delivery_policy_draft_an_age")),
        sa.CheckConstraint(
            "(settled_at is null) = (settled_by is null) and (settled_at is null) = (verdict is null)",
            name=op.f("ck_delivery_policy_draft_settled_by_somebody"),
        ),
        sa.CheckConstraint(
            "settled_by is null or settled_by <> written_by",
            name=op.f("ck_delivery_policy_draft_by_a_second_person"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_policy_draft")),
    )


def downgrade() -> None:
    op.drop_table("delivery_policy_draft")
