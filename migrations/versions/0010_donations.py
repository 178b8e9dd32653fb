"""Donations: charity funds, what came in and who confirmed it, and what each meal was given.

Decisions with a charity part were made while the fund was taken to last. They stay valid: what they gave is
entered as one opening donation, and allotted to them.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

COUNTER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
APPEND_ONLY = ("donation", "donation_verdict", "allotment")
OPENING_FUND = "建账前慈善资助"
OPENING_PURPOSE = "启用捐赠台账以前的就餐"
OPENING_RECEIPT = "期初"
OPENING_REASON = "期初建账：启用捐赠台账以前已认定的慈善资助"


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
        "charity_fund",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("purpose", sa.String(length=200), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.String(length=16), nullable=False),
        sa.CheckConstraint("balance_fen >= 0", name=op.f("ck_charity_fund_balance_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_charity_fund")),
        sa.UniqueConstraint("name", name=op.f("uq_charity_fund_name")),
    )
    op.create_table(
        "donation",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("fund_id", COUNTER, nullable=False),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("donor", sa.String(length=120), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("receipt_no", sa.String(length=40), nullable=False),
        sa.Column("corrects", COUNTER, nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.String(length=16), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("corrects is null or reason <> ''", name=op.f("ck_donation_correction_says_why")),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_donation_not_nothing")),
        sa.CheckConstraint(
            "amount_fen > 0 or corrects is not null", name=op.f("ck_donation_only_corrections_take_back")
        ),
        sa.CheckConstraint("not is_public or donor <> ''", name=op.f("ck_donation_public_donor_has_a_name")),
        sa.ForeignKeyConstraint(
            ["fund_id"], ["charity_fund.id"], name=op.f("fk_donation_fund_id_charity_fund")
        ),
        sa.ForeignKeyConstraint(["corrects"], ["donation.id"], name=op.f("fk_donation_corrects_donation")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_donation")),
        sa.UniqueConstraint("id", "recorded_by", name=op.f("uq_donation_id_recorded_by")),
    )
    op.create_index(op.f("ix_donation_fund_id"), "donation", ["fund_id"])
    op.create_index(op.f("ix_donation_corrects"), "donation", ["corrects"])
    op.create_table(
        "donation_verdict",
        sa.Column("donation_id", COUNTER, nullable=False, autoincrement=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("receipt_no", sa.String(length=40), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("recorded_by", sa.String(length=16), nullable=False),
        sa.Column("given_by", sa.String(length=16), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "not is_confirmed or given_by <> recorded_by", name=op.f("ck_donation_verdict_four_eyes")
        ),
        sa.CheckConstraint("is_confirmed or reason <> ''", name=op.f("ck_donation_verdict_refusal_says_why")),
        sa.ForeignKeyConstraint(
            ["donation_id", "recorded_by"],
            ["donation.id", "donation.recorded_by"],
            name=op.f("fk_donation_verdict_donation_id_recorded_by_donation"),
        ),
        sa.PrimaryKeyConstraint("donation_id", name=op.f("pk_donation_verdict")),
        sa.UniqueConstraint("receipt_no", name=op.f("uq_donation_verdict_receipt_no")),
    )
    op.create_table(
        "allotment",
        sa.Column("id", COUNTER, nullable=False),
        sa.Column("meal_id", sa.Uuid(), nullable=False),
        sa.Column("fund_id", COUNTER, nullable=True),
        sa.Column("served_on", sa.Date(), nullable=False),
        sa.Column("pledged_fen", sa.Integer(), nullable=False),
        sa.Column("given_fen", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(fund_id is null) = (given_fen = 0)", name=op.f("ck_allotment_nothing_comes_from_nowhere")
        ),
        sa.CheckConstraint("pledged_fen >= 0", name=op.f("ck_allotment_pledge_not_negative")),
        sa.ForeignKeyConstraint(["meal_id"], ["ledger.id"], name=op.f("fk_allotment_meal_id_ledger")),
        sa.ForeignKeyConstraint(
            ["fund_id"], ["charity_fund.id"], name=op.f("fk_allotment_fund_id_charity_fund")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allotment")),
    )
    op.create_index(op.f("ix_allotment_meal_id"), "allotment", ["meal_id"])
    op.create_index(op.f("ix_allotment_served_on"), "allotment", ["served_on"])
    op.create_index("ix_allotment_fund_id", "allotment", ["fund_id", "served_on"])
    open_books()
    for table in APPEND_ONLY:
        protect(table)


def open_books() -> None:
    """Enter what decisions gave from charity before there was a ledger, and allot it to their meals."""
    connection = op.get_bind()
    given = connection.execute(
        sa.text(
            "SELECT coalesce(sum(decision.charity_fen), 0) AS fen, min(ledger.served_on) AS first "
            "FROM decision JOIN ledger ON ledger.id = decision.meal_id WHERE decision.charity_fen > 0"
        ).columns(fen=sa.BigInteger(), first=sa.Date())
    ).one()
    if not given.fen:
        return
    tables = sa.MetaData()
    tables.reflect(connection, only=["charity_fund", "donation", "donation_verdict"])
    fund, donation, verdict = (
        tables.tables[name] for name in ("charity_fund", "donation", "donation_verdict")
    )
    now = datetime.now(UTC)
    connection.execute(
        sa.insert(fund).values(
            id=1,
            name=OPENING_FUND,
            area="",
            purpose=OPENING_PURPOSE,
            balance_fen=0,
            opened_at=now,
            opened_by="system",
        )
    )
    connection.execute(
        sa.insert(donation).values(
            id=1,
            fund_id=1,
            received_on=given.first,
            donor="",
            is_public=False,
            amount_fen=int(given.fen),
            receipt_no=OPENING_RECEIPT,
            reason=OPENING_REASON,
            recorded_by="system",
            recorded_at=now,
        )
    )
    connection.execute(
        sa.insert(verdict).values(
            donation_id=1,
            is_confirmed=True,
            receipt_no=OPENING_RECEIPT,
            reason=OPENING_REASON,
            recorded_by="system",
            given_by="upgrade",
            given_at=now,
        )
    )
    connection.execute(
        sa.text(
            "INSERT INTO allotment (meal_id, fund_id, served_on, pledged_fen, given_fen) "
            "SELECT ledger.id, 1, ledger.served_on, decision.charity_fen, decision.charity_fen FROM decision "
            "JOIN ledger ON ledger.id = decision.meal_id WHERE decision.charity_fen > 0 ORDER BY ledger.id"
        )
    )
    if connection.dialect.name == "postgresql":
        for table in ("charity_fund", "donation"):
            connection.execute(sa.text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), 1)"))


def downgrade() -> None:
    for table in ("allotment", "donation_verdict", "donation", "charity_fund"):
        op.drop_table(table)
