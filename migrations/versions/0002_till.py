"""The till: tablets, quarantine and closed sittings; what a tablet notes with a meal; PINs; site managers."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ROLES = (
    "site_staff",
    "site_manager",
    "community_worker",
    "street_reviewer",
    "district_officer",
    "finance",
    "auditor",
    "administrator",
)
REVISED = sa.text("revisions > 0")
IN_USE = sa.text("revoked_at is null")


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def note(name: str, *values: str) -> None:
    """Add a column with its CHECK in one statement that both databases know, so that no table is rebuilt."""
    listed = ", ".join(f"'{value}'" for value in values)
    op.execute(
        f"ALTER TABLE ledger ADD COLUMN {name} VARCHAR(32) "
        f"CONSTRAINT ck_ledger_{name.replace('_', '')} CHECK ({name} IN ({listed}))"
    )


def set_roles(roles: tuple[str, ...]) -> None:
    """Let `user_role` hold these roles; SQLite has to make the table anew for that."""
    if op.get_bind().dialect.name == "postgresql":
        listed = ", ".join(f"'{role}'" for role in roles)
        op.execute("ALTER TABLE user_role DROP CONSTRAINT ck_user_role_role")
        op.execute(f"ALTER TABLE user_role ADD CONSTRAINT ck_user_role_role CHECK (role IN ({listed}))")
        return
    held = list(op.get_bind().execute(sa.text("SELECT user_id, role FROM user_role")).mappings())
    op.drop_table("user_role")
    made = op.create_table(
        "user_role",
        sa.Column("user_id", COUNTER, nullable=False),
        sa.Column("role", choice("role", *roles), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_role_user_id_user")),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_role")),
    )
    if held:
        op.bulk_insert(made, [dict(row) for row in held])


def upgrade() -> None:
    set_roles(ROLES)
    op.add_column("user", sa.Column("pin_salt", sa.String(length=32), nullable=True))
    op.add_column("user", sa.Column("pin_key", sa.LargeBinary(), nullable=True))
    op.add_column("resident", sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(op.f("ix_resident_changed_at"), "resident", ["changed_at"])
    op.add_column("ledger", sa.Column("seq", sa.BigInteger(), nullable=True))
    op.add_column("ledger", sa.Column("skew_seconds", sa.Integer(), nullable=True))
    note("payment", "cash", "phone", "card", "account")
    op.add_column("ledger", sa.Column("companion_of", sa.String(length=32), nullable=True))
    note("found_by", "face", "search", "scan", "typed")
    op.add_column("ledger", sa.Column("sheet_no", sa.String(length=16), nullable=True))
    op.create_index("ix_ledger_received_at", "ledger", ["received_at"])
    op.add_column("decision", sa.Column("revisions", sa.Integer(), server_default="0", nullable=False))
    op.create_index(
        "ix_decision_revised", "decision", ["meal_id"], sqlite_where=REVISED, postgresql_where=REVISED
    )
    op.create_table(
        "tablet",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("tablet_no", sa.String(length=16), nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("code_digest", sa.String(length=64), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wiped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unsent", sa.Integer(), nullable=True),
        sa.Column("oldest_unsent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("skew_seconds", sa.Integer(), nullable=True),
        sa.Column("is_persisted", sa.Boolean(), nullable=True),
        sa.Column("policy_reference", sa.String(length=120), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("last_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_tablet_site_code_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tablet")),
    )
    op.create_index(op.f("ix_tablet_site_code"), "tablet", ["site_code"])
    for column in ("tablet_no", "code_digest", "token_digest"):
        op.create_index(f"uq_tablet_{column}", "tablet", [column], unique=True)
    op.create_index(
        "uq_tablet_site_code_name",
        "tablet",
        ["site_code", "name"],
        unique=True,
        sqlite_where=IN_USE,
        postgresql_where=IN_USE,
    )
    op.create_table(
        "quarantined_record",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("tablet_id", COUNTER, nullable=False),
        sa.Column("record_id", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column(
            "problem",
            choice(
                "problem",
                "unreadable",
                "no_id",
                "same_id",
                "sitting",
                "channel",
                "price",
                "time",
                "ahead",
                "words",
                "reversal",
                "other_site",
                "unknown_identity",
                "unknown_card",
                "unknown_person",
                "not_stored",
            ),
            nullable=False,
        ),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("identity_index", sa.String(length=32), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("skew_seconds", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.String(length=16), nullable=True),
        sa.Column("outcome", choice("outcome", "taken", "set_aside"), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("meal_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "(settled_at is null) = (outcome is null)",
            name=op.f("ck_quarantined_record_settled_with_an_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["tablet_id"], ["tablet.id"], name=op.f("fk_quarantined_record_tablet_id_tablet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined_record")),
    )
    op.create_index(
        "uq_quarantined_record_record_id_digest",
        "quarantined_record",
        ["record_id", "digest"],
        unique=True,
    )
    op.create_index(
        "ix_quarantined_record_settled_at_tablet_id", "quarantined_record", ["settled_at", "tablet_id"]
    )
    op.create_index(op.f("ix_quarantined_record_identity_index"), "quarantined_record", ["identity_index"])
    op.create_table(
        "day_close",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("tablet_id", COUNTER, nullable=True),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("sitting", choice("sitting", "breakfast", "lunch", "dinner"), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(length=32), nullable=False),
        sa.Column("is_signed", sa.Boolean(), nullable=False),
        sa.Column("dine_in", sa.Integer(), nullable=False),
        sa.Column("take_away", sa.Integer(), nullable=False),
        sa.Column("delivered", sa.Integer(), nullable=False),
        sa.Column("reversed", sa.Integer(), nullable=False),
        sa.Column("unregistered", sa.Integer(), nullable=False),
        sa.Column("subsidised", sa.Integer(), nullable=False),
        sa.Column("cash_expected_fen", sa.BigInteger(), nullable=False),
        sa.Column("cash_counted_fen", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "cash_expected_fen = cash_counted_fen or reason <> ''",
            name=op.f("ck_day_close_difference_explained"),
        ),
        sa.ForeignKeyConstraint(["tablet_id"], ["tablet.id"], name=op.f("fk_day_close_tablet_id_tablet")),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_day_close_site_code_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_close")),
    )
    op.create_index("ix_day_close_site_code_served_on", "day_close", ["site_code", "served_on"])


def downgrade() -> None:
    op.drop_table("day_close")
    op.drop_table("quarantined_record")
    op.drop_table("tablet")
    op.drop_index("ix_decision_revised", "decision")
    op.drop_column("decision", "revisions")
    op.drop_index("ix_ledger_received_at", "ledger")
    for column in ("sheet_no", "found_by", "companion_of", "payment", "skew_seconds", "seq"):
        op.drop_column("ledger", column)
    op.drop_index(op.f("ix_resident_changed_at"), "resident")
    op.drop_column("resident", "changed_at")
    op.drop_column("user", "pin_key")
    op.drop_column("user", "pin_salt")
    op.execute("UPDATE user_role SET role = 'site_staff' WHERE role = 'site_manager'")
    set_roles(tuple(role for role in ROLES if role != "site_manager"))
