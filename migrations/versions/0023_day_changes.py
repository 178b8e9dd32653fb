"""Day changes: meals ordered once and deliveries cancelled for a day, with who asked."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STANDS = sa.text("taken_back_at is null")


def upgrade() -> None:
    op.create_table(
        "day_change",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("subscription_id", COUNTER, nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("asker", sa.String(length=32), nullable=False),
        sa.Column("way", sa.String(length=32), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=16), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_back_by", sa.String(length=16), nullable=True),
        sa.CheckConstraint("kind in ('ordered', 'cancelled')", name=op.f("ck_day_change_changekind")),
        sa.CheckConstraint(
            "asker in ('resident', 'family', 'community', 'kitchen')", name=op.f("ck_day_change_asker")
        ),
        sa.CheckConstraint("way in ('phone', 'in_person', 'message')", name=op.f("ck_day_change_askedby")),
        sa.CheckConstraint(
            "(taken_back_at is null) = (taken_back_by is null)",
            name=op.f("ck_day_change_taken_back_by_somebody"),
        ),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name=op.f("fk_day_change_subscription_id_subscription")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_day_change")),
    )
    op.create_index("ix_day_change_served_on", "day_change", ["served_on"])
    op.create_index(
        "uq_day_change_standing",
        "day_change",
        ["subscription_id", "served_on", "kind"],
        unique=True,
        sqlite_where=STANDS,
        postgresql_where=STANDS,
    )


def downgrade() -> None:
    # An order is a subscription of one day and stays one; a cancelled day would be delivered again.
    op.drop_table("day_change")
