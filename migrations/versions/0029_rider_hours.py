"""Riders' hours: corrections with a second look, and the certificates that were issued."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)


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
        "hours_adjustment",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("rider_id", COUNTER, nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.Column("written_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["rider_id"], ["rider.id"], name=op.f("fk_hours_adjustment_rider_id_rider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_adjustment")),
        sa.UniqueConstraint("id", "written_by", name=op.f("uq_hours_adjustment_id_written_by")),
    )
    op.create_index(op.f("ix_hours_adjustment_rider_id"), "hours_adjustment", ["rider_id"])
    op.create_table(
        "hours_verdict",
        sa.Column("adjustment_id", COUNTER, autoincrement=False, nullable=False),
        sa.Column("written_by", sa.String(length=16), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("given_at", INSTANT, nullable=False),
        sa.Column("given_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "not is_confirmed or given_by <> written_by", name=op.f("ck_hours_verdict_four_eyes")
        ),
        sa.ForeignKeyConstraint(
            ["adjustment_id", "written_by"],
            ["hours_adjustment.id", "hours_adjustment.written_by"],
            name=op.f("fk_hours_verdict_adjustment_id_hours_adjustment"),
        ),
        sa.PrimaryKeyConstraint("adjustment_id", name=op.f("pk_hours_verdict")),
    )
    op.create_table(
        "rider_certificate",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("certificate_no", sa.String(length=16), nullable=False),
        sa.Column("rider_id", COUNTER, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("last_month", sa.Date(), nullable=False),
        sa.Column("runs", sa.Integer(), nullable=False),
        sa.Column("meals", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["rider_id"], ["rider.id"], name=op.f("fk_rider_certificate_rider_id_rider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rider_certificate")),
        sa.UniqueConstraint("certificate_no", name=op.f("uq_rider_certificate_certificate_no")),
    )
    op.create_index(op.f("ix_rider_certificate_rider_id"), "rider_certificate", ["rider_id"])
    for table in ("hours_adjustment", "hours_verdict", "rider_certificate"):
        protect(table)


def downgrade() -> None:
    op.drop_table("rider_certificate")
    op.drop_table("hours_verdict")
    op.drop_table("hours_adjustment")
