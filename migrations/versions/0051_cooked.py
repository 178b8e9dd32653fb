"""When kitchens cooked, and what is assumed while they have not written it."""

import sqlalchemy as sa
from alembic import op

revision = "0051"
down_revision = "0050"
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
        "cooked_batch",
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
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("cooked_seconds", sa.Integer(), nullable=True),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("noted_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint("batch between 1 and 6", name=op.f("ck_cooked_batch_few_batches")),
        sa.CheckConstraint("cooked_seconds between 0 and 86399", name=op.f("ck_cooked_batch_within_the_day")),
        sa.ForeignKeyConstraint(
            ["kitchen_code"], ["site.site_code"], name=op.f("fk_cooked_batch_kitchen_code_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cooked_batch")),
    )
    op.create_index("ix_cooked_batch_kitchen_code_served_on", "cooked_batch", ["kitchen_code", "served_on"])
    protect("cooked_batch")
    # Added in place, so that what protects the table stays.
    op.add_column(
        "case_ordering", sa.Column("cooked_minutes", sa.Integer(), server_default="30", nullable=False)
    )


def downgrade() -> None:
    op.drop_column("case_ordering", "cooked_minutes")
    op.drop_table("cooked_batch")
