"""Recoveries: cases of wrongly paid money, their steps, and the statements that take them back."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STATUSES = ("open", "demanded", "waived", "repaid")
ACTS = ("open", "demand", "waive", "repay")


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


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.add_column("statement", sa.Column("recovery_fen", sa.BigInteger(), nullable=False, server_default="0"))
    op.create_table(
        "recovery",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("recovery_no", sa.String(length=16), nullable=False),
        sa.Column("statement_id", COUNTER, nullable=False),
        sa.Column("payer", sa.String(length=64), nullable=False),
        sa.Column("fund", sa.String(length=120), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("finding", sa.String(length=500), nullable=False),
        sa.Column("evidence", sa.String(length=500), nullable=False),
        sa.Column("status", choice("recoverystatus", *STATUSES), nullable=False),
        sa.Column("repaid_on", sa.Date(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_recovery_something")),
        sa.CheckConstraint("finding <> '' and evidence <> ''", name=op.f("ck_recovery_says_what")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_recovery_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery")),
        sa.UniqueConstraint("recovery_no", name=op.f("uq_recovery_recovery_no")),
    )
    op.create_index(op.f("ix_recovery_statement_id"), "recovery", ["statement_id"])
    op.create_table(
        "recovery_step",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("recovery_id", COUNTER, nullable=False),
        sa.Column("act", choice("recoveryact", *ACTS), nullable=False),
        sa.Column("taken_by", sa.String(length=16), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_recovery_step_says_why")),
        sa.ForeignKeyConstraint(
            ["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_step_recovery_id_recovery")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_step")),
        sa.UniqueConstraint("recovery_id", "act", name=op.f("uq_recovery_step_recovery_id_act")),
        sa.UniqueConstraint("recovery_id", "taken_by", name=op.f("uq_recovery_step_recovery_id_taken_by")),
    )
    op.create_table(
        "statement_recovery",
        sa.Column("statement_id", COUNTER, nullable=False),
        sa.Column("recovery_id", COUNTER, nullable=False),
        sa.Column("is_released", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_recovery_statement_id_statement")
        ),
        sa.ForeignKeyConstraint(
            ["recovery_id"], ["recovery.id"], name=op.f("fk_statement_recovery_recovery_id_recovery")
        ),
        sa.PrimaryKeyConstraint("statement_id", "recovery_id", name=op.f("pk_statement_recovery")),
    )
    op.create_index(
        "uq_statement_recovery_once",
        "statement_recovery",
        ["recovery_id"],
        unique=True,
        sqlite_where=sa.text("not is_released"),
        postgresql_where=sa.text("not is_released"),
    )
    protect("recovery_step")


def downgrade() -> None:
    op.drop_table("statement_recovery")
    op.drop_table("recovery_step")
    op.drop_table("recovery")
    op.drop_column("statement", "recovery_fen")
