"""Waivers of riders' papers that somebody ended before their day."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
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
        "waiver_end",
        sa.Column("waiver_id", COUNTER, nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["waiver_id"], ["rider_waiver.id"], name=op.f("fk_waiver_end_waiver_id_rider_waiver")
        ),
        sa.PrimaryKeyConstraint("waiver_id", name=op.f("pk_waiver_end")),
    )
    protect("waiver_end")


def downgrade() -> None:
    op.drop_table("waiver_end")
