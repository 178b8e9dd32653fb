"""Licences and certificates of sites, and until when they hold."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

KINDS = "kind in ('food_licence', 'health_certificate', 'liability_insurance')"


def upgrade() -> None:
    op.create_table(
        "site_paper",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=64), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("entered_by", sa.String(length=16), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_site_paper_paperkind")),
        sa.CheckConstraint(
            "(kind = 'health_certificate') = (holder <> '')", name=op.f("ck_site_paper_held_by_somebody")
        ),
        sa.CheckConstraint("number <> ''", name=op.f("ck_site_paper_numbered")),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_site_paper_site_code_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_paper")),
        sa.UniqueConstraint("site_code", "kind", "holder", name=op.f("uq_site_paper_site_code_kind_holder")),
    )
    op.create_index(op.f("ix_site_paper_valid_until"), "site_paper", ["valid_until"])


def downgrade() -> None:
    op.drop_table("site_paper")
