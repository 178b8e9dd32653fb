"""Released plans: a plan is a draft until a named person releases it, and stays when another follows."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SLOT = ("served_on", "sitting", "kitchen_code")
RELEASED = "(released_at is null) = (released_by is null) and (released_at is null) = (price_fen is null)"
SUPERSEDED = (
    "select p.id from day_plan p join day_plan later on later.served_on = p.served_on and "
    "later.sitting = p.sitting and later.kitchen_code = p.kitchen_code and later.revision > p.revision"
)
IS_DRAFT = sa.text("released_at is null")


def upgrade() -> None:
    with op.batch_alter_table("day_plan") as table:
        table.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("released_at", sa.DateTime(timezone=True), nullable=True))
        table.add_column(sa.Column("released_by", sa.String(length=16), nullable=True))
        table.add_column(sa.Column("price_fen", sa.Integer(), nullable=True))
        table.drop_constraint(op.f("uq_day_plan_served_on_sitting_kitchen_code"), type_="unique")
        table.create_unique_constraint(
            op.f("uq_day_plan_served_on_sitting_kitchen_code_revision"), [*SLOT, "revision"]
        )
        table.create_check_constraint(op.f("ck_day_plan_released_by_somebody"), RELEASED)
    op.create_index(
        "uq_day_plan_draft",
        "day_plan",
        SLOT,
        unique=True,
        sqlite_where=IS_DRAFT,
        postgresql_where=IS_DRAFT,
    )


def downgrade() -> None:
    """Keep the newest plan of each sitting: there was no room for more than one."""
    op.execute("create temporary table superseded as " + SUPERSEDED)
    op.execute(
        "delete from stop where run_id in (select r.id from run r join superseded s on s.id = r.plan_id)"
    )
    op.execute("delete from run where plan_id in (select id from superseded)")
    op.execute("delete from unserved_delivery where plan_id in (select id from superseded)")
    op.execute("delete from day_plan where id in (select id from superseded)")
    op.execute("drop table superseded")
    op.drop_index("uq_day_plan_draft", table_name="day_plan")
    with op.batch_alter_table("day_plan") as table:
        table.drop_constraint(op.f("ck_day_plan_released_by_somebody"), type_="check")
        table.drop_constraint(op.f("uq_day_plan_served_on_sitting_kitchen_code_revision"), type_="unique")
        table.create_unique_constraint(op.f("uq_day_plan_served_on_sitting_kitchen_code"), SLOT)
        for column in ("price_fen", "released_by", "released_at", "revision"):
            table.drop_column(column)
