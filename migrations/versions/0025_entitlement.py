"""Entitlement: dated policies on free delivery, and exceptions from them."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


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
        "delivery_policy",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("min_age", sa.Integer(), nullable=False),
        sa.Column("needs", sa.String(length=200), nullable=False),
        sa.Column("hardships", sa.String(length=200), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint("min_age > 0", name=op.f("ck_delivery_policy_an_age")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_policy")),
    )
    op.create_index("ix_delivery_policy_from_on", "delivery_policy", ["from_on"])
    protect("delivery_policy")
    op.create_table(
        "delivery_exemption",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("resident_id", COUNTER, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("granted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint(
            "until_on >= from_on", name=op.f("ck_delivery_exemption_ends_not_before_beginning")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_delivery_exemption_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery_exemption")),
    )
    op.create_index("ix_delivery_exemption_resident_id", "delivery_exemption", ["resident_id"])


def downgrade() -> None:
    op.drop_table("delivery_exemption")
    op.drop_table("delivery_policy")
