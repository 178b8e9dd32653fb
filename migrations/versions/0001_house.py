"""The house: areas, sites, residents, policy, the ledger, statements, delivery, users and the trail."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


APPEND_ONLY = ("ledger", "audit_entry", "meal_conflict", "policy")


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
        "area",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("level", sa.String(length=16), nullable=False),
        sa.Column("parent_code", sa.String(length=12), nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_area")),
    )
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_area_parent_code"), ["parent_code"], unique=False)

    op.create_table(
        "audit_entry",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=16), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_entry")),
    )
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_entry_actor"), ["actor"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_entry_subject"), ["subject"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("is_workday", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("on", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "meal_conflict",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meal_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_meal_conflict")),
    )
    with op.batch_alter_table("meal_conflict", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_meal_conflict_meal_id"), ["meal_id"], unique=False)
        batch_op.create_index("uq_meal_conflict_meal_id", ["meal_id", "digest"], unique=True)

    op.create_table(
        "operator",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("uscc", sa.String(length=18), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator")),
        sa.UniqueConstraint("name", name=op.f("uq_operator_name")),
    )
    op.create_table(
        "policy",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("district", sa.String(length=12), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sa.UniqueConstraint("district", "effective_from", name=op.f("uq_policy_district_effective_from")),
    )
    op.create_table(
        "resident",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_no", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column(
            "name_key",
            sa.String(length=128).with_variant(sa.String(length=128, collation="C"), "postgresql"),
            nullable=False,
        ),
        sa.Column("search_keys", sa.Text(), nullable=False),
        sa.Column("identity_number", sa.LargeBinary(), nullable=True),
        sa.Column("identity_index", sa.String(length=32), nullable=True),
        sa.Column("identity_tail", sa.String(length=4), nullable=True),
        sa.Column("birth_on", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(length=6), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_tail", sa.String(length=4), nullable=True),
        sa.Column("registered_area", sa.String(length=12), nullable=False),
        sa.Column("residence_area", sa.String(length=12), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("consent_on", sa.Date(), nullable=True),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident")),
        sa.UniqueConstraint("identity_index", name=op.f("uq_resident_identity_index")),
        sa.UniqueConstraint("resident_no", name=op.f("uq_resident_resident_no")),
    )
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_resident_name_key"), ["name_key"], unique=False)
        batch_op.create_index(batch_op.f("ix_resident_phone_tail"), ["phone_tail"], unique=False)
        batch_op.create_index(batch_op.f("ix_resident_registered_area"), ["registered_area"], unique=False)
        batch_op.create_index(batch_op.f("ix_resident_residence_area"), ["residence_area"], unique=False)

    op.create_table(
        "resident_category",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "destitute",
                "minimum_allowance",
                "near_minimum",
                "disabled",
                "incapacitated",
                "living_alone",
                "empty_nest",
                "bereaved_parent",
                "veteran",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("grade", sa.String(length=16), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("evidence", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "until_on is null or until_on > from_on", name=op.f("ck_resident_category_ends_after_beginning")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_resident_category_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_category")),
        sa.UniqueConstraint(
            "resident_id",
            "category",
            "from_on",
            name=op.f("uq_resident_category_resident_id_category_from_on"),
        ),
    )
    op.create_table(
        "resident_status",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "active",
                "institution",
                "moved_away",
                "deceased",
                name="status",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_resident_status_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_resident_status")),
        sa.UniqueConstraint("resident_id", "from_on", name=op.f("uq_resident_status_resident_id_from_on")),
    )
    op.create_table(
        "site",
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "canteen",
                "service_point",
                name="sitekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("seats", sa.Integer(), nullable=True),
        sa.Column("kitchen_code", sa.String(length=32), nullable=True),
        sa.Column("operator_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.CheckConstraint(
            "closed_on is null or closed_on > opened_on", name=op.f("ck_site_closes_after_opening")
        ),
        sa.CheckConstraint(
            "kitchen_code is null or kitchen_code <> site_code", name=op.f("ck_site_other_kitchen")
        ),
        sa.ForeignKeyConstraint(["area_code"], ["area.code"], name=op.f("fk_site_area_code_area")),
        sa.ForeignKeyConstraint(["kitchen_code"], ["site.site_code"], name=op.f("fk_site_kitchen_code_site")),
        sa.ForeignKeyConstraint(["operator_id"], ["operator.id"], name=op.f("fk_site_operator_id_operator")),
        sa.PrimaryKeyConstraint("site_code", name=op.f("pk_site")),
    )
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_site_area_code"), ["area_code"], unique=False)

    op.create_table(
        "day_plan",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
        sa.Column("kitchen_code", sa.String(length=32), nullable=False),
        sa.Column("instance", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.String(length=16), nullable=False),
        sa.Column("unserved_weight", sa.Integer(), nullable=False),
        sa.Column("riders", sa.Integer(), nullable=False),
        sa.Column("ride_seconds", sa.Integer(), nullable=False),
        sa.Column("bound_unserved_weight", sa.Integer(), nullable=False),
        sa.Column("bound_riders", sa.Integer(), nullable=False),
        sa.Column("bound_ride_seconds", sa.Integer(), nullable=False),
        sa.Column("is_proven", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["kitchen_code"], ["site.site_code"], name=op.f("fk_day_plan_kitchen_code_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_plan")),
        sa.UniqueConstraint(
            "served_on", "sitting", "kitchen_code", name=op.f("uq_day_plan_served_on_sitting_kitchen_code")
        ),
    )
    op.create_table(
        "ledger",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("resident_no", sa.String(length=32), nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
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
        sa.Column(
            "channel",
            sa.Enum(
                "dine_in",
                "take_away",
                "delivered",
                name="channel",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(length=32), nullable=False),
        sa.Column("tablet", sa.String(length=64), nullable=False),
        sa.Column("reverses", sa.Uuid(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(kind = 'reversal') = (reverses is not null)", name=op.f("ck_ledger_reversal_names_its_meal")
        ),
        sa.CheckConstraint(
            "kind <> 'reversal' or reason <> ''", name=op.f("ck_ledger_reversal_has_a_reason")
        ),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_ledger_price_not_negative")),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_ledger_site_code_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger")),
    )
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_resident_no_served_on", ["resident_no", "served_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_reverses"), ["reverses"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_served_on"), ["served_on"], unique=False)
        batch_op.create_index("ix_ledger_site_code_served_on", ["site_code", "served_on"], unique=False)

    op.create_table(
        "rider",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rider_no", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("kitchen_code", sa.String(length=32), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("shift_from_seconds", sa.Integer(), nullable=False),
        sa.Column("shift_until_seconds", sa.Integer(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_rider_carries_something")),
        sa.CheckConstraint(
            "shift_until_seconds > shift_from_seconds", name=op.f("ck_rider_shift_has_length")
        ),
        sa.CheckConstraint("weekdays > 0 and weekdays < 128", name=op.f("ck_rider_some_weekday")),
        sa.ForeignKeyConstraint(
            ["kitchen_code"], ["site.site_code"], name=op.f("fk_rider_kitchen_code_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rider")),
        sa.UniqueConstraint("rider_no", name=op.f("uq_rider_rider_no")),
    )
    with op.batch_alter_table("rider", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rider_kitchen_code"), ["kitchen_code"], unique=False)

    op.create_table(
        "site_price",
        sa.Column("site_code", sa.String(length=32), nullable=False),
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
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.CheckConstraint("price_fen >= 0", name=op.f("ck_site_price_not_negative")),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_site_price_site_code_site")),
        sa.PrimaryKeyConstraint("site_code", "sitting", "from_on", name=op.f("pk_site_price")),
    )
    op.create_table(
        "statement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("statement_no", sa.String(length=48), nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("meals", sa.Integer(), nullable=False),
        sa.Column("subsidised_meals", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("government_fen", sa.BigInteger(), nullable=False),
        sa.Column("operator_fen", sa.BigInteger(), nullable=False),
        sa.Column("charity_fen", sa.BigInteger(), nullable=False),
        sa.Column("resident_fen", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "price_fen = government_fen + operator_fen + charity_fen + resident_fen",
            name=op.f("ck_statement_parts_add_up"),
        ),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_statement_site_code_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("site_code", "month", "issue", name=op.f("uq_statement_site_code_month_issue")),
        sa.UniqueConstraint("statement_no", name=op.f("uq_statement_statement_no")),
    )
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_statement_month"), ["month"], unique=False)

    op.create_table(
        "subscription",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("resident_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kitchen_code", sa.String(length=32), nullable=False),
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
        sa.Column("weekdays", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("meals", sa.Integer(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=True),
        sa.Column("has_lift", sa.Boolean(), nullable=False),
        sa.Column("diet", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.CheckConstraint("meals > 0", name=op.f("ck_subscription_some_meals")),
        sa.CheckConstraint(
            "until_on is null or until_on >= from_on", name=op.f("ck_subscription_ends_not_before_beginning")
        ),
        sa.CheckConstraint("weekdays > 0 and weekdays < 128", name=op.f("ck_subscription_some_weekday")),
        sa.ForeignKeyConstraint(
            ["kitchen_code"], ["site.site_code"], name=op.f("fk_subscription_kitchen_code_site")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_subscription_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
    )
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_subscription_kitchen_code"), ["kitchen_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_subscription_resident_id"), ["resident_id"], unique=False)
        batch_op.create_index(
            "uq_subscription_resident_id_sitting_from_on_weekdays",
            ["resident_id", "sitting", "from_on", "weekdays"],
            unique=True,
            sqlite_where=sa.text("until_on is null or until_on > from_on"),
            postgresql_where=sa.text("until_on is null or until_on > from_on"),
        )

    op.create_table(
        "user",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_no", sa.String(length=16), nullable=False),
        sa.Column("username", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=True),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_user_site_code_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user")),
        sa.UniqueConstraint("user_no", name=op.f("uq_user_user_no")),
        sa.UniqueConstraint("username", name=op.f("uq_user_username")),
    )
    op.create_table(
        "decision",
        sa.Column("meal_id", sa.Uuid(), nullable=False),
        sa.Column("policy_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "reason",
            sa.Enum(
                "reversed",
                "not_registered",
                "deceased",
                "excluded_status",
                "under_age",
                "not_local",
                "site_closed",
                "sitting_not_subsidised",
                "not_a_workday",
                "below_min_price",
                "price_not_above_subsidy",
                "cap_sitting",
                "cap_day",
                "cap_week",
                "cap_month",
                "no_rate",
                "ok",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("price_fen", sa.Integer(), nullable=False),
        sa.Column("government_fen", sa.Integer(), nullable=False),
        sa.Column("operator_fen", sa.Integer(), nullable=False),
        sa.Column("charity_fen", sa.Integer(), nullable=False),
        sa.Column("resident_fen", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "government_fen >= 0 and operator_fen >= 0 and charity_fen >= 0 and resident_fen >= 0",
            name=op.f("ck_decision_parts_not_negative"),
        ),
        sa.CheckConstraint(
            "price_fen = government_fen + operator_fen + charity_fen + resident_fen",
            name=op.f("ck_decision_parts_add_up"),
        ),
        sa.ForeignKeyConstraint(["meal_id"], ["ledger.id"], name=op.f("fk_decision_meal_id_ledger")),
        sa.ForeignKeyConstraint(["policy_id"], ["policy.id"], name=op.f("fk_decision_policy_id_policy")),
        sa.PrimaryKeyConstraint("meal_id", name=op.f("pk_decision")),
    )
    op.create_table(
        "run",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("rider_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("depart_seconds", sa.Integer(), nullable=False),
        sa.Column("return_seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["day_plan.id"], name=op.f("fk_run_plan_id_day_plan")),
        sa.ForeignKeyConstraint(["rider_id"], ["rider.id"], name=op.f("fk_run_rider_id_rider")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_run")),
        sa.UniqueConstraint("plan_id", "number", name=op.f("uq_run_plan_id_number")),
    )
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_run_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "statement_amount",
        sa.Column("statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("payer", sa.String(length=64), nullable=False),
        sa.Column("fund", sa.String(length=120), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.Column("meals", sa.Integer(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["statement_id"], ["statement.id"], name=op.f("fk_statement_amount_statement_id_statement")
        ),
        sa.PrimaryKeyConstraint("statement_id", "payer", "fund", name=op.f("pk_statement_amount")),
    )
    op.create_table(
        "unserved_delivery",
        sa.Column("plan_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "OUTSIDE_CIRCLE",
                "WINDOW_UNREACHABLE",
                "OVER_BOX",
                "NO_RIDER",
                "RIDER_TIME",
                "KITCHEN_CAPACITY",
                "INVALID",
                "DUPLICATE",
                "NO_KITCHEN",
                name="reason",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ride_seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["day_plan.id"], name=op.f("fk_unserved_delivery_plan_id_day_plan")
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscription.id"],
            name=op.f("fk_unserved_delivery_subscription_id_subscription"),
        ),
        sa.PrimaryKeyConstraint("plan_id", "subscription_id", name=op.f("pk_unserved_delivery")),
    )
    op.create_table(
        "user_role",
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "site_staff",
                "community_worker",
                "street_reviewer",
                "district_officer",
                "finance",
                "auditor",
                "administrator",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_role_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_role")),
    )
    op.create_table(
        "decision_layer",
        sa.Column("meal_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("payer", sa.String(length=64), nullable=False),
        sa.Column("fund", sa.String(length=120), nullable=False),
        sa.Column("amount_fen", sa.Integer(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_decision_layer_pays_something")),
        sa.ForeignKeyConstraint(
            ["meal_id"],
            ["decision.meal_id"],
            name=op.f("fk_decision_layer_meal_id_decision"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("meal_id", "position", name=op.f("pk_decision_layer")),
    )
    op.create_table(
        "stop",
        sa.Column("run_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("handover_seconds", sa.Integer(), nullable=False),
        sa.Column("latest_seconds", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_stop_run_id_run")),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_stop_subscription_id_subscription")
        ),
        sa.PrimaryKeyConstraint("run_id", "position", name=op.f("pk_stop")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
    for table in APPEND_ONLY:
        protect(table)
    op.bulk_insert(
        sa.table("audit_head", sa.column("id"), sa.column("seq"), sa.column("hash")),
        [{"id": 1, "seq": 0, "hash": "0" * 64}],
    )


def downgrade() -> None:
    op.drop_table("stop")
    op.drop_table("decision_layer")
    op.drop_table("user_role")
    op.drop_table("unserved_delivery")
    op.drop_table("statement_amount")
    with op.batch_alter_table("run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_run_plan_id"))

    op.drop_table("run")
    op.drop_table("decision")
    op.drop_table("user")
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_subscription_resident_id_sitting_from_on_weekdays",
            sqlite_where=sa.text("until_on is null or until_on > from_on"),
            postgresql_where=sa.text("until_on is null or until_on > from_on"),
        )
        batch_op.drop_index(batch_op.f("ix_subscription_resident_id"))
        batch_op.drop_index(batch_op.f("ix_subscription_kitchen_code"))

    op.drop_table("subscription")
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_statement_month"))

    op.drop_table("statement")
    op.drop_table("site_price")
    with op.batch_alter_table("rider", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_rider_kitchen_code"))

    op.drop_table("rider")
    with op.batch_alter_table("ledger", schema=None) as batch_op:
        batch_op.drop_index("ix_ledger_site_code_served_on")
        batch_op.drop_index(batch_op.f("ix_ledger_served_on"))
        batch_op.drop_index(batch_op.f("ix_ledger_reverses"))
        batch_op.drop_index("ix_ledger_resident_no_served_on")

    op.drop_table("ledger")
    op.drop_table("day_plan")
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_site_area_code"))

    op.drop_table("site")
    op.drop_table("resident_status")
    op.drop_table("resident_category")
    with op.batch_alter_table("resident", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_resident_residence_area"))
        batch_op.drop_index(batch_op.f("ix_resident_registered_area"))
        batch_op.drop_index(batch_op.f("ix_resident_phone_tail"))
        batch_op.drop_index(batch_op.f("ix_resident_name_key"))

    op.drop_table("resident")
    op.drop_table("policy")
    op.drop_table("operator")
    with op.batch_alter_table("meal_conflict", schema=None) as batch_op:
        batch_op.drop_index("uq_meal_conflict_meal_id")
        batch_op.drop_index(batch_op.f("ix_meal_conflict_meal_id"))

    op.drop_table("meal_conflict")
    op.drop_table("calendar_day")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_entry_subject"))
        batch_op.drop_index(batch_op.f("ix_audit_entry_actor"))

    op.drop_table("audit_entry")
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_area_parent_code"))

    op.drop_table("area")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
