"""Kitchens that are late, and how long doors are planned to take from a day on."""

import sqlalchemy as sa
from alembic import op

revision = "0048"
down_revision = "0047"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
AT_THE_DOOR = "ck_riding_speed_at_the_door"


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
        "kitchen_delay",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("kitchen_code", sa.String(length=32), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column(
            "sitting",
            sa.Enum(
                "breakfast",
                "lunch",
                "dinner",
                name="sitting",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ready_seconds", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("noted_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint("ready_seconds between 0 and 86399", name=op.f("ck_kitchen_delay_within_the_day")),
        sa.ForeignKeyConstraint(
            ["kitchen_code"], ["site.site_code"], name=op.f("fk_kitchen_delay_kitchen_code_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kitchen_delay")),
    )
    op.create_index("ix_kitchen_delay_kitchen_code_served_on", "kitchen_delay", ["kitchen_code", "served_on"])
    op.create_table(
        "waiting_run",
        sa.Column("delay_id", COUNTER, nullable=False),
        sa.Column("run_id", COUNTER, nullable=False),
        sa.ForeignKeyConstraint(
            ["delay_id"], ["kitchen_delay.id"], name=op.f("fk_waiting_run_delay_id_kitchen_delay")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_waiting_run_run_id_run")),
        sa.PrimaryKeyConstraint("delay_id", "run_id", name=op.f("pk_waiting_run")),
    )
    protect("kitchen_delay")
    protect("waiting_run")
    with op.batch_alter_table("riding_speed") as batch:
        # What was planned with until now stays what was planned with.
        batch.add_column(sa.Column("hand_over", sa.Integer(), server_default="150", nullable=False))
        batch.add_column(sa.Column("floor", sa.Integer(), server_default="25", nullable=False))
        batch.create_check_constraint(
            op.f(AT_THE_DOOR), "hand_over between 30 and 600 and floor between 5 and 120"
        )
    with op.batch_alter_table("riding_speed") as batch:
        batch.alter_column("hand_over", server_default=None)
        batch.alter_column("floor", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("riding_speed") as batch:
        batch.drop_constraint(op.f(AT_THE_DOOR), type_="check")
        batch.drop_column("floor")
        batch.drop_column("hand_over")
    op.drop_table("waiting_run")
    op.drop_table("kitchen_delay")
