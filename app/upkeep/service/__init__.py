"""Home of what keeps the system's facts: backups made, held against what they say of themselves, put back."""

from app.upkeep.service.backup import Restored, create, restore, verify
from app.upkeep.service.keys import make_key

__all__ = ["Restored", "create", "make_key", "restore", "verify"]
