"""Revisions of decisions, by site and day, instead of a count in each decision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

REVISED = sa.text("revisions > 0")


def upgrade() -> None:
    """Write each revision that was counted as a row of its own, and drop the counts."""
    op.create_table(
        "revision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("meal_id", sa.Uuid(), nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["meal_id"], ["ledger.id"], name=op.f("fk_revision_meal_id_ledger")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
    )
    most = op.get_bind().execute(sa.text("select coalesce(max(revisions), 0) from decision")).scalar_one()
    for time in range(1, most + 1):
        op.execute(
            sa.text(
                "insert into revision (meal_id, site_code, served_on) "
                "select ledger.id, ledger.site_code, ledger.served_on "
                "from decision join ledger on ledger.id = decision.meal_id "
                "where decision.revisions >= :time order by ledger.served_on, ledger.id"
            ).bindparams(time=time)
        )
    op.create_index("ix_revision_site_code_served_on", "revision", ["site_code", "served_on"])
    # Both go at once, whatever the table holds: the lock that they wait for is one of a moment.
    op.execute("drop index ix_decision_revised")
    op.drop_column("decision", "revisions")


def downgrade() -> None:
    """Count them in each decision again."""
    op.add_column("decision", sa.Column("revisions", sa.Integer(), server_default="0", nullable=False))
    # The table is held, so that whatever day is touched from here on is touched by this count, which changes
    # no sum.
    last = op.get_bind().execute(sa.text("select coalesce(max(id), 0) from daily_touch")).scalar_one()
    op.execute(
        "update decision set revisions = "
        "(select count(*) from revision where revision.meal_id = decision.meal_id) "
        "where meal_id in (select meal_id from revision)"
    )
    op.execute(sa.text("delete from daily_touch where id > :last").bindparams(last=last))
    op.create_index(
        "ix_decision_revised", "decision", ["meal_id"], sqlite_where=REVISED, postgresql_where=REVISED
    )
    op.drop_table("revision")
