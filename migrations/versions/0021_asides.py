"""Reports kept apart are settled by a person, once: taken for the right stop, or set aside with a reason."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def protect(table: str) -> None:
    """Let the database itself refuse to change or delete rows of a table."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for act in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_append_only_{act.lower()} BEFORE {act} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def upgrade() -> None:
    op.create_table(
        "aside_settlement",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("aside_id", COUNTER, nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "(report_id is null) = (reason <> '')",
            name=op.f("ck_aside_settlement_taken_or_set_aside_with_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["aside_id"], ["report_aside.id"], name=op.f("fk_aside_settlement_aside_id_report_aside")
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["stop_report.id"], name=op.f("fk_aside_settlement_report_id_stop_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_aside_settlement")),
        sa.UniqueConstraint("aside_id", name=op.f("uq_aside_settlement_aside_id")),
    )
    protect("aside_settlement")


def downgrade() -> None:
    op.drop_table("aside_settlement")
