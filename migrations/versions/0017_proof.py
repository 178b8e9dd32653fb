"""Proof: what became of each stop, as facts, and the one meal that a hand-over becomes."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
OUTCOMES = ("handed_over", "no_answer", "refused", "problem")


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
        "stop_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("run_id", COUNTER, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("outcome", choice("outcome", *OUTCOMES), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("via", choice("via", "link", "paper"), nullable=False),
        sa.Column("reported_by", sa.String(length=16), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skew_seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id", "position"],
            ["stop.run_id", "stop.position"],
            name=op.f("fk_stop_report_run_id_position_stop"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stop_report")),
    )
    op.create_index("ix_stop_report_run_id", "stop_report", ["run_id", "position"])
    op.create_table(
        "delivered_meal",
        sa.Column("subscription_id", COUNTER, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("meal_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_delivered_meal_subscription_id_subscription"),
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["stop_report.id"], name=op.f("fk_delivered_meal_report_id_stop_report")
        ),
        sa.PrimaryKeyConstraint("subscription_id", "served_on", name=op.f("pk_delivered_meal")),
        sa.UniqueConstraint("meal_id", name=op.f("uq_delivered_meal_meal_id")),
    )
    protect("stop_report")
    protect("delivered_meal")


def downgrade() -> None:
    op.drop_table("delivered_meal")
    op.drop_table("stop_report")
