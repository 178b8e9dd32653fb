"""Home of the command that erases photos of hand-overs in time."""

from __future__ import annotations

from flask import current_app

from app import clock
from app.delivery.commands.documents import tell
from app.delivery.commands.group import delivery_commands
from app.delivery.service.photos import forget_photos
from app.roles import COMMAND
from app.text import text
from app.transaction import transaction


@delivery_commands.command("forget-photos")
def forget() -> None:
    """Erase the photos of hand-overs that are older than PHOTO_DAYS."""
    days = current_app.config["MEAL_CIRCLE"].photo_days
    with transaction():
        count = forget_photos(days=days, by=COMMAND, at=clock.now())
    tell(text("{count} photos older than {days} days are erased.", count=count, days=days))
