"""Families: whom to call about a resident, and the links by which they change days."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
IS_VALID = sa.text("revoked_at is null")
RELATIONS = "('spouse', 'child', 'grandchild', 'sibling', 'relative', 'neighbour', 'other')"


def upgrade() -> None:
    _ways("'phone', 'in_person', 'message', 'link'")
    op.create_table(
        "family_contact",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("resident_id", COUNTER, nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=False),
        sa.Column("agreed_on", sa.Date(), nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("noted_by", sa.String(length=16), nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.Column("ended_by", sa.String(length=16), nullable=True),
        sa.CheckConstraint(f"relation in {RELATIONS}", name=op.f("ck_family_contact_relation")),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_by is null)", name=op.f("ck_family_contact_ended_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_family_contact_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_contact")),
    )
    op.create_index(op.f("ix_family_contact_resident_id"), "family_contact", ["resident_id"])
    op.create_table(
        "family_link",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("number", sa.Uuid(), nullable=False),
        sa.Column("contact_id", COUNTER, nullable=False),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("issued_by", sa.String(length=16), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.Column("revoked_by", sa.String(length=16), nullable=True),
        sa.Column("seen_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(revoked_at is null) = (revoked_by is null)", name=op.f("ck_family_link_revoked_by_somebody")
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["family_contact.id"], name=op.f("fk_family_link_contact_id_family_contact")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_link")),
        sa.UniqueConstraint("number", name=op.f("uq_family_link_number")),
    )
    op.create_index(op.f("ix_family_link_contact_id"), "family_link", ["contact_id"])
    op.create_index(
        "uq_family_link_valid",
        "family_link",
        ["contact_id"],
        unique=True,
        sqlite_where=IS_VALID,
        postgresql_where=IS_VALID,
    )


def _ways(allowed: str) -> None:
    """Say by which ways a change of a day may be asked for."""
    with op.batch_alter_table("day_change") as table:
        table.drop_constraint(op.f("ck_day_change_askedby"), type_="check")
        table.create_check_constraint(op.f("ck_day_change_askedby"), f"way in ({allowed})")


def downgrade() -> None:
    op.drop_table("family_link")
    op.drop_table("family_contact")
    op.execute("update day_change set way = 'message' where way = 'link'")
    _ways("'phone', 'in_person', 'message'")
