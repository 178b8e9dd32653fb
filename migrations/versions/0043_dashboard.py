"""Budgets of a year, and what a site spends in a month."""

import sqlalchemy as sa
from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

KINDS = "kind in ('food', 'staff', 'rent', 'energy', 'other')"


def upgrade() -> None:
    op.create_table(
        "budget",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("fund", sa.String(length=120), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("written_by", sa.String(length=16), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_budget_something")),
        sa.PrimaryKeyConstraint("year", "area", "fund", name=op.f("pk_budget")),
    )
    op.create_table(
        "site_cost",
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("written_by", sa.String(length=16), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_site_cost_costkind")),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_site_cost_not_negative")),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_site_cost_site_code_site")),
        sa.PrimaryKeyConstraint("site_code", "month", "kind", name=op.f("pk_site_cost")),
    )


def downgrade() -> None:
    op.drop_table("site_cost")
    op.drop_table("budget")
