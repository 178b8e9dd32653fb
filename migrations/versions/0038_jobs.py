"""Background work: what was asked for, how far it is, and the files with it."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
UNDER_WAY = "state in ('waiting', 'running', 'cancelling')"
STATES = "'waiting', 'running', 'cancelling', 'done', 'refused', 'failed', 'broken', 'cancelled'"


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("batch", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("arguments", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("asked_by", sa.String(length=16), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("done_steps", sa.Integer(), nullable=False),
        sa.Column("all_steps", sa.Integer(), nullable=False),
        sa.Column("taker", sa.String(length=80), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("heard_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("outcome", sa.LargeBinary(), nullable=True),
        sa.Column("result_name", sa.String(length=120), nullable=True),
        sa.CheckConstraint(f"state in ({STATES})", name=op.f("ck_job_jobstate")),
        sa.CheckConstraint(
            "done_steps >= 0 and all_steps >= 0 and attempts >= 0", name=op.f("ck_job_counts_not_negative")
        ),
        sa.CheckConstraint(f"(ended_at is null) = ({UNDER_WAY})", name=op.f("ck_job_ended_when_over")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("key", name=op.f("uq_job_key")),
    )
    op.create_index("ix_job_asked_by", "job", ["asked_by", "asked_at"])
    op.create_index(
        "ix_job_under_way",
        "job",
        ["asked_at"],
        sqlite_where=sa.text(UNDER_WAY),
        postgresql_where=sa.text(UNDER_WAY),
    )
    op.create_table(
        "job_piece",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("job_id", COUNTER, nullable=False),
        sa.Column("is_result", sa.Boolean(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["job_id"], ["job.id"], name=op.f("fk_job_piece_job_id_job"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_piece")),
        sa.UniqueConstraint(
            "job_id", "is_result", "number", name=op.f("uq_job_piece_job_id_is_result_number")
        ),
    )


def downgrade() -> None:
    op.drop_table("job_piece")
    op.drop_table("job")
