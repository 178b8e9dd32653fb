"""A statement's way: its frozen lines, its adjustments, the steps that were taken, and what was waived."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ACTS = ("submit", "review", "approve", "pay", "return", "void")
APPEND_ONLY = ("statement_step", "statement_waiver")


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
    op.add_column("statement", sa.Column("round", sa.Integer(), nullable=False, server_default="1"))
    op.add_column(
        "statement", sa.Column("adjustment_fen", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column("statement", sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "statement_content",
        sa.Column("statement_id", COUNTER, nullable=False),
        sa.Column("lines", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_content_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_statement_content")),
    )
    op.create_table(
        "statement_adjustment",
        sa.Column("statement_id", COUNTER, nullable=False),
        sa.Column("meal_id", sa.Uuid(), nullable=False),
        sa.Column("payer", sa.String(length=64), nullable=False),
        sa.Column("fund", sa.String(length=120), nullable=False),
        sa.Column("corrects", sa.String(length=48), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_statement_adjustment_not_nothing")),
        sa.ForeignKeyConstraint(
            ["meal_id"], ["ledger.id"], name=op.f("fk_statement_adjustment_meal_id_ledger")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_adjustment_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint(
            "statement_id", "meal_id", "payer", "fund", name=op.f("pk_statement_adjustment")
        ),
    )
    op.create_index(op.f("ix_statement_adjustment_meal_id"), "statement_adjustment", ["meal_id"])
    op.create_table(
        "statement_step",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("statement_id", COUNTER, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column(
            "act",
            sa.Enum(*ACTS, name="act", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("taken_by", sa.String(length=16), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "act not in ('return', 'void') or reason <> ''", name=op.f("ck_statement_step_says_why")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_step_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_step")),
        sa.UniqueConstraint(
            "statement_id", "round", "act", name=op.f("uq_statement_step_statement_id_round_act")
        ),
    )
    op.create_index(
        "uq_statement_step_four_eyes",
        "statement_step",
        ["statement_id", "round", "taken_by"],
        unique=True,
        sqlite_where=sa.text("act not in ('return', 'void')"),
        postgresql_where=sa.text("act not in ('return', 'void')"),
    )
    op.create_table(
        "statement_waiver",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("statement_id", COUNTER, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("gaps", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("waived_by", sa.String(length=16), nullable=False),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_statement_waiver_says_why")),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_waiver_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement_waiver")),
    )
    op.create_index(op.f("ix_statement_waiver_statement_id"), "statement_waiver", ["statement_id"])
    for table in APPEND_ONLY:
        protect(table)


def downgrade() -> None:
    op.drop_table("statement_waiver")
    op.drop_table("statement_step")
    op.drop_table("statement_adjustment")
    op.drop_table("statement_content")
    for column in ("frozen_at", "adjustment_fen", "round"):
        op.drop_column("statement", column)
