"""Sites say how they are found, when they are open and what they cook; closures leave the notes on days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
SITTINGS = "sitting in ('breakfast', 'lunch', 'dinner')"
REASONS = "reason in ('festival', 'repairs', 'supply', 'other')"
KINDS = "'school_holiday', 'event', 'rain', 'storm', 'heat', 'cold'"
NOTE_KINDS = "ck_day_note_notekind"
NOTE_SITE = "fk_day_note_site_code_site"


def site_code(name: str, *, is_key: bool = False) -> tuple[sa.Column[str], sa.ForeignKeyConstraint]:
    """Give the column that names a site, and what holds it to one."""
    return (
        sa.Column("site_code", sa.String(length=32), nullable=False, primary_key=is_key),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f(f"fk_{name}_site_code_site")),
    )


def upgrade() -> None:
    """Make the tables, and let closures that stood among the notes move to their own."""
    for name, length in (("address", 160), ("telephone", 32)):
        op.add_column("site", sa.Column(name, sa.String(length=length), nullable=True))
    op.create_table(
        "site_hours",
        *site_code("site_hours"),
        sa.Column("weekday", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("opens_seconds", sa.Integer(), nullable=False),
        sa.Column("closes_seconds", sa.Integer(), nullable=False),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_site_hours_a_day_of_the_week")),
        sa.CheckConstraint(
            "0 <= opens_seconds and opens_seconds < closes_seconds and closes_seconds <= 86400",
            name=op.f("ck_site_hours_within_a_day"),
        ),
        sa.CheckConstraint(SITTINGS, name=op.f("ck_site_hours_sitting")),
        sa.PrimaryKeyConstraint("site_code", "weekday", "sitting", name=op.f("pk_site_hours")),
    )
    op.create_table(
        "site_closure",
        sa.Column("id", COUNTER, nullable=False),
        *site_code("site_closure"),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=80), nullable=False),
        sa.Column("entered_by", sa.String(length=16), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.CheckConstraint(REASONS, name=op.f("ck_site_closure_closurereason")),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_site_closure_ends_after_beginning")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_closure")),
    )
    op.create_index("ix_site_closure_site_code_first_on", "site_closure", ["site_code", "first_on"])
    op.create_index("ix_site_closure_last_on", "site_closure", ["last_on"])
    op.create_table(
        "menu_dish",
        *site_code("menu_dish"),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=True),
        sa.Column("marks", sa.String(length=40), nullable=False),
        sa.CheckConstraint(SITTINGS, name=op.f("ck_menu_dish_sitting")),
        sa.CheckConstraint("price_fen is null or price_fen >= 0", name=op.f("ck_menu_dish_not_negative")),
        sa.PrimaryKeyConstraint("site_code", "served_on", "sitting", "place", name=op.f("pk_menu_dish")),
    )
    op.execute(
        "INSERT INTO site_closure (site_code, first_on, last_on, reason, words, entered_by, entered_at) "
        "SELECT site_code, first_on, last_on, 'other', words, written_by, written_at FROM day_note "
        "WHERE kind = 'closed' AND site_code IS NOT NULL ORDER BY id"
    )
    op.execute("DELETE FROM day_note WHERE kind = 'closed'")
    with op.batch_alter_table("day_note") as batch:
        batch.drop_constraint(op.f(NOTE_SITE), type_="foreignkey")
        batch.drop_constraint(op.f(NOTE_KINDS), type_="check")
        batch.create_check_constraint(op.f(NOTE_KINDS), f"kind in ({KINDS})")
        batch.drop_column("site_code")


def downgrade() -> None:
    """Let closures stand among the notes again; why a site stayed shut is in their words alone."""
    with op.batch_alter_table("day_note") as batch:
        batch.add_column(sa.Column("site_code", sa.String(length=32), nullable=True))
        batch.create_foreign_key(op.f(NOTE_SITE), "site", ["site_code"], ["site_code"])
        batch.drop_constraint(op.f(NOTE_KINDS), type_="check")
        batch.create_check_constraint(op.f(NOTE_KINDS), f"kind in ('closed', {KINDS})")
    op.execute(
        "INSERT INTO day_note (kind, first_on, last_on, area, site_code, words, written_by, written_at) "
        "SELECT 'closed', first_on, last_on, site.area_code, site_closure.site_code, words, entered_by, "
        "entered_at FROM site_closure JOIN site ON site.site_code = site_closure.site_code "
        "ORDER BY site_closure.id"
    )
    for name in ("menu_dish", "site_closure", "site_hours"):
        op.drop_table(name)
    # Not in a batch: SQLite would copy the table, and leave its triggers behind.
    for name in ("telephone", "address"):
        op.drop_column("site", name)
