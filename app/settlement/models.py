"""Home of the tables of statements: what the fund owes one site for one month."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.canteens.models import Operator, Site
from app.model import Base, Counter, Fen, Instant, Sealed, choice
from app.month import Month, parse_month
from app.settlement.rules.accounts import BankAccount
from app.settlement.rules.adjustments import Adjustment
from app.settlement.rules.recovery import ACTED_BEFORE as ACTED_IN_CASE
from app.settlement.rules.recovery import (
    OFFSET_TWICE,
    RecoveryAct,
    RecoveryDone,
    RecoveryLine,
    RecoveryStatus,
)
from app.settlement.rules.recovery import STEP_TAKEN as STEP_TAKEN_IN_CASE
from app.settlement.rules.statement import FundAmount, Tally, Totals
from app.settlement.rules.steps import ACTED_BEFORE, STEP_TAKEN, Act, StatementStatus, Step
from app.text import text as sentence

_FORWARD = text("act not in ('return', 'void')")


class Statement(Base):
    """A statement (结算单) of a site and month (`2026-10`).

    `lines` counts every meal of the month; `meals` and the amounts only those that stand, `subsidised_meals`
    and `persons` those that somebody pays a share of. `adjustment_fen` is what earlier statements gave too
    little (or, negative, too much), `recovery_fen` (never positive) what cases take back. `hash` is SHA-256
    over the canonical lines of what was handed in; a draft is sums alone and has none. `issue` grows when one
    is voided and issued again, `round` when one that was handed in becomes a draft again.
    """

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("statement_no"),
        UniqueConstraint("site_code", "month", "issue"),
        CheckConstraint(
            "price_fen = government_fen + operator_fen + charity_fen + resident_fen", name="parts_add_up"
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    statement_no: Mapped[str] = mapped_column(String(48))
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    month: Mapped[str] = mapped_column(String(7), index=True)
    issue: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16))
    persons: Mapped[int] = mapped_column(Integer)
    meals: Mapped[int] = mapped_column(Integer)
    subsidised_meals: Mapped[int] = mapped_column(Integer)
    lines: Mapped[int] = mapped_column(Integer)
    price_fen: Mapped[int] = mapped_column(Fen)
    government_fen: Mapped[int] = mapped_column(Fen)
    operator_fen: Mapped[int] = mapped_column(Fen)
    charity_fen: Mapped[int] = mapped_column(Fen)
    resident_fen: Mapped[int] = mapped_column(Fen)
    adjustment_fen: Mapped[int] = mapped_column(Fen, default=0, server_default="0")
    recovery_fen: Mapped[int] = mapped_column(Fen, default=0, server_default="0")
    hash: Mapped[str | None] = mapped_column(String(64))
    round: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    frozen_at: Mapped[datetime | None] = mapped_column(Instant)
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    drafted_by: Mapped[str] = mapped_column(String(16))
    site: Mapped[Site] = relationship()
    amounts: Mapped[list[StatementAmount]] = relationship(
        cascade="all, delete-orphan", order_by="(StatementAmount.payer, StatementAmount.fund)"
    )
    adjustments: Mapped[list[StatementAdjustment]] = relationship(
        cascade="all, delete-orphan",
        order_by="(StatementAdjustment.meal_id, StatementAdjustment.payer, StatementAdjustment.fund)",
    )
    recoveries: Mapped[list[StatementRecovery]] = relationship(
        cascade="all, delete-orphan", order_by="StatementRecovery.recovery_id"
    )
    steps: Mapped[list[StatementStep]] = relationship(order_by="StatementStep.id", viewonly=True)

    @property
    def period(self) -> Month:
        """Give the month as the rules know it."""
        return parse_month(self.month)

    @property
    def stage(self) -> StatementStatus:
        """Give how far the statement has come."""
        return StatementStatus(self.status)

    @property
    def totals(self) -> Totals:
        """Give the sums over its lines."""
        return Totals(
            persons=self.persons,
            meals=self.meals,
            subsidised_meals=self.subsidised_meals,
            reversed_meals=self.lines - self.meals,
            price_fen=self.price_fen,
            government_fen=self.government_fen,
            operator_fen=self.operator_fen,
            charity_fen=self.charity_fen,
            resident_fen=self.resident_fen,
            adjustment_fen=self.adjustment_fen,
            recovery_fen=self.recovery_fen,
        )

    def moved_fen(self, payer: str, fund: str) -> int:
        """Give what corrections and recoveries move of what one payer owes out of one fund (扣减/追回)."""
        moved = [each.facts for each in self.adjustments], [each.facts for each in self.recoveries]
        return sum(
            each.amount_fen for rows in moved for each in rows if (each.payer, each.fund) == (payer, fund)
        )

    def settle(self, tally: Tally) -> None:
        """Take what the statement corrects and takes back into the sums over its meals."""
        tally.settle([each.facts for each in self.adjustments], [each.facts for each in self.recoveries])

    def says(self, tally: Tally) -> bool:
        """Tell whether these are the sums that the statement states."""
        return (self.totals, self.fund_amounts) == (tally.totals, tally.amounts)

    @property
    def fund_amounts(self) -> tuple[FundAmount, ...]:
        """Give what each payer owes from each fund, in the order of every list."""
        return tuple(sorted((amount.facts for amount in self.amounts), key=lambda row: row.place))


class StatementAmount(Base):
    """What one payer owes out of one fund; persons and meals are those that it pays for."""

    __tablename__ = "statement_amount"

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    payer: Mapped[str] = mapped_column(String(64), primary_key=True)
    fund: Mapped[str] = mapped_column(String(120), primary_key=True)
    persons: Mapped[int] = mapped_column(Integer)
    meals: Mapped[int] = mapped_column(Integer)
    amount_fen: Mapped[int] = mapped_column(Fen)

    @property
    def facts(self) -> FundAmount:
        """Give the amount as the rules know it."""
        return FundAmount(self.payer, self.fund, self.persons, self.meals, self.amount_fen)


class StatementContent(Base):
    """The lines of a frozen statement: the very bytes that its hash is over, compressed."""

    __tablename__ = "statement_content"

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    lines: Mapped[bytes] = mapped_column(LargeBinary)


class StatementAdjustment(Base):
    """What a statement settles of a meal beside its own month's: signed, and pointing at what it corrects."""

    __tablename__ = "statement_adjustment"
    __table_args__ = (CheckConstraint("amount_fen <> 0", name="not_nothing"),)

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    meal_id: Mapped[UUID] = mapped_column(ForeignKey("ledger.id"), primary_key=True, index=True)
    payer: Mapped[str] = mapped_column(String(64), primary_key=True)
    fund: Mapped[str] = mapped_column(String(120), primary_key=True)
    corrects: Mapped[str] = mapped_column(String(48))
    amount_fen: Mapped[int] = mapped_column(Fen)

    @property
    def facts(self) -> Adjustment:
        """Give the adjustment as the rules know it."""
        return Adjustment(str(self.meal_id), self.corrects, self.payer, self.fund, self.amount_fen)


class StatementStep(Base):
    """A step that somebody took with a statement; nobody takes two in one round. Only added."""

    __tablename__ = "statement_step"
    __table_args__ = (
        CheckConstraint("act not in ('return', 'void') or reason <> ''", name="says_why"),
        UniqueConstraint("statement_id", "round", "act", info={"message": STEP_TAKEN}),
        Index(
            "uq_statement_step_four_eyes",
            "statement_id",
            "round",
            "taken_by",
            unique=True,
            sqlite_where=_FORWARD,
            postgresql_where=_FORWARD,
            info={"message": ACTED_BEFORE},
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"))
    round: Mapped[int] = mapped_column(Integer)
    act: Mapped[Act] = mapped_column(choice(Act))
    taken_by: Mapped[str] = mapped_column(String(16))
    taken_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(200), default="")

    @property
    def facts(self) -> Step:
        """Give the step as the rules know it."""
        return Step(self.round, self.act, self.taken_by, self.taken_at, self.reason)


class StatementWaiver(Base):
    """That somebody lets a statement be handed in although something is missing, and why. Only added."""

    __tablename__ = "statement_waiver"
    __table_args__ = (CheckConstraint("reason <> ''", name="says_why"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    round: Mapped[int] = mapped_column(Integer)
    gaps: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(String(200))
    waived_by: Mapped[str] = mapped_column(String(16))
    waived_at: Mapped[datetime] = mapped_column(Instant)


class PayeeAccount(Base):
    """A bank account that an operator is to be paid to, once a second person has confirmed it.

    The newest confirmed one is in force; the newest of all, while nobody has confirmed it, is proposed. A row
    never changes but by its confirmation, so that it stays known where money went.
    """

    __tablename__ = "payee_account"
    __table_args__ = (
        CheckConstraint(
            "confirmed_by is null or confirmed_by <> proposed_by",
            name="four_eyes",
            info={"message": sentence("You entered this account. Somebody else must confirm it.")},
        ),
        CheckConstraint("(confirmed_by is null) = (confirmed_at is null)", name="confirmed_whole"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    operator_id: Mapped[int] = mapped_column(ForeignKey("operator.id"), index=True)
    holder: Mapped[str] = mapped_column(String(120))
    bank: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(Sealed("payee_account.number"))
    proposed_by: Mapped[str] = mapped_column(String(16))
    proposed_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_by: Mapped[str | None] = mapped_column(String(16))
    confirmed_at: Mapped[datetime | None] = mapped_column(Instant)
    operator: Mapped[Operator] = relationship()

    @property
    def account(self) -> BankAccount:
        """Give the account as the rules know it."""
        return BankAccount(self.holder, self.bank, self.number)


class Recovery(Base):
    """A case of money that was wrongly paid (追回): what was found, by whom, and how far it has come."""

    __tablename__ = "recovery"
    __table_args__ = (
        UniqueConstraint("recovery_no"),
        CheckConstraint("amount_fen > 0", name="something"),
        CheckConstraint("finding <> '' and evidence <> ''", name="says_what"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    recovery_no: Mapped[str] = mapped_column(String(16))
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    payer: Mapped[str] = mapped_column(String(64))
    fund: Mapped[str] = mapped_column(String(120))
    amount_fen: Mapped[int] = mapped_column(Fen)
    found_on: Mapped[date] = mapped_column(Date)
    finding: Mapped[str] = mapped_column(String(500))
    evidence: Mapped[str] = mapped_column(String(500))
    status: Mapped[RecoveryStatus] = mapped_column(choice(RecoveryStatus))
    repaid_on: Mapped[date | None] = mapped_column(Date)
    statement: Mapped[Statement] = relationship()
    steps: Mapped[list[RecoveryStep]] = relationship(order_by="RecoveryStep.id", viewonly=True)
    offsets: Mapped[list[StatementRecovery]] = relationship(
        order_by="StatementRecovery.statement_id", viewonly=True
    )

    @property
    def line(self) -> RecoveryLine:
        """Give what a statement takes back of it."""
        return RecoveryLine(self.recovery_no, self.payer, self.fund, -self.amount_fen)

    @property
    def offset(self) -> StatementRecovery | None:
        """Give the statement's row that carries it, drafts too; None where none does any longer."""
        return next((each for each in self.offsets if not each.is_released), None)


class RecoveryStep(Base):
    """A step that somebody took with a case; nobody takes two. Only added."""

    __tablename__ = "recovery_step"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="says_why"),
        UniqueConstraint("recovery_id", "act", info={"message": STEP_TAKEN_IN_CASE}),
        UniqueConstraint("recovery_id", "taken_by", info={"message": ACTED_IN_CASE}),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    recovery_id: Mapped[int] = mapped_column(ForeignKey("recovery.id"))
    act: Mapped[RecoveryAct] = mapped_column(choice(RecoveryAct))
    taken_by: Mapped[str] = mapped_column(String(16))
    taken_at: Mapped[datetime] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(500))

    @property
    def facts(self) -> RecoveryDone:
        """Give the step as the rules know it."""
        return RecoveryDone(self.act, self.taken_by, self.taken_at, self.reason)


class StatementRecovery(Base):
    """That a statement takes a case back; released when it is declared void, so that another may."""

    __tablename__ = "statement_recovery"
    __table_args__ = (
        Index(
            "uq_statement_recovery_once",
            "recovery_id",
            unique=True,
            sqlite_where=text("not is_released"),
            postgresql_where=text("not is_released"),
            info={"message": OFFSET_TWICE},
        ),
    )

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    recovery_id: Mapped[int] = mapped_column(ForeignKey("recovery.id"), primary_key=True)
    is_released: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    recovery: Mapped[Recovery] = relationship()
    statement: Mapped[Statement] = relationship(viewonly=True)

    @property
    def facts(self) -> RecoveryLine:
        """Give what is taken back, as the rules know it."""
        return self.recovery.line
