"""Which map app a rider has, and on how many phones a rider's link was opened."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPS = "map_app in ('amap', 'baidu', 'tencent')"


def upgrade() -> None:
    with op.batch_alter_table("rider") as batch:
        # What codes on paper opened until now.
        batch.add_column(sa.Column("map_app", sa.String(length=32), server_default="amap", nullable=False))
        batch.create_check_constraint(op.f("ck_rider_mapapp"), APPS)
    with op.batch_alter_table("rider") as batch:
        batch.alter_column("map_app", server_default=None)
    op.create_table(
        "link_opening",
        sa.Column("link_id", COUNTER, nullable=False),
        sa.Column("phone", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"], ["rider_link.id"], name=op.f("fk_link_opening_link_id_rider_link")
        ),
        sa.PrimaryKeyConstraint("link_id", "phone", name=op.f("pk_link_opening")),
    )


def downgrade() -> None:
    op.drop_table("link_opening")
    with op.batch_alter_table("rider") as batch:
        batch.drop_constraint(op.f("ck_rider_mapapp"), type_="check")
        batch.drop_column("map_app")
