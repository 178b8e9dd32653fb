"""The commands of oversight; each part has its own file."""

from app.oversight.commands.group import oversight_commands

__all__ = ["oversight_commands"]
