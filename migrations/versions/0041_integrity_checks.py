"""Integrity checks: what they measure by, their runs and cases; the monthly calls; what kitchens bought."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
INSTANT = sa.DateTime(timezone=True)
ACTS = "'assign', 'ask', 'answer', 'note', 'close', 'link', 'reopen'"
STATUSES = "'open', 'assigned', 'asked', 'answered', 'closed'"
OUTCOMES = "'explained', 'mended', 'fraud'"
PROTECTED = ("check_setting", "check_run", "check_case_evidence", "check_case_step", "site_purchase")


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
        "check_setting",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("check_name", sa.String(length=40), nullable=False),
        sa.Column("parameter", sa.String(length=40), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("set_by", sa.String(length=16), nullable=False),
        sa.Column("set_at", INSTANT, nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_check_setting_says_why")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_setting")),
    )
    op.create_index("ix_check_setting_effective_from", "check_setting", ["effective_from"])
    op.create_table(
        "check_run",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("meals", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Integer(), nullable=False),
        sa.Column("milliseconds", sa.Integer(), nullable=False),
        sa.Column("outcomes", sa.JSON(), nullable=False),
        sa.Column("ran_by", sa.String(length=16), nullable=False),
        sa.Column("ran_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_run")),
    )
    op.create_index(op.f("ix_check_run_month"), "check_run", ["month"])
    op.create_table(
        "check_case",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("check_name", sa.String(length=40), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=True),
        sa.Column("area_code", sa.String(length=12), nullable=False),
        sa.Column("severity", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("assigned_to", sa.String(length=16), nullable=True),
        sa.Column("recovery_no", sa.String(length=16), nullable=True),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.Column("asked_at", INSTANT, nullable=True),
        sa.CheckConstraint("severity in ('low', 'medium', 'high')", name=op.f("ck_check_case_severity")),
        sa.CheckConstraint(f"status in ({STATUSES})", name=op.f("ck_check_case_casestatus")),
        sa.CheckConstraint(f"outcome in ({OUTCOMES})", name=op.f("ck_check_case_caseoutcome")),
        sa.CheckConstraint(
            "(status = 'closed') = (outcome is not null)", name=op.f("ck_check_case_closed_with_an_outcome")
        ),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_check_case_site_code_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_case")),
        sa.UniqueConstraint(
            "month", "check_name", "subject", name=op.f("uq_check_case_month_check_name_subject")
        ),
    )
    op.create_index("ix_check_case_area_code", "check_case", ["area_code"])
    op.create_index(op.f("ix_check_case_site_code"), "check_case", ["site_code"])
    op.create_table(
        "check_case_evidence",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("case_id", COUNTER, nullable=False),
        sa.Column("run_id", COUNTER, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("found_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["check_case.id"], name=op.f("fk_check_case_evidence_case_id_check_case")
        ),
        sa.ForeignKeyConstraint(
            ["run_id"], ["check_run.id"], name=op.f("fk_check_case_evidence_run_id_check_run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_case_evidence")),
        sa.UniqueConstraint("case_id", "digest", name=op.f("uq_check_case_evidence_case_id_digest")),
    )
    op.create_table(
        "check_case_step",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("case_id", COUNTER, nullable=False),
        sa.Column("act", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("assigned_to", sa.String(length=16), nullable=True),
        sa.Column("outcome", sa.String(length=32), nullable=True),
        sa.Column("recovery_no", sa.String(length=16), nullable=True),
        sa.Column("taken_by", sa.String(length=16), nullable=False),
        sa.Column("taken_at", INSTANT, nullable=False),
        sa.CheckConstraint(f"act in ({ACTS})", name=op.f("ck_check_case_step_caseact")),
        sa.CheckConstraint(f"status in ({STATUSES})", name=op.f("ck_check_case_step_casestatus")),
        sa.CheckConstraint(f"outcome in ({OUTCOMES})", name=op.f("ck_check_case_step_caseoutcome")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["check_case.id"], name=op.f("fk_check_case_step_case_id_check_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_case_step")),
    )
    op.create_index(op.f("ix_check_case_step_case_id"), "check_case_step", ["case_id"])
    _calls_and_purchases()
    for table in PROTECTED:
        protect(table)


def _calls_and_purchases() -> None:
    op.create_table(
        "call_sample",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("per_site", sa.Integer(), nullable=False),
        sa.Column("drawn_by", sa.String(length=16), nullable=False),
        sa.Column("drawn_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_sample")),
        sa.UniqueConstraint("month", "area", name=op.f("uq_call_sample_month_area")),
    )
    op.create_table(
        "call_task",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("sample_id", COUNTER, nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("resident_no", sa.String(length=32), nullable=False),
        sa.Column("meals", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["call_sample.id"], name=op.f("fk_call_task_sample_id_call_sample")
        ),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_call_task_site_code_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_task")),
        sa.UniqueConstraint(
            "sample_id", "site_code", "resident_no", name=op.f("uq_call_task_sample_id_site_code_resident_no")
        ),
    )
    op.create_index(op.f("ix_call_task_resident_no"), "call_task", ["resident_no"])
    op.create_table(
        "call_answer",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("task_id", COUNTER, nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("called_by", sa.String(length=16), nullable=False),
        sa.Column("called_at", INSTANT, nullable=False),
        sa.CheckConstraint(
            "outcome in ('confirmed', 'fewer', 'denied', 'unreached', 'wrong_number')",
            name=op.f("ck_call_answer_calloutcome"),
        ),
        sa.ForeignKeyConstraint(["task_id"], ["call_task.id"], name=op.f("fk_call_answer_task_id_call_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_answer")),
        sa.UniqueConstraint("task_id", "turn", name=op.f("uq_call_answer_task_id_turn")),
    )
    op.create_table(
        "site_purchase",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("food", sa.String(length=32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("grams", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("entered_by", sa.String(length=16), nullable=False),
        sa.Column("entered_at", INSTANT, nullable=False),
        sa.CheckConstraint("food in ('meat', 'rice', 'vegetables')", name=op.f("ck_site_purchase_food")),
        sa.CheckConstraint("grams >= 0", name=op.f("ck_site_purchase_not_negative")),
        sa.CheckConstraint(
            "turn = 1 or (turn > 1 and reason <> '')", name=op.f("ck_site_purchase_changed_with_a_reason")
        ),
        sa.ForeignKeyConstraint(
            ["site_code"], ["site.site_code"], name=op.f("fk_site_purchase_site_code_site")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_purchase")),
        sa.UniqueConstraint(
            "site_code", "month", "food", "turn", name=op.f("uq_site_purchase_site_code_month_food_turn")
        ),
    )
    op.create_index(op.f("ix_site_purchase_month"), "site_purchase", ["month"])


def downgrade() -> None:
    for table in (
        "site_purchase",
        "call_answer",
        "call_task",
        "call_sample",
        "check_case_step",
        "check_case_evidence",
        "check_case",
        "check_run",
        "check_setting",
    ):
        op.drop_table(table)
