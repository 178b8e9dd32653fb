"""Home of what the verbs of delivery ask of a rider, and say of one who may not ride."""

from __future__ import annotations

from app.delivery import queries
from app.delivery.models import Rider
from app.delivery.models.riders import RiderCover
from app.delivery.queries import Unready
from app.errors import DomainError, NotFound
from app.roles import Scope
from app.text import text


def without_papers(held: Unready) -> DomainError:
    """Say that a rider is not sent, why, and what to do."""
    return DomainError(
        text(
            "{rider} may not ride on this day: {gap}. Plan again, or enter training and insurance on the "
            "rider's page.",
            rider=held.rider.name,
            gap=held.told,
        )
    )


def covers_already(cover: RiderCover) -> DomainError:
    """Say that a day of a span is taken by a cover, and whose."""
    covered = cover.covered.rider_no if cover.covered else cover.kitchen_code
    return DomainError(
        text(
            "Rider {rider_no} covers {covered} from {from_on} until {until_on}. End that cover first, or "
            "choose other days.",
            rider_no=cover.rider.rider_no,
            covered=covered,
            from_on=cover.from_on,
            until_on=cover.until_on,
        ),
        field="from_on",
    )


def riding(rider_no: str, scope: Scope) -> Rider:
    """Give a rider within the scope who has not stopped.

    Raises: NotFound; DomainError.
    """
    rider = queries.rider(rider_no, scope)
    if rider is None:
        raise NotFound(text("There is no rider {rider_no}.", rider_no=rider_no))
    if not rider.is_active:
        raise DomainError(text("Rider {rider_no} has stopped riding already.", rider_no=rider_no))
    return rider
