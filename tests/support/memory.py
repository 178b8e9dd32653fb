"""Home of where tests keep their files: in memory where there is room, for nobody will miss them."""

from __future__ import annotations

import os
import shutil
import tempfile

_IN_MEMORY = "/dev/shm"  # noqa: S108 - folders in it have random names
_ROOM = 4 << 30
"""More than a whole run has at any one time."""


def quick_place() -> str:
    """Give the folder for temporary files: making and deleting them takes a third of the time in memory."""
    if os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free > _ROOM:
        return _IN_MEMORY
    return tempfile.gettempdir()
