"""What people decide on the worklist: which of two contents is right, and which double meals were seen."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "conflict_review",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("conflict_id", COUNTER, nullable=False),
        sa.Column("verdict", choice("verdict", "first", "other"), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=True),
        sa.Column("reviewed_by", sa.String(length=16), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(verdict = 'other') = (record_id is not null)",
            name=op.f("ck_conflict_review_other_became_a_record"),
        ),
        sa.ForeignKeyConstraint(
            ["conflict_id"],
            ["meal_conflict.id"],
            name=op.f("fk_conflict_review_conflict_id_meal_conflict"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_conflict_review")),
    )
    op.create_index("uq_conflict_review_conflict_id", "conflict_review", ["conflict_id"], unique=True)
    op.create_table(
        "seen_double",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("resident_no", sa.String(length=32), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("sitting", choice("sitting", "breakfast", "lunch", "dinner"), nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("meals", sa.Integer(), nullable=False),
        sa.Column("seen_by", sa.String(length=16), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seen_double")),
        sa.UniqueConstraint(
            "resident_no",
            "served_on",
            "sitting",
            "site_code",
            name=op.f("uq_seen_double_resident_no_served_on_sitting_site_code"),
        ),
    )
    op.create_index(op.f("ix_seen_double_served_on"), "seen_double", ["served_on"])


def downgrade() -> None:
    op.drop_table("seen_double")
    op.drop_table("conflict_review")
