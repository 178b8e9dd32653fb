"""The mark of the ground: what every decision rests on is read anew only after it has changed."""

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

GROUND = ("site", "policy", "calendar_day")
NEW_MARK = "UPDATE ground SET mark = lower(hex(randomblob(16)))"


def watch(table: str) -> None:
    """Let the database itself give the ground a new mark when a table changes, whoever changes it."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_is_ground AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION mark_ground()"
        )
        return
    for act in ("INSERT", "UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {table}_is_ground_{act.lower()} AFTER {act} ON {table} BEGIN {NEW_MARK}; END"
        )


def upgrade() -> None:
    op.create_table(
        "ground",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_ground_single")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ground")),
    )
    op.bulk_insert(
        sa.table("ground", sa.column("id"), sa.column("mark")), [{"id": 1, "mark": secrets.token_hex(16)}]
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION mark_ground() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN UPDATE ground SET mark = replace(gen_random_uuid()::text, '-', ''); RETURN NULL; END $$"
        )
    for table in GROUND:
        watch(table)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for table in GROUND:
            op.execute(f"DROP TRIGGER {table}_is_ground ON {table}")
        op.execute("DROP FUNCTION mark_ground()")
    else:
        for table in GROUND:
            for act in ("insert", "update", "delete"):
                op.execute(f"DROP TRIGGER {table}_is_ground_{act}")
    op.drop_table("ground")
