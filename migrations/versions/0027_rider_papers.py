"""Riders' papers: training, insurance, and who rides without them until when.

Nobody knows yet when riders who are there were trained, or until when they are insured. So each of them gets
a waiver of 30 days: tomorrow's lunches are carried, pages say what lacks, and afterwards it holds.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
GRACE = timedelta(days=30)
REASON = "升级前已在岗，培训和保险日期待补录"


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
    op.add_column("rider", sa.Column("trained_on", sa.Date(), nullable=True))
    op.add_column("rider", sa.Column("last_insured_on", sa.Date(), nullable=True))
    waivers = op.create_table(
        "rider_waiver",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("rider_id", COUNTER, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("granted_at", INSTANT, nullable=False),
        sa.Column("granted_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_rider_waiver_ends_not_before_beginning")),
        sa.ForeignKeyConstraint(["rider_id"], ["rider.id"], name=op.f("fk_rider_waiver_rider_id_rider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rider_waiver")),
    )
    op.create_index(op.f("ix_rider_waiver_rider_id"), "rider_waiver", ["rider_id"])
    _let_ride(waivers)
    protect("rider_waiver")


def _let_ride(waivers: sa.Table) -> None:
    """Give whoever rides a waiver from the day of this step on."""
    rider = sa.table("rider", sa.column("id", COUNTER), sa.column("is_active", sa.Boolean()))
    riding = op.get_bind().execute(sa.select(rider.c.id).where(rider.c.is_active).order_by(rider.c.id))
    at = datetime.now(UTC)
    today = at.astimezone(ZoneInfo("Asia/Shanghai")).date()
    granted = {"from_on": today, "until_on": today + GRACE, "reason": REASON}
    rows = [
        {"rider_id": each, **granted, "granted_at": at, "granted_by": "system"} for each in riding.scalars()
    ]
    op.bulk_insert(waivers, rows)


def downgrade() -> None:
    op.drop_table("rider_waiver")
    op.drop_column("rider", "last_insured_on")
    op.drop_column("rider", "trained_on")
