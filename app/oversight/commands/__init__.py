"""The commands of oversight; each part has its own file."""

from app.oversight.commands import checks as _checks  # noqa: F401 - puts its commands into the group
from app.oversight.commands import forecast as _forecast  # noqa: F401 - as above
from app.oversight.commands.group import oversight_commands

__all__ = ["oversight_commands"]
