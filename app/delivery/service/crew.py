"""Home of what the verbs of delivery say of a rider who may not ride."""

from __future__ import annotations

from app.delivery.queries import Unready
from app.errors import DomainError
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
