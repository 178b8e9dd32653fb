"""Home of the tables of the till: tablets, what they sent that was kept apart, closings, paper, portions."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    UniqueConstraint,
    Uuid,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.model import Base, Counter, Fen, Instant, Sealed, choice
from app.text import text as said
from app.till.rules.balance import Count, CountKind, Explanation, SiteSitting
from app.till.rules.conflicts import Verdict
from app.till.rules.paper import Sheet, SheetState, state_of
from app.till.rules.quarantine import Outcome, Problem
from app.till.rules.watch import TabletFacts

_IN_USE = text("revoked_at is null")


class Tablet(Base):
    """An enrolled device at a site (平板终端), known by its own credential and by no person's.

    Before it is enrolled it holds the digest of a one-time code; from then on that of its bearer token. What
    it last reported of itself stands beside: `unsent` records on it, the clock's `skew_seconds` (ahead is
    more than nought), whether its storage is kept (`is_persisted`), and the policy that it decides by.
    `received` counts the different records that came, `last_seq` is the highest number that it gave one.
    """

    __tablename__ = "tablet"
    __table_args__ = (
        Index(
            "uq_tablet_site_code_name",
            "site_code",
            "name",
            unique=True,
            sqlite_where=_IN_USE,
            postgresql_where=_IN_USE,
            info={
                "message": said("A tablet of this name is in use at the site. Choose another name."),
                "field": "name",
            },
        ),
        Index("uq_tablet_tablet_no", "tablet_no", unique=True),
        Index("uq_tablet_code_digest", "code_digest", unique=True),
        Index("uq_tablet_token_digest", "token_digest", unique=True),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    tablet_no: Mapped[str] = mapped_column(String(16))
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    code_digest: Mapped[str | None] = mapped_column(String(64))
    code_expires_at: Mapped[datetime | None] = mapped_column(Instant)
    token_digest: Mapped[str | None] = mapped_column(String(64))
    made_at: Mapped[datetime] = mapped_column(Instant)
    enrolled_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    wiped_at: Mapped[datetime | None] = mapped_column(Instant)
    last_seen_at: Mapped[datetime | None] = mapped_column(Instant)
    unsent: Mapped[int | None] = mapped_column(Integer)
    oldest_unsent_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[str] = mapped_column(String(64), default="")
    skew_seconds: Mapped[int | None] = mapped_column(Integer)
    is_persisted: Mapped[bool | None] = mapped_column(Boolean)
    policy_reference: Mapped[str] = mapped_column(String(120), default="")
    received: Mapped[int] = mapped_column(BigInteger, default=0)
    last_seq: Mapped[int] = mapped_column(BigInteger, default=0)
    site: Mapped[Site] = relationship()

    @property
    def facts(self) -> TabletFacts:
        """Give what the district watches on it."""
        return TabletFacts(**{each.name: getattr(self, each.name) for each in fields(TabletFacts)})


class QuarantinedRecord(Base):
    """What a tablet sent and the ledger could not take as it was: kept whole until a person settles it.

    `content` is the record as it came, sealed, since it may hold an identity number. `meal_id` is what
    it became in the ledger when it was settled.
    """

    __tablename__ = "quarantined_record"
    __table_args__ = (
        Index("uq_quarantined_record_record_id_digest", "record_id", "digest", unique=True),
        Index("ix_quarantined_record_settled_at_tablet_id", "settled_at", "tablet_id"),
        CheckConstraint("(settled_at is null) = (outcome is null)", name="settled_with_an_outcome"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    tablet_id: Mapped[int] = mapped_column(ForeignKey("tablet.id"))
    record_id: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    problem: Mapped[Problem] = mapped_column(choice(Problem))
    content: Mapped[str] = mapped_column(Sealed("quarantined_record.content"))
    identity_index: Mapped[str | None] = mapped_column(String(32), index=True)
    received_at: Mapped[datetime] = mapped_column(Instant)
    skew_seconds: Mapped[int | None] = mapped_column(Integer)
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by: Mapped[str | None] = mapped_column(String(16))
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    note: Mapped[str] = mapped_column(String(200), default="")
    meal_id: Mapped[UUID | None] = mapped_column(Uuid)
    is_emptied: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    tablet: Mapped[Tablet] = relationship()


class DayClose(Base):
    """One sitting of one day closed on one tablet, or at the site's desk (`tablet_id` None), and signed.

    Counts are the till's own, of what was recorded there; `counted` money that differs from the `expected`
    needs a reason. `is_signed` tells whether the signature was made with the PIN of `closed_by`.
    """

    __tablename__ = "day_close"
    __table_args__ = (
        Index("ix_day_close_site_code_served_on", "site_code", "served_on"),
        CheckConstraint("cash_expected_fen = cash_counted_fen or reason <> ''", name="difference_explained"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    tablet_id: Mapped[int | None] = mapped_column(ForeignKey("tablet.id"))
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    served_on: Mapped[date] = mapped_column(Date)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting))
    closed_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    closed_by: Mapped[str] = mapped_column(String(32))
    is_signed: Mapped[bool] = mapped_column(Boolean)
    dine_in: Mapped[int] = mapped_column(Integer)
    take_away: Mapped[int] = mapped_column(Integer)
    delivered: Mapped[int] = mapped_column(Integer)
    reversed: Mapped[int] = mapped_column(Integer)
    unregistered: Mapped[int] = mapped_column(Integer)
    subsidised: Mapped[int] = mapped_column(Integer)
    cash_expected_fen: Mapped[int] = mapped_column(Fen)
    cash_counted_fen: Mapped[int] = mapped_column(Fen)
    reason: Mapped[str] = mapped_column(String(200), default="")
    tablet: Mapped[Tablet | None] = relationship()

    @property
    def meals(self) -> int:
        """Give how many meals were closed."""
        return self.dine_in + self.take_away + self.delivered


class PaperCounter(Base):
    """The running number of the last sheet of paper that was printed: one row, and it only grows."""

    __tablename__ = "paper_counter"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(BigInteger)


class PaperSheet(Base):
    """A numbered sheet of paper for the meals of one site, day and sitting (纸质登记表).

    It is page `page` of the `pages` that were printed together; a sheet printed again is the same sheet, and
    counts its `copies`. `named` are the resident numbers of those whose names were printed in its first rows.
    """

    __tablename__ = "paper_sheet"
    __table_args__ = (
        UniqueConstraint("sheet_no"),
        Index("ix_paper_sheet_site_code_served_on", "site_code", "served_on"),
        CheckConstraint("taken_at is null or voided_at is null", name="taken_or_void"),
        CheckConstraint("voided_at is null or void_reason <> ''", name="void_with_a_reason"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    sheet_no: Mapped[str] = mapped_column(String(16))
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    served_on: Mapped[date] = mapped_column(Date)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting))
    page: Mapped[int] = mapped_column(Integer)
    pages: Mapped[int] = mapped_column(Integer)
    rows: Mapped[int] = mapped_column(Integer)
    named: Mapped[list[str]] = mapped_column(JSON)
    printed_at: Mapped[datetime] = mapped_column(Instant)
    printed_by: Mapped[str] = mapped_column(String(16))
    copies: Mapped[int] = mapped_column(Integer, default=1)
    taken_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    void_reason: Mapped[str] = mapped_column(String(200), default="")
    site: Mapped[Site] = relationship()
    entries: Mapped[list[PaperEntry]] = relationship(lazy="selectin", order_by="PaperEntry.turn")

    @property
    def facts(self) -> Sheet:
        """Give what the ledger must know of the sheet."""
        return Sheet(
            self.sheet_no, self.site_code, self.served_on, self.sitting, self.page, self.rows, self.named
        )

    @property
    def state(self) -> SheetState:
        """Tell how far the sheet has come."""
        return state_of(
            is_taken=self.taken_at is not None,
            is_void=self.voided_at is not None,
            keyings=len(self.entries),
        )


class PaperEntry(Base):
    """One keying of a sheet: the first, or the second that was made without seeing it.

    `content` holds the rows as keyed, sealed, since a note may name somebody who is not registered.
    """

    __tablename__ = "paper_entry"
    __table_args__ = (
        UniqueConstraint(
            "sheet_id",
            "turn",
            info={"message": said("Somebody else has keyed this sheet meanwhile. Open it again.")},
        ),
        CheckConstraint("turn in (1, 2)", name="turn"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("paper_sheet.id"))
    turn: Mapped[int] = mapped_column(Integer)
    keyed_by: Mapped[str] = mapped_column(String(16))
    keyed_at: Mapped[datetime] = mapped_column(Instant)
    content: Mapped[str] = mapped_column(Sealed("paper_entry.content"), deferred=True)


class ConflictReview(Base):
    """What a person decided about two contents under one number; the ledger's own note of it never changes.

    `record_id` is what the other content became in the ledger, where it was the right one.
    """

    __tablename__ = "conflict_review"
    __table_args__ = (
        Index(
            "uq_conflict_review_conflict_id",
            "conflict_id",
            unique=True,
            info={"message": said("Somebody decided this meanwhile. Nothing was changed; look again.")},
        ),
        CheckConstraint("(verdict = 'other') = (record_id is not null)", name="other_became_a_record"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    conflict_id: Mapped[int] = mapped_column(ForeignKey("meal_conflict.id"))
    verdict: Mapped[Verdict] = mapped_column(choice(Verdict))
    record_id: Mapped[UUID | None] = mapped_column(Uuid)
    reviewed_by: Mapped[str] = mapped_column(String(16))
    reviewed_at: Mapped[datetime] = mapped_column(Instant)


class SeenDouble(Base):
    """A site, or with an empty `site_code` an office, has seen that somebody ate twice at one sitting.

    `meals` counts what there was to see then: one more, and it is shown again.
    """

    __tablename__ = "seen_double"
    __table_args__ = (UniqueConstraint("resident_no", "served_on", "sitting", "site_code"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    resident_no: Mapped[str] = mapped_column(String(32))
    served_on: Mapped[date] = mapped_column(Date, index=True)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting))
    site_code: Mapped[str] = mapped_column(String(32), default="")
    meals: Mapped[int] = mapped_column(Integer)
    seen_by: Mapped[str] = mapped_column(String(16))
    seen_at: Mapped[datetime] = mapped_column(Instant)


class PortionCount(Base):
    """How many portions a site counted of one kind at one sitting; `to_code` is whom they were for.

    Only added: the highest `turn` counts, and every one after the first says why.
    """

    __tablename__ = "portion_count"
    __table_args__ = (
        UniqueConstraint(
            "site_code",
            "served_on",
            "sitting",
            "kind",
            "to_code",
            "turn",
            name="uq_portion_count_turn",
            info={"message": said("Somebody else has counted this meanwhile. Open it again.")},
        ),
        Index("ix_portion_count_to_code_served_on", "to_code", "served_on"),
        CheckConstraint("portions between 0 and 100000", name="portions"),
        CheckConstraint("(kind = 'sent') = (to_code <> site_code)", name="sent_elsewhere"),
        CheckConstraint("turn = 1 or (turn > 1 and reason <> '')", name="corrected_with_a_reason"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    served_on: Mapped[date] = mapped_column(Date)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting))
    kind: Mapped[CountKind] = mapped_column(choice(CountKind))
    to_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    turn: Mapped[int] = mapped_column(Integer)
    portions: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(200), default="")
    counted_by: Mapped[str] = mapped_column(String(16))
    counted_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def facts(self) -> Count:
        """Give the count as the rules know it."""
        where = SiteSitting(self.site_code, self.served_on, self.sitting)
        return Count(where, self.kind, self.portions, self.to_code)


class DifferenceExplanation(Base):
    """Why the portions of a site's sitting do not balance, and the figures that this was said of. Only added.

    The highest `turn` counts, while the figures stay as they were.
    """

    __tablename__ = "difference_explanation"
    __table_args__ = (
        UniqueConstraint(
            "site_code",
            "served_on",
            "sitting",
            "turn",
            name="uq_difference_explanation_turn",
            info={"message": said("Somebody else has explained this meanwhile. Look at it again.")},
        ),
        CheckConstraint("words <> ''", name="says_why"),
        CheckConstraint("difference <> 0 or on_the_way <> 0", name="differs"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    served_on: Mapped[date] = mapped_column(Date)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting))
    turn: Mapped[int] = mapped_column(Integer)
    difference: Mapped[int] = mapped_column(Integer)
    on_the_way: Mapped[int] = mapped_column(Integer)
    words: Mapped[str] = mapped_column(String(200))
    explained_by: Mapped[str] = mapped_column(String(16))
    explained_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def facts(self) -> Explanation:
        """Give the explanation as the rules know it."""
        return Explanation(
            self.words, self.explained_by, self.explained_at, self.difference, self.on_the_way, self.turn
        )


class CountingOrder(Base):
    """From which day a kitchen and its points must count portions: the last order holds. Only added."""

    __tablename__ = "counting_order"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    kitchen_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    from_on: Mapped[date] = mapped_column(Date)
    ordered_by: Mapped[str] = mapped_column(String(16))
    ordered_at: Mapped[datetime] = mapped_column(Instant)
