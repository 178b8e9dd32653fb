"""Accounts: second factors, sessions that end, acts that wait for a second person, three administrators."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
MOMENT = sa.DateTime(timezone=True)
OLD_ROLES = (
    "site_staff",
    "site_manager",
    "community_worker",
    "street_reviewer",
    "district_officer",
    "finance",
    "auditor",
    "administrator",
)
ROLES = (*OLD_ROLES, "security_administrator", "audit_administrator")
ACTS = ("let_in", "change_roles", "reset_password", "reset_factor", "off_board")
OUTCOMES = ("confirmed", "refused", "withdrawn")
IS_OPEN = sa.text("outcome is null")
USER_COLUMNS = (
    ("password_until", MOMENT),
    ("left_at", MOMENT),
    ("factor_secret", sa.LargeBinary()),
    ("factor_proven_at", MOMENT),
    ("factor_pending", sa.LargeBinary()),
    ("factor_pending_at", MOMENT),
)


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


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
    for name, kind in USER_COLUMNS:
        op.add_column("user", sa.Column(name, kind, nullable=True))
    op.add_column("user", sa.Column("factor_step", sa.BigInteger(), server_default="0", nullable=False))
    op.create_table(
        "user_session",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("user_id", COUNTER, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ends_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_user_session_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_user_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_user_session_token_hash")),
    )
    op.create_index(op.f("ix_user_session_user_id"), "user_session", ["user_id"])
    op.create_table(
        "recovery_code",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("user_id", COUNTER, nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("used_at", MOMENT, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_recovery_code_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("user_id", "code_hash", name=op.f("uq_recovery_code_user_id_code_hash")),
    )
    op.create_table(
        "account_request",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("user_id", COUNTER, nullable=False),
        sa.Column("act", choice("act", *ACTS), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.String(length=256), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("asked_by", sa.String(length=16), nullable=False),
        sa.Column("asked_at", MOMENT, nullable=False),
        sa.Column("outcome", choice("outcome", *OUTCOMES), nullable=True),
        sa.Column("decided_by", sa.String(length=16), nullable=True),
        sa.Column("decided_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(outcome is null) = (decided_at is null) and (outcome is null) = (decided_by is null)",
            name=op.f("ck_account_request_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "outcome is null or outcome = 'withdrawn' or decided_by <> asked_by",
            name=op.f("ck_account_request_second_person"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_account_request_user_id_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_request")),
    )
    op.create_index(
        "uq_account_request_open",
        "account_request",
        ["user_id", "act"],
        unique=True,
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )


def downgrade() -> None:
    """Shut out whoever has left or holds a role that the older house does not know; its password stays."""
    op.execute(
        'UPDATE "user" SET is_active = false WHERE left_at IS NOT NULL OR id IN '
        "(SELECT user_id FROM user_role WHERE role IN ('security_administrator', 'audit_administrator'))"
    )
    op.execute("UPDATE user_role SET role = 'auditor' WHERE role = 'audit_administrator'")
    op.execute("UPDATE user_role SET role = 'administrator' WHERE role = 'security_administrator'")
    set_roles(OLD_ROLES)
    op.drop_table("account_request")
    op.drop_table("recovery_code")
    op.drop_table("user_session")
    op.drop_column("user", "factor_step")
    for name, _ in reversed(USER_COLUMNS):
        op.drop_column("user", name)
