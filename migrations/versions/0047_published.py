"""What was published of a month, and what lies within 15 minutes of each site."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
AMOUNTS = ("price_fen", "resident_fen", "operator_fen", "government_fen", "charity_fen")


def keep(table: str) -> None:
    """Let the database itself refuse to change or delete a row."""
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
    """Make the tables; what was published stays."""
    op.create_table(
        "published_month",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("statements", sa.Integer(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("payers", sa.JSON(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_published_month")),
    )
    op.create_index("ix_published_month_month", "published_month", ["month"])
    op.create_table(
        "published_row",
        sa.Column("published_month_id", COUNTER, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("site_codes", sa.JSON(), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("meals", sa.Integer(), nullable=False),
        sa.Column("subsidised_meals", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in AMOUNTS),
        sa.CheckConstraint(
            "price_fen = government_fen + operator_fen + charity_fen + resident_fen",
            name=op.f("ck_published_row_parts_add_up"),
        ),
        sa.CheckConstraint("persons >= 5", name=op.f("ck_published_row_nobody_alone")),
        sa.ForeignKeyConstraint(
            ["published_month_id"],
            ["published_month.id"],
            name=op.f("fk_published_row_published_month_id_published_month"),
        ),
        sa.PrimaryKeyConstraint("published_month_id", "place", name=op.f("pk_published_row")),
    )
    op.create_table(
        "site_circle",
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("network_id", COUNTER, nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("metres_per_hour", sa.Integer(), nullable=False),
        sa.Column("rings", sa.JSON(), nullable=False),
        sa.Column("measured_at", INSTANT, nullable=False),
        sa.CheckConstraint("way in ('walking', 'riding')", name=op.f("ck_site_circle_way")),
        sa.ForeignKeyConstraint(
            ["network_id"], ["road_network.id"], name=op.f("fk_site_circle_network_id_road_network")
        ),
        sa.ForeignKeyConstraint(
            ["site_code"], ["site.site_code"], name=op.f("fk_site_circle_site_code_site")
        ),
        sa.PrimaryKeyConstraint("site_code", "way", name=op.f("pk_site_circle")),
    )
    for table in ("published_month", "published_row"):
        keep(table)


def downgrade() -> None:
    """Forget what was published."""
    for table in ("site_circle", "published_row", "published_month"):
        op.drop_table(table)
