"""Policies on their way to being published, and the yearly confirmation of those in force."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "policy_draft",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("district", sa.String(length=12), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column(
            "state", choice("draftstate", "draft", "submitted", "published", "discarded"), nullable=False
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=16), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by", sa.String(length=16), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(length=16), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("policy_id", COUNTER, nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (policy_id is not null)",
            name=op.f("ck_policy_draft_published_as_a_policy"),
        ),
        sa.CheckConstraint(
            "state not in ('submitted', 'published') or submitted_by is not null",
            name=op.f("ck_policy_draft_somebody_submitted"),
        ),
        sa.CheckConstraint(
            "state not in ('published', 'discarded') or decided_by is not null",
            name=op.f("ck_policy_draft_somebody_decided"),
        ),
        sa.CheckConstraint(
            "state <> 'published' or decided_by not in (made_by, changed_by, submitted_by)",
            name=op.f("ck_policy_draft_four_eyes"),
        ),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_policy_draft_policy_id_policy")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_draft")),
        sa.UniqueConstraint("policy_id", name=op.f("uq_policy_draft_policy_id")),
    )
    op.create_table(
        "policy_confirmation",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("policy_id", COUNTER, nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=False),
        sa.Column("confirmed_by", sa.String(length=16), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["policy.id"], name=op.f("fk_policy_confirmation_policy_id_policy")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy_confirmation")),
        sa.UniqueConstraint(
            "policy_id", "confirmed_on", name=op.f("uq_policy_confirmation_policy_id_confirmed_on")
        ),
    )


def downgrade() -> None:
    op.drop_table("policy_confirmation")
    op.drop_table("policy_draft")
