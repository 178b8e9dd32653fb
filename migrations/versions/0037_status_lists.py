"""Lists of deaths, moves and institutions: what was brought, and what became of each row."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STATUSES = ("active", "institution", "moved_away", "deceased")
MATCHES = ("sets", "already", "other_name", "contradicts")
ROW_STATES = ("waiting", "applied", "refused", "taken_back")
ANSWERS = ("wrong_day", "wrong_person", "card_of_others", "not_eaten", "allowed")


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.create_table(
        "status_list",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("kind", choice("status", *STATUSES), nullable=False),
        sa.Column("source", sa.String(length=120), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("listed", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("state", choice("liststate", "preview", "applied", "discarded"), nullable=False),
        sa.Column("brought_at", INSTANT, nullable=False),
        sa.Column("brought_by", sa.String(length=16), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(length=16), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_list")),
    )
    op.create_table(
        "status_list_row",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("list_id", COUNTER, nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("resident_id", COUNTER, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("match", choice("match", *MATCHES), nullable=False),
        sa.Column("state", choice("rowstate", *ROW_STATES), nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by", sa.String(length=16), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("answer", choice("lateanswer", *ANSWERS), nullable=True),
        sa.Column("answer_note", sa.String(length=200), nullable=False),
        sa.Column("answered_at", INSTANT, nullable=True),
        sa.Column("answered_by", sa.String(length=16), nullable=True),
        sa.CheckConstraint(
            "(answered_at is null) = (answer is null)",
            name=op.f("ck_status_list_row_answered_with_an_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["list_id"], ["status_list.id"], name=op.f("fk_status_list_row_list_id_status_list")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_status_list_row_resident_id_resident")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_status_list_row")),
        sa.UniqueConstraint("list_id", "resident_id", name=op.f("uq_status_list_row_list_id_resident_id")),
    )
    op.create_index("ix_status_list_row_resident_id", "status_list_row", ["resident_id"])


def downgrade() -> None:
    op.drop_table("status_list_row")
    op.drop_table("status_list")
