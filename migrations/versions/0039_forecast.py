"""Sums by day that follow the decisions, and the forecast of covers that rests on them."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
SITTINGS = "sitting in ('breakfast', 'lunch', 'dinner')"
KINDS = "kind in ('closed', 'school_holiday', 'event', 'rain', 'storm', 'heat', 'cold')"
WRITES = "INSERT INTO daily_touch (site_code, served_on)"
NOTED = "SELECT DISTINCT ledger.site_code, ledger.served_on FROM"
CHANGES = {"insert": "NEW", "update": "NEW", "delete": "OLD"}


def watch_decisions() -> None:
    """Let the database itself note each site and day of which a decision is written, whoever writes it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION touch_days() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"{WRITES} {NOTED} changed "
            "JOIN ledger ON ledger.id = changed.meal_id; RETURN NULL; END $$"
        )
        for act, table in CHANGES.items():
            op.execute(
                f"CREATE TRIGGER decision_touches_{act} AFTER {act.upper()} ON decision "
                f"REFERENCING {table} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION touch_days()"
            )
        return
    for act, row in CHANGES.items():
        op.execute(
            f"CREATE TRIGGER decision_touches_{act} AFTER {act.upper()} ON decision BEGIN "  # noqa: S608
            f"{WRITES} {NOTED} ledger WHERE ledger.id = {row}.meal_id "
            "AND NOT EXISTS (SELECT 1 FROM daily_touch known WHERE known.served_on = ledger.served_on "
            "AND known.site_code = ledger.site_code); END"
        )


def upgrade() -> None:
    op.create_table(
        "daily_sum",
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("meals", sa.Integer(), nullable=False),
        sa.Column("subsidised", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("resident_fen", sa.BigInteger(), nullable=False),
        sa.Column("operator_fen", sa.BigInteger(), nullable=False),
        sa.Column("government_fen", sa.BigInteger(), nullable=False),
        sa.Column("charity_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(SITTINGS, name=op.f("ck_daily_sum_sitting")),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_daily_sum_site_code_site")),
        sa.PrimaryKeyConstraint("site_code", "served_on", "sitting", name=op.f("pk_daily_sum")),
    )
    op.create_index("ix_daily_sum_served_on", "daily_sum", ["served_on"])
    op.create_table(
        "daily_touch",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_daily_touch")),
    )
    op.create_index("ix_daily_touch_served_on", "daily_touch", ["served_on", "site_code"])
    op.execute(
        "INSERT INTO daily_touch (site_code, served_on) SELECT DISTINCT site_code, served_on FROM ledger"
    )
    watch_decisions()
    op.create_table(
        "day_note",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=True),
        sa.Column("words", sa.String(length=80), nullable=False),
        sa.Column("written_by", sa.String(length=16), nullable=False),
        sa.Column("written_at", INSTANT, nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_day_note_notekind")),
        sa.CheckConstraint("last_on >= first_on", name=op.f("ck_day_note_ends_after_beginning")),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_day_note_site_code_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_note")),
    )
    op.create_index("ix_day_note_first_on", "day_note", ["first_on"])
    op.create_table(
        "cover_forecast",
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("is_cooked", sa.Boolean(), nullable=False),
        sa.Column("for_on", sa.Date(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("covers", sa.Integer(), nullable=False),
        sa.Column("low", sa.Integer(), nullable=False),
        sa.Column("high", sa.Integer(), nullable=False),
        sa.Column("median", sa.Integer(), nullable=False),
        sa.CheckConstraint(SITTINGS, name=op.f("ck_cover_forecast_sitting")),
        sa.ForeignKeyConstraint(
            ["site_code"], ["site.site_code"], name=op.f("fk_cover_forecast_site_code_site")
        ),
        sa.PrimaryKeyConstraint(
            "site_code", "sitting", "is_cooked", "for_on", "made_on", name=op.f("pk_cover_forecast")
        ),
    )
    op.create_index("ix_cover_forecast_made_on", "cover_forecast", ["made_on"])
    op.create_table(
        "forecast_trial",
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("sitting", sa.String(length=32), nullable=False),
        sa.Column("is_cooked", sa.Boolean(), nullable=False),
        sa.Column("made_on", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("error", sa.Float(), nullable=False),
        sa.Column("median_error", sa.Float(), nullable=False),
        sa.Column("weekly_error", sa.Float(), nullable=False),
        sa.Column("within", sa.Integer(), nullable=False),
        sa.CheckConstraint(SITTINGS, name=op.f("ck_forecast_trial_sitting")),
        sa.ForeignKeyConstraint(
            ["site_code"], ["site.site_code"], name=op.f("fk_forecast_trial_site_code_site")
        ),
        sa.PrimaryKeyConstraint("site_code", "sitting", "is_cooked", name=op.f("pk_forecast_trial")),
    )


def downgrade() -> None:
    on = " ON decision" if op.get_bind().dialect.name == "postgresql" else ""
    for act in CHANGES:
        op.execute(f"DROP TRIGGER decision_touches_{act}{on}")
    if on:
        op.execute("DROP FUNCTION touch_days()")
    for table in ("forecast_trial", "cover_forecast", "day_note", "daily_touch", "daily_sum"):
        op.drop_table(table)
