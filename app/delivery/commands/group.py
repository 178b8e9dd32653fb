"""Home of the group of delivery's commands."""

from __future__ import annotations

from app.web.command import CommandGroup

delivery_commands = CommandGroup("delivery", help="Planning and printing the rides that carry meals home.")
