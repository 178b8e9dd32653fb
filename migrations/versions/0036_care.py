"""Care: missed meals with their steps, monthly visits, more outcomes of a case, one more category."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STEPS = ("resident", "family", "community", "enter")
RESULTS = ("reached", "not_reached", "not_possible")
SITTINGS = ("breakfast", "lunch", "dinner")
OUTCOMES_BEFORE = ("well", "later", "hospital", "away", "help", "mistake")
OUTCOMES = (*OUTCOMES_BEFORE, "treated", "deceased", "moved_away", "other")
CATEGORIES_BEFORE = (
    "destitute",
    "minimum_allowance",
    "near_minimum",
    "disabled",
    "incapacitated",
    "living_alone",
    "empty_nest",
    "bereaved_parent",
    "veteran",
)
CATEGORIES = (*CATEGORIES_BEFORE, "left_behind")
STANDS = sa.text("withdrawn_at is null")


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


def release(table: str) -> None:
    """Take the protection of a table away, for as long as this migration changes it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        return
    for act in ("update", "delete"):
        op.execute(f"DROP TRIGGER {table}_append_only_{act}")


def _allow(table_name: str, column: str, kind: str, allowed: tuple[str, ...]) -> None:
    """Say which values a column takes."""
    listed = ", ".join(f"'{value}'" for value in allowed)
    with op.batch_alter_table(table_name) as table:
        table.drop_constraint(op.f(f"ck_{table_name}_{kind}"), type_="check")
        table.create_check_constraint(op.f(f"ck_{table_name}_{kind}"), f"{column} in ({listed})")


def upgrade() -> None:
    _allow("resident_category", "category", "category", CATEGORIES)
    release("case_closing")
    _allow("case_closing", "outcome", "caseoutcome", OUTCOMES)
    protect("case_closing")
    op.create_table(
        "watch_ordering",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("times", sa.String(length=64), nullable=False),
        sa.Column("steps", sa.String(length=120), nullable=False),
        sa.Column("close_minutes", sa.Integer(), nullable=False),
        sa.Column("unknown_minutes", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("ordered_at", INSTANT, nullable=False),
        sa.Column("ordered_by", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_watch_ordering")),
    )
    op.create_index(op.f("ix_watch_ordering_from_on"), "watch_ordering", ["from_on"])
    protect("watch_ordering")
    op.create_table(
        "watch_round",
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("sitting", choice("sitting", *SITTINGS), nullable=False),
        sa.Column("watched_at", INSTANT, nullable=False),
        sa.Column("regulars", sa.Integer(), nullable=False),
        sa.Column("absent", sa.Integer(), nullable=False),
        sa.Column("not_known", sa.String(length=2000), nullable=False),
        sa.Column("shut", sa.String(length=2000), nullable=False),
        sa.PrimaryKeyConstraint("served_on", "sitting", name=op.f("pk_watch_round")),
    )
    op.create_table(
        "missed_meal",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("resident_id", COUNTER, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("sitting", choice("sitting", *SITTINGS), nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("came", sa.Integer(), nullable=False),
        sa.Column("of", sa.Integer(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("known_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_missed_meal_resident_id_resident")
        ),
        sa.ForeignKeyConstraint(
            ["site_code"], ["site.site_code"], name=op.f("fk_missed_meal_site_code_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_meal")),
        sa.UniqueConstraint(
            "resident_id", "served_on", "sitting", name=op.f("uq_missed_meal_resident_id_served_on_sitting")
        ),
    )
    op.create_index("ix_missed_meal_served_on_sitting", "missed_meal", ["served_on", "sitting"])
    op.create_table(
        "missed_meal_step",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("missed_meal_id", COUNTER, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("step", choice("step", *STEPS), nullable=False),
        sa.Column("result", choice("stepresult", *RESULTS), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("taken_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["missed_meal_id"],
            ["missed_meal.id"],
            name=op.f("fk_missed_meal_step_missed_meal_id_missed_meal"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_meal_step")),
        sa.UniqueConstraint("missed_meal_id", "turn", name=op.f("uq_missed_meal_step_missed_meal_id_turn")),
    )
    op.create_table(
        "missed_meal_closing",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("missed_meal_id", COUNTER, nullable=False),
        sa.Column("outcome", choice("caseoutcome", *OUTCOMES), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("closed_at", INSTANT, nullable=False),
        sa.Column("closed_by", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["missed_meal_id"],
            ["missed_meal.id"],
            name=op.f("fk_missed_meal_closing_missed_meal_id_missed_meal"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missed_meal_closing")),
        sa.UniqueConstraint("missed_meal_id", name=op.f("uq_missed_meal_closing_missed_meal_id")),
    )
    op.create_table(
        "care_visit",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("resident_id", COUNTER, nullable=False),
        sa.Column("visited_on", sa.Date(), nullable=False),
        sa.Column("way", choice("visitway", "home", "phone", "met"), nullable=False),
        sa.Column("finding", choice("finding", "well", "needs_help", "not_met"), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("noted_by", sa.String(length=16), nullable=False),
        sa.Column("withdrawn_at", INSTANT, nullable=True),
        sa.Column("withdrawn_by", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "(withdrawn_at is null) = (withdrawn_by is null)",
            name=op.f("ck_care_visit_withdrawn_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_care_visit_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_visit")),
    )
    op.create_index(
        "uq_care_visit_stands",
        "care_visit",
        ["resident_id", "visited_on", "way"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )


def downgrade() -> None:
    for table in (
        "care_visit",
        "missed_meal_closing",
        "missed_meal_step",
        "missed_meal",
        "watch_round",
        "watch_ordering",
    ):
        op.drop_table(table)
    release("case_closing")
    op.execute("update case_closing set outcome = 'help' where outcome in ('treated', 'deceased', 'other')")
    op.execute("update case_closing set outcome = 'away' where outcome = 'moved_away'")
    _allow("case_closing", "outcome", "caseoutcome", OUTCOMES_BEFORE)
    protect("case_closing")
    op.execute("delete from resident_category where category = 'left_behind'")
    _allow("resident_category", "category", "category", CATEGORIES_BEFORE)
