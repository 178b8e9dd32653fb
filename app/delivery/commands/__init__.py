"""The commands of delivery: on instance files, and on a day in the database."""

from app.delivery.commands import days, instances, photos, roads
from app.delivery.commands.group import delivery_commands

__all__ = ["days", "delivery_commands", "instances", "photos", "roads"]
