"""Operating awards: their policies, assessments, the awards of each canteen and year, and their payments."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("assessment", "award_payment")
DECIDED_POLICY = "OLD.state <> 'draft'"
STANDING_AWARD = (
    "OLD.state = 'voided' OR OLD.state = 'approved' AND (NEW.state <> 'voided' OR NEW.hash <> OLD.hash "
    "OR NEW.content <> OLD.content OR NEW.amount_fen <> OLD.amount_fen OR NEW.award_no <> OLD.award_no "
    "OR NEW.approved_by <> OLD.approved_by OR NEW.drafted_by <> OLD.drafted_by "
    "OR NEW.policy_id <> OLD.policy_id)"
)


def choice(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


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


def protect_when(table: str, act: str, condition: str) -> None:
    """Let the database itself refuse an act on the rows of a table for which a condition holds."""
    body = (
        "EXECUTE FUNCTION refuse_change()"
        if op.get_bind().dialect.name == "postgresql"
        else f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )
    op.execute(
        f"CREATE TRIGGER {table}_stands_{act.lower()} BEFORE {act} ON {table} "
        f"FOR EACH ROW WHEN ({condition}) {body}"
    )


def make_policies() -> None:
    op.create_table(
        "award_policy",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("district", sa.String(length=12), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state", choice("proposalstate", "draft", "published", "withdrawn"), nullable=False),
        sa.Column("drafted_by", sa.String(length=16), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=16), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'draft') = (decided_by is null)", name=op.f("ck_award_policy_somebody_decided")
        ),
        sa.CheckConstraint(
            "state <> 'published' or decided_by <> drafted_by", name=op.f("ck_award_policy_four_eyes")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_policy")),
    )
    op.create_index(
        "uq_award_policy_published",
        "award_policy",
        ["district", "effective_from"],
        unique=True,
        sqlite_where=sa.text("state = 'published'"),
        postgresql_where=sa.text("state = 'published'"),
    )
    protect_when("award_policy", "UPDATE", DECIDED_POLICY)
    protect_when("award_policy", "DELETE", DECIDED_POLICY)


def make_assessments() -> None:
    op.create_table(
        "assessment",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("score_tenths", sa.Integer(), nullable=False),
        sa.Column("satisfaction_tenths", sa.Integer(), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.String(length=400), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("assessed_by", sa.String(length=16), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score_tenths between 0 and 1000", name=op.f("ck_assessment_score_of_a_hundred")),
        sa.CheckConstraint(
            "satisfaction_tenths between 0 and 1000", name=op.f("ck_assessment_satisfaction_of_a_hundred")
        ),
        sa.CheckConstraint("capacity > 0", name=op.f("ck_assessment_some_capacity")),
        sa.CheckConstraint("evidence <> ''", name=op.f("ck_assessment_has_evidence")),
        sa.CheckConstraint("issue = 1 or reason <> ''", name=op.f("ck_assessment_replacing_says_why")),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_assessment_site_code_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint("site_code", "year", "issue", name=op.f("uq_assessment_site_code_year_issue")),
    )


def make_awards() -> None:
    op.create_table(
        "award",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("award_no", sa.String(length=48), nullable=False),
        sa.Column("site_code", sa.String(length=32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("issue", sa.Integer(), nullable=False),
        sa.Column("state", choice("awardstate", "draft", "approved", "voided"), nullable=False),
        sa.Column("policy_id", COUNTER, nullable=False),
        sa.Column("assessment_id", COUNTER, nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("drafted_by", sa.String(length=16), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assessed_by", sa.String(length=16), nullable=True),
        sa.Column("approved_by", sa.String(length=16), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_by", sa.String(length=16), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.CheckConstraint("amount_fen >= 0", name=op.f("ck_award_not_negative")),
        sa.CheckConstraint(
            "(state = 'draft') = (approved_by is null)", name=op.f("ck_award_somebody_approved")
        ),
        sa.CheckConstraint(
            "(state = 'voided') = (voided_by is not null)", name=op.f("ck_award_somebody_voided")
        ),
        sa.CheckConstraint("state <> 'voided' or reason <> ''", name=op.f("ck_award_void_says_why")),
        sa.CheckConstraint(
            "approved_by is null or approved_by <> drafted_by and approved_by <> coalesce(assessed_by, '')",
            name=op.f("ck_award_four_eyes"),
        ),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_award_assessment_id_assessment")
        ),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["award_policy.id"], name=op.f("fk_award_policy_id_award_policy")
        ),
        sa.ForeignKeyConstraint(["site_code"], ["site.site_code"], name=op.f("fk_award_site_code_site")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("award_no", name=op.f("uq_award_award_no")),
        sa.UniqueConstraint("site_code", "year", "issue", name=op.f("uq_award_site_code_year_issue")),
    )
    op.create_index(op.f("ix_award_year"), "award", ["year"])
    protect_when("award", "UPDATE", STANDING_AWARD)
    protect_when("award", "DELETE", "OLD.state <> 'draft'")


def make_payments() -> None:
    op.create_table(
        "award_payment",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("award_id", COUNTER, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("due_month", sa.String(length=7), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("approved_by", sa.String(length=16), nullable=False),
        sa.Column("recorded_by", sa.String(length=16), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_award_payment_not_nothing")),
        sa.CheckConstraint("recorded_by <> approved_by", name=op.f("ck_award_payment_four_eyes")),
        sa.ForeignKeyConstraint(["award_id"], ["award.id"], name=op.f("fk_award_payment_award_id_award")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award_payment")),
        sa.UniqueConstraint("award_id", "number", name=op.f("uq_award_payment_award_id_number")),
    )


def upgrade() -> None:
    make_policies()
    make_assessments()
    make_awards()
    make_payments()
    for table in APPEND_ONLY:
        protect(table)


def downgrade() -> None:
    for table in ("award_payment", "award", "assessment", "award_policy"):
        op.drop_table(table)
