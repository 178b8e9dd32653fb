"""Home of the tables of delivery: who gets a lunch at home, who rides, the day's plan, and its proof."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    Uuid,
    false,
)
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery.models.roads import RoadNetwork
from app.delivery.routing.plan import Reason
from app.delivery.rules.doors import MapApp
from app.delivery.rules.links import Problem
from app.delivery.rules.proof import Outcome, Via, told_clock
from app.delivery.rules.readiness import Papers
from app.model import Base, Counter, Instant, Sealed, choice
from app.residents.models import Resident
from app.text import Text as Sentence
from app.text import text

_IS_VALID = sql_text("revoked_at is null")
_IS_DRAFT = sql_text("released_at is null")
_NOT_WITHDRAWN = sql_text("until_on is null or until_on > from_on")


class Subscription(Base):
    """A sitting's meals carried to a resident's door on certain weekdays; bit 0 of `weekdays` is Monday.

    It is due on `from_on` ≤ day < `until_on`; one that ends on the day it begins was withdrawn before its
    first delivery. What it says never changes: another kitchen, diet or weekday is a new subscription from a
    day on. `floor` 1 is the ground floor, None is unknown; `diet` and `note` are printed on the route sheet,
    so they say what a rider needs (软食, 低糖, 敲门请大声) and never an illness. `priority` is the weight of
    leaving it out.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        CheckConstraint("weekdays > 0 and weekdays < 128", name="some_weekday"),
        CheckConstraint("until_on is null or until_on >= from_on", name="ends_not_before_beginning"),
        CheckConstraint("meals > 0", name="some_meals"),
        Index(
            "uq_subscription_resident_id_sitting_from_on_weekdays",
            "resident_id",
            "sitting",
            "from_on",
            "weekdays",
            unique=True,
            sqlite_where=_NOT_WITHDRAWN,
            postgresql_where=_NOT_WITHDRAWN,
            info={
                "message": text("This resident has a delivery for this sitting from this day already."),
                "field": "from_on",
            },
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    kitchen_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"), index=True)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting))
    weekdays: Mapped[int] = mapped_column(Integer)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    meals: Mapped[int] = mapped_column(Integer, default=1)
    floor: Mapped[int | None] = mapped_column(Integer)
    has_lift: Mapped[bool] = mapped_column(Boolean, default=False)
    diet: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str] = mapped_column(String(200), default="")
    priority: Mapped[int] = mapped_column(Integer, default=1)
    resident: Mapped[Resident] = relationship()
    kitchen: Mapped[Site] = relationship()


class Rider(Base):
    """A volunteer who delivers (骑手) from one kitchen; shift in seconds after midnight, `capacity` in meals.

    Bit 0 of `weekdays` is Monday. A rider who stops is retired (`is_active` false) and never deleted, since
    runs name them. `last_insured_on` still is an insured day. `map_app` is what codes on their paper open.
    """

    __tablename__ = "rider"
    __table_args__ = (
        UniqueConstraint(
            "rider_no", info={"message": text("This rider number was taken a moment ago. Try again.")}
        ),
        CheckConstraint("weekdays > 0 and weekdays < 128", name="some_weekday"),
        CheckConstraint("shift_until_seconds > shift_from_seconds", name="shift_has_length"),
        CheckConstraint("capacity > 0", name="carries_something"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    rider_no: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    phone: Mapped[str | None] = mapped_column(Sealed("rider.phone"))
    kitchen_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"), index=True)
    capacity: Mapped[int] = mapped_column(Integer)
    weekdays: Mapped[int] = mapped_column(Integer)
    shift_from_seconds: Mapped[int] = mapped_column(Integer)
    shift_until_seconds: Mapped[int] = mapped_column(Integer)
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    trained_on: Mapped[date | None] = mapped_column(Date)
    last_insured_on: Mapped[date | None] = mapped_column(Date)
    map_app: Mapped[MapApp] = mapped_column(choice(MapApp), default=MapApp.AMAP)
    kitchen: Mapped[Site] = relationship()

    @property
    def papers(self) -> Papers:
        """Give what the rules ask of who may ride."""
        return Papers(self.trained_on, self.last_insured_on)


class RiderAbsence(Base):
    """Days on which a rider does not ride, `from_on` ≤ day < `until_on`; of no length when it was taken back.

    It always has an end, so that nobody is left out of plans for good by mistake.
    """

    __tablename__ = "rider_absence"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="ends_not_before_beginning"),
        Index("ix_rider_absence_rider_id_until_on", "rider_id", "until_on"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    rider_id: Mapped[int] = mapped_column(ForeignKey("rider.id"))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noted_by: Mapped[str] = mapped_column(String(16))


_PLANNED_BY_ANOTHER = {
    "message": text("Somebody else has just planned this sitting. Look at their plan first.")
}


class DayPlan(Base):
    """One kitchen's plan for one sitting of one day; `bound` values are proven, given the better goals.

    `instance` is the problem that was solved, as `meal-circle/1`: its order ids are subscription ids, its
    rider ids rider ids, and the kitchen is number 1. Its seconds were measured over the roads of
    `road_network_id`, or estimated from the straight line where that is None.

    A draft is replaced when somebody plans again; a released plan stays, and the next one is another
    `revision`. In force is the newest that was released. The release fixes `price_fen`, what one meal costs.
    """

    __tablename__ = "day_plan"
    __table_args__ = (
        UniqueConstraint("served_on", "sitting", "kitchen_code", "revision", info=_PLANNED_BY_ANOTHER),
        Index(
            "uq_day_plan_draft",
            "served_on",
            "sitting",
            "kitchen_code",
            unique=True,
            sqlite_where=_IS_DRAFT,
            postgresql_where=_IS_DRAFT,
            info=_PLANNED_BY_ANOTHER,
        ),
        CheckConstraint(
            "(released_at is null) = (released_by is null) and (released_at is null) = (price_fen is null)",
            name="released_by_somebody",
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    served_on: Mapped[date] = mapped_column(Date)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting))
    kitchen_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    instance: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Instant)
    made_by: Mapped[str] = mapped_column(String(16))
    road_network_id: Mapped[int | None] = mapped_column(ForeignKey("road_network.id"))
    revision: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    released_at: Mapped[datetime | None] = mapped_column(Instant)
    released_by: Mapped[str | None] = mapped_column(String(16))
    price_fen: Mapped[int | None] = mapped_column(Integer)
    unserved_weight: Mapped[int] = mapped_column(Integer)
    riders: Mapped[int] = mapped_column(Integer)
    ride_seconds: Mapped[int] = mapped_column(Integer)
    bound_unserved_weight: Mapped[int] = mapped_column(Integer)
    bound_riders: Mapped[int] = mapped_column(Integer)
    bound_ride_seconds: Mapped[int] = mapped_column(Integer)
    is_proven: Mapped[bool] = mapped_column(Boolean)
    kitchen: Mapped[Site] = relationship()
    roads: Mapped[RoadNetwork | None] = relationship()
    runs: Mapped[list[Run]] = relationship(cascade="all, delete-orphan", order_by="Run.number")
    unserved: Mapped[list[UnservedDelivery]] = relationship(
        cascade="all, delete-orphan", order_by="UnservedDelivery.subscription_id"
    )

    @property
    def is_released(self) -> bool:
        """Tell whether riders ride by this plan, or did until a later one was released."""
        return self.released_at is not None


class Run(Base):
    """One trip of one rider from the kitchen and back (配送趟次); seconds after midnight.

    `number` counts the plan's runs by departure, from 1: it is what is written on the boxes.
    """

    __tablename__ = "run"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("day_plan.id"), index=True)
    rider_id: Mapped[int] = mapped_column(ForeignKey("rider.id"))
    number: Mapped[int] = mapped_column(Integer)
    depart_seconds: Mapped[int] = mapped_column(Integer)
    return_seconds: Mapped[int] = mapped_column(Integer)
    is_locked: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    rider: Mapped[Rider] = relationship()
    stops: Mapped[list[Stop]] = relationship(cascade="all, delete-orphan", order_by="Stop.position")


class Stop(Base):
    """One door on a run (站点): when its meals are handed over, and the latest that keeps the promise."""

    __tablename__ = "stop"

    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"))
    handover_seconds: Mapped[int] = mapped_column(Integer)
    latest_seconds: Mapped[int] = mapped_column(Integer)
    subscription: Mapped[Subscription] = relationship()


class UnservedDelivery(Base):
    """A delivery that no run carries (未排入), and why; `ride_seconds` is the ride from the kitchen."""

    __tablename__ = "unserved_delivery"

    plan_id: Mapped[int] = mapped_column(ForeignKey("day_plan.id"), primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), primary_key=True)
    reason: Mapped[Reason] = mapped_column(choice(Reason))
    ride_seconds: Mapped[int | None] = mapped_column(Integer)
    subscription: Mapped[Subscription] = relationship()


class StopReport(Base):
    """What a rider or a paper says became of a stop (送达回报): a fact, never changed, never deleted.

    `id` was made where the report was made, so that it counts once however often it is sent; `digest` is
    SHA-256 over its content. `happened_at` is the reporter's word and is never rewritten; `skew_seconds` is
    by how much the phone's clock was ahead when it sent.
    """

    __tablename__ = "stop_report"
    __table_args__ = (
        ForeignKeyConstraint(["run_id", "position"], ["stop.run_id", "stop.position"]),
        Index("ix_stop_report_run_id", "run_id", "position"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    run_id: Mapped[int] = mapped_column(Counter)
    position: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[Outcome] = mapped_column(choice(Outcome))
    happened_at: Mapped[datetime] = mapped_column(Instant)
    note: Mapped[str] = mapped_column(String(200), default="")
    via: Mapped[Via] = mapped_column(choice(Via))
    reported_by: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime] = mapped_column(Instant)
    skew_seconds: Mapped[int | None] = mapped_column(Integer)

    @property
    def told_clock(self) -> Sentence | None:
        """Say that the phone's clock is wrong, if it is."""
        return told_clock(self.skew_seconds)


class DeliveredMeal(Base):
    """The meal that a hand-over became: one for each subscription and day, whoever reports it and how often.

    A second box of the same door is a meal of its own in the ledger; `meal_id` is the first one's.
    """

    __tablename__ = "delivered_meal"

    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"), primary_key=True)
    served_on: Mapped[date] = mapped_column(Date, primary_key=True)
    meal_id: Mapped[UUID] = mapped_column(Uuid, unique=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("stop_report.id"))


class RiderLink(Base):
    """What opens one rider's runs of one day on a phone, with no account (骑手链接).

    The link carries `link_id` and our signature over it; a copy of the database opens none. `unsent` is what
    the phone said last of what it still holds.
    """

    __tablename__ = "rider_link"
    __table_args__ = (
        Index(
            "uq_rider_link_valid",
            "rider_id",
            "served_on",
            unique=True,
            sqlite_where=_IS_VALID,
            postgresql_where=_IS_VALID,
            info={"message": text("This rider has a link for this day already. Look at it first.")},
        ),
        CheckConstraint("(revoked_at is null) = (revoked_by is null)", name="revoked_by_somebody"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    link_id: Mapped[UUID] = mapped_column(Uuid, unique=True)
    rider_id: Mapped[int] = mapped_column(ForeignKey("rider.id"))
    served_on: Mapped[date] = mapped_column(Date)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by: Mapped[str] = mapped_column(String(16))
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_by: Mapped[str | None] = mapped_column(String(16))
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    unsent: Mapped[int | None] = mapped_column(Integer)
    rider: Mapped[Rider] = relationship()


class ReportAside(Base):
    """What a rider's phone sent that could not be taken as it is: kept whole and sealed, for a person."""

    __tablename__ = "report_aside"
    __table_args__ = (UniqueConstraint("link_id", "record_id", "digest"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey("rider_link.id"))
    record_id: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    problem: Mapped[Problem] = mapped_column(choice(Problem))
    content: Mapped[str] = mapped_column(Sealed("report_aside.content"))
    received_at: Mapped[datetime] = mapped_column(Instant)
    is_emptied: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    link: Mapped[RiderLink] = relationship()
