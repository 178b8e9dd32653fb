"""Home of a disk that is really small, so that a test can really fill it: memory, mounted for the test."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BLOCK = 4096
_BALLAST = "ballast"


class NoDisk(Exception):
    """No disk can be mounted here; the message says why."""


class SmallDisk:
    """A mounted disk."""

    def __init__(self, folder: Path) -> None:
        """Know where it is mounted."""
        self.folder = folder

    def fill(self, *, leaving: int) -> None:
        """Let all but so many bytes be taken."""
        state = os.statvfs(self.folder)
        wanted = state.f_bavail * state.f_frsize - leaving
        with (self.folder / _BALLAST).open("wb") as ballast:
            for _ in range(max(0, wanted) // _BLOCK):
                ballast.write(b"0" * _BLOCK)

    def free(self) -> None:
        """Give back what was taken."""
        (self.folder / _BALLAST).unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, *, megabytes: int, owner: int) -> Iterator[SmallDisk]:
    """Mount a disk of so many megabytes on a folder of its own, until the block ends.

    Raises: NoDisk.
    """
    mount, away = shutil.which("mount"), shutil.which("umount")
    if os.geteuid() != 0 or mount is None or away is None:
        message = "a disk that is full: only root may mount one. Run it as root"
        raise NoDisk(message)
    folder.mkdir()
    options = f"size={megabytes}m,uid={owner},gid={owner},mode=0700"
    mounting = [mount, "-t", "tmpfs", "-o", options, "tmpfs", str(folder)]
    if subprocess.run(mounting, check=False, capture_output=True).returncode:  # noqa: S603 - the machine's own
        message = "a disk that is full: root may not mount here. Run it on a machine of its own"
        raise NoDisk(message)
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run([away, "--lazy", str(folder)], check=True)  # noqa: S603 - as above
