"""Numbered sheets of paper for when everything fails, and what is keyed back from them."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    counter = op.create_table(
        "paper_counter",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_paper_counter_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_counter")),
    )
    op.bulk_insert(counter, [{"id": 1, "last": 0}])
    op.create_table(
        "paper_sheet",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("sheet_no", sa.String(length=16), nullable=False),
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
        sa.Column("page", sa.Integer(), nullable=False),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("named", sa.JSON(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by", sa.String(length=16), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "taken_at is null or voided_at is null", name=op.f("ck_paper_sheet_taken_or_void")
        ),
        sa.CheckConstraint(
            "voided_at is null or void_reason <> ''", name=op.f("ck_paper_sheet_void_with_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["site_code"], ["site.site_code"], name=op.f("fk_paper_sheet_site_code_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_sheet")),
        sa.UniqueConstraint("sheet_no", name=op.f("uq_paper_sheet_sheet_no")),
    )
    op.create_index("ix_paper_sheet_site_code_served_on", "paper_sheet", ["site_code", "served_on"])
    op.create_table(
        "paper_entry",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("sheet_id", COUNTER, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("keyed_by", sa.String(length=16), nullable=False),
        sa.Column("keyed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("turn in (1, 2)", name=op.f("ck_paper_entry_turn")),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["paper_sheet.id"], name=op.f("fk_paper_entry_sheet_id_paper_sheet")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_entry")),
        sa.UniqueConstraint("sheet_id", "turn", name=op.f("uq_paper_entry_sheet_id_turn")),
    )


def downgrade() -> None:
    op.drop_table("paper_entry")
    op.drop_index("ix_paper_sheet_site_code_served_on", "paper_sheet")
    op.drop_table("paper_sheet")
    op.drop_table("paper_counter")
