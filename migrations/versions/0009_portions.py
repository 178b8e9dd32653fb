"""Portions: what kitchens and service points counted, why a sitting does not balance, who must count."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SITTINGS = ("breakfast", "lunch", "dinner")
KINDS = ("cooked", "sent", "received", "returned", "spoiled")
APPEND_ONLY = ("portion_count", "difference_explanation", "counting_order")


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
        "portion_count",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("sitting", choice("sitting", *SITTINGS), nullable=False),
        sa.Column("kind", choice("countkind", *KINDS), nullable=False),
        sa.Column("to_code", sa.String(length=32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("portions", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("counted_by", sa.String(length=16), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("portions between 0 and 100000", name=op.f("ck_portion_count_portions")),
        sa.CheckConstraint(
            "(kind = 'sent') = (to_code <> site_code)", name=op.f("ck_portion_count_sent_elsewhere")
        ),
        sa.CheckConstraint(
            "turn = 1 or (turn > 1 and reason <> '')", name=op.f("ck_portion_count_corrected_with_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["site_code"], ["site.site_code"], name=op.f("fk_portion_count_site_code_site")
        ),
        sa.ForeignKeyConstraint(["to_code"], ["site.site_code"], name=op.f("fk_portion_count_to_code_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_portion_count")),
        sa.UniqueConstraint(
            "site_code", "served_on", "sitting", "kind", "to_code", "turn", name="uq_portion_count_turn"
        ),
    )
    op.create_index("ix_portion_count_to_code_served_on", "portion_count", ["to_code", "served_on"])
    op.create_table(
        "difference_explanation",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("sitting", choice("sitting", *SITTINGS), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("difference", sa.Integer(), nullable=False),
        sa.Column("on_the_way", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("explained_by", sa.String(length=16), nullable=False),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_difference_explanation_says_why")),
        sa.CheckConstraint(
            "difference <> 0 or on_the_way <> 0", name=op.f("ck_difference_explanation_differs")
        ),
        sa.ForeignKeyConstraint(
            ["site_code"], ["site.site_code"], name=op.f("fk_difference_explanation_site_code_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difference_explanation")),
        sa.UniqueConstraint(
            "site_code", "served_on", "sitting", "turn", name="uq_difference_explanation_turn"
        ),
    )
    op.create_table(
        "counting_order",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("kitchen_code", sa.String(length=32), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("ordered_by", sa.String(length=16), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["kitchen_code"], ["site.site_code"], name=op.f("fk_counting_order_kitchen_code_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counting_order")),
    )
    for table in APPEND_ONLY:
        protect(table)


def downgrade() -> None:
    for table in reversed(APPEND_ONLY):
        op.drop_table(table)
