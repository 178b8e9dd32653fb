"""The log of hot meals: how hot each run was loaded, and what was kept as a sample."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
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
        "loading_temperature",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("run_id", COUNTER, nullable=False),
        sa.Column("degrees", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=64), nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("noted_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint("degrees between -20 and 110", name=op.f("ck_loading_temperature_degrees")),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_loading_temperature_run_id_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loading_temperature")),
    )
    op.create_index(op.f("ix_loading_temperature_run_id"), "loading_temperature", ["run_id"])
    op.create_table(
        "food_sample",
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
        sa.Column("dish", sa.String(length=64), nullable=False),
        sa.Column("grams", sa.Integer(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.Column("kept_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint("grams > 0", name=op.f("ck_food_sample_some_grams")),
        sa.ForeignKeyConstraint(
            ["kitchen_code"], ["site.site_code"], name=op.f("fk_food_sample_kitchen_code_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_food_sample")),
    )
    op.create_index("ix_food_sample_kitchen_code_served_on", "food_sample", ["kitchen_code", "served_on"])
    protect("loading_temperature")
    protect("food_sample")


def downgrade() -> None:
    op.drop_table("food_sample")
    op.drop_table("loading_temperature")
