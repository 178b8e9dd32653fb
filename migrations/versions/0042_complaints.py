"""Complaints and wishes: what came in, each step taken, the classes and who supervises."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
STATES = (
    "received",
    "assigned",
    "answered",
    "called_back",
    "closed",
    "withdrawn",
    "merged",
    "handed_on",
)
ACTS = (
    "received",
    "assigned",
    "answered",
    "satisfied",
    "dissatisfied",
    "not_reached",
    "no_contact",
    "closed",
    "reopened",
    "withdrawn",
    "merged",
    "handed_on",
    "urged",
    "classed",
    "linked",
    "concealed",
)
FACTS_OF_A_STEP = "complaint_id, act, state, to_whom, taken_at, taken_by"


def protect(table: str, columns: str = "") -> None:
    """Let the database itself refuse to change or delete rows of a table; of some, but for other columns."""
    of = f" OF {columns}" if columns else ""
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE{of} OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        return
    for act, when in (("update", f"UPDATE{of}"), ("delete", "DELETE")):
        op.execute(
            f"CREATE TRIGGER {table}_append_only_{act} BEFORE {when} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )


def upgrade() -> None:
    op.create_table(
        "complaint_class",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("working_days", sa.Integer(), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint("working_days between 1 and 60", name=op.f("ck_complaint_class_days_can_be_kept")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_class")),
    )
    op.create_table(
        "complaint_supervisor",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("user_no", sa.String(length=16), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.Column("set_by", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_supervisor")),
    )
    op.create_table(
        "complaint",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column(
            "way",
            sa.Enum(
                "phone",
                "visit",
                "tablet",
                "qr",
                "hotline",
                name="way",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("class_code", sa.String(length=24), nullable=False),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("is_confidential", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("brief", sa.LargeBinary(), nullable=True),
        sa.Column("said_at", INSTANT, nullable=False),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("received_by", sa.String(length=32), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("assigned_to", sa.String(length=16), nullable=True),
        sa.Column("answered_on", sa.Date(), nullable=True),
        sa.Column("answered_by", sa.String(length=16), nullable=True),
        sa.Column("answer", sa.LargeBinary(), nullable=True),
        sa.Column("was_late", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("is_satisfied", sa.Boolean(), nullable=True),
        sa.Column("reopened", sa.Integer(), server_default="0", nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("merged_into", COUNTER, nullable=True),
        sa.Column("sent_id", sa.Uuid(), nullable=True),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("hotline_no", sa.String(length=40), nullable=True),
        sa.Column("resident_id", COUNTER, nullable=True),
        sa.Column("meal_id", sa.Uuid(), nullable=True),
        sa.Column("run_id", COUNTER, nullable=True),
        sa.Column("emptied_at", INSTANT, nullable=True),
        sa.CheckConstraint(
            "(state = 'merged') = (merged_into is not null)", name=op.f("ck_complaint_merged_into_another")
        ),
        sa.CheckConstraint("merged_into <> id", name=op.f("ck_complaint_not_into_itself")),
        sa.CheckConstraint("received_on <= due_on", name=op.f("ck_complaint_due_after_receipt")),
        sa.ForeignKeyConstraint(["meal_id"], ["ledger.id"], name=op.f("fk_complaint_meal_id_ledger")),
        sa.ForeignKeyConstraint(
            ["merged_into"], ["complaint.id"], name=op.f("fk_complaint_merged_into_complaint")
        ),
        sa.ForeignKeyConstraint(
            ["resident_id"], ["resident.id"], name=op.f("fk_complaint_resident_id_resident")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name=op.f("fk_complaint_run_id_run")),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_complaint_site_code_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint")),
        sa.UniqueConstraint("hotline_no", name=op.f("uq_complaint_hotline_no")),
        sa.UniqueConstraint("sent_id", name=op.f("uq_complaint_sent_id")),
    )
    op.create_index(op.f("ix_complaint_area_code"), "complaint", ["area_code"])
    op.create_index(op.f("ix_complaint_assigned_to"), "complaint", ["assigned_to"])
    op.create_index(op.f("ix_complaint_meal_id"), "complaint", ["meal_id"])
    op.create_index(op.f("ix_complaint_merged_into"), "complaint", ["merged_into"])
    op.create_index(op.f("ix_complaint_received_on"), "complaint", ["received_on"])
    op.create_index(op.f("ix_complaint_resident_id"), "complaint", ["resident_id"])
    op.create_index(op.f("ix_complaint_run_id"), "complaint", ["run_id"])
    op.create_index(op.f("ix_complaint_site_code"), "complaint", ["site_code"])
    op.create_index("ix_complaint_state", "complaint", ["state", "due_on"])
    op.create_table(
        "complaint_step",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("complaint_id", COUNTER, nullable=False),
        sa.Column(
            "act",
            sa.Enum(*ACTS, name="act", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("to_whom", sa.String(length=64), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.Column("taken_by", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["complaint_id"], ["complaint.id"], name=op.f("fk_complaint_step_complaint_id_complaint")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complaint_step")),
    )
    op.create_index(op.f("ix_complaint_step_complaint_id"), "complaint_step", ["complaint_id"])
    protect("complaint_step", FACTS_OF_A_STEP)
    protect("complaint_class")
    protect("complaint_supervisor")


def downgrade() -> None:
    op.drop_table("complaint_step")
    op.drop_table("complaint")
    op.drop_table("complaint_supervisor")
    op.drop_table("complaint_class")
