"""Home of how fast a volunteer with hot meals is planned to go: dated, and never faster than the law.

Source: 道路交通安全法 art. 58 (15 km/h in the bicycle lane).
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from app.errors import DomainError
from app.text import text

FASTEST_METRES_PER_HOUR = 15_000
"""What the law allows in the bicycle lane; no plan may count on more."""

FASTEST_ON_FOOT_METRES_PER_HOUR = 6_000
SLOWEST_METRES_PER_HOUR = 1_000


@dataclass(frozen=True, slots=True)
class Speeds:
    """Metres an hour: riding on roads and cycleways, riding in lanes, pushing on foot.

    Raises: DomainError when one is above what is allowed, or below nothing at all.

    >>> Speeds(road=25_000)
    Traceback (most recent call last):
    ...
    app.errors.DomainError: 25.0 km/h is not possible here: between 1.0 and 15.0 km/h are allowed.
    """

    road: int = 13_000
    lane: int = 10_000
    pushed: int = 4_000

    def __post_init__(self) -> None:
        """Refuse what may not be ridden."""
        for each in fields(self):
            most = FASTEST_ON_FOOT_METRES_PER_HOUR if each.name == "pushed" else FASTEST_METRES_PER_HOUR
            metres = getattr(self, each.name)
            if not SLOWEST_METRES_PER_HOUR <= metres <= most:
                raise DomainError(
                    text(
                        "{asked} km/h is not possible here: between {least} and {most} km/h are allowed.",
                        asked=metres / 1000,
                        least=SLOWEST_METRES_PER_HOUR / 1000,
                        most=most / 1000,
                    ),
                    field=each.name,
                )


USUAL = Speeds()
"""What is planned with until speeds are set."""
