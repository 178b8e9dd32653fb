"""Home of the group that the commands of oversight are registered on."""

from __future__ import annotations

from app.web.command import CommandGroup

oversight_commands = CommandGroup("oversight", help="What is wrong, what comes, who is not reached.")
