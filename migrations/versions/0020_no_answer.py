"""No answer: a case for each door that nobody answered, the steps, the closing, what is ordered."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STEPS = ("resident", "family", "community", "enter")
RESULTS = ("reached", "not_reached", "not_possible")
OUTCOMES = ("well", "later", "hospital", "away", "help", "mistake")


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


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
        "case_ordering",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("steps", sa.String(length=120), nullable=False),
        sa.Column("close_minutes", sa.Integer(), nullable=False),
        sa.Column("wait_minutes", sa.Integer(), nullable=False),
        sa.Column("meal_goes", choice("mealgoes", "kitchen", "neighbour"), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("ordered_at", INSTANT, nullable=False),
        sa.Column("ordered_by", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_ordering")),
    )
    op.create_index(op.f("ix_case_ordering_from_on"), "case_ordering", ["from_on"])
    op.create_table(
        "no_answer_case",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("subscription_id", COUNTER, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_no_answer_case_subscription_id_subscription"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["stop_report.id"], name=op.f("fk_no_answer_case_report_id_stop_report")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_no_answer_case")),
        sa.UniqueConstraint(
            "subscription_id", "served_on", name=op.f("uq_no_answer_case_subscription_id_served_on")
        ),
    )
    op.create_table(
        "case_step",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("case_id", COUNTER, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", choice("step", *STEPS), nullable=False),
        sa.Column("result", choice("stepresult", *RESULTS), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("taken_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["no_answer_case.id"], name=op.f("fk_case_step_case_id_no_answer_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_step")),
        sa.UniqueConstraint("case_id", "turn", name=op.f("uq_case_step_case_id_turn")),
    )
    op.create_table(
        "case_closing",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("case_id", COUNTER, nullable=False),
        sa.Column("outcome", choice("caseoutcome", *OUTCOMES), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("closed_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["no_answer_case.id"], name=op.f("fk_case_closing_case_id_no_answer_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_closing")),
        sa.UniqueConstraint("case_id", name=op.f("uq_case_closing_case_id")),
    )
    op.create_index("ix_case_closing_closed_at", "case_closing", ["closed_at"])
    for table in ("case_ordering", "no_answer_case", "case_step", "case_closing"):
        protect(table)


def downgrade() -> None:
    op.drop_table("case_closing")
    op.drop_table("case_step")
    op.drop_table("no_answer_case")
    op.drop_table("case_ordering")
