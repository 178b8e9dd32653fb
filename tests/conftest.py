"""Home of the fixtures that tests share: databases, the application and its pages.

What a test asks for it gets on SQLite and on PostgreSQL in turn: `database` (a URL), `app` (inside its
context), `client` and `signed_in` (pages, each held to the rules of the house).
"""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from app.roles import Role
from config import Config
from hatch_build import compile_translations
from tests.factories.auth import user
from tests.support.databases import PostgresTemplate, SqliteTemplate, Template, application
from tests.support.memory import quick_place
from tests.support.not_run import pytest_sessionfinish, pytest_terminal_summary  # noqa: F401 - pytest calls them
from tests.support.pages import PageClient, in_use
from tests.support.postgres import DURABLE, Mortal, NoPostgres, running_server
from tests.support.remembered import remember_addresses
from tests.support.sessions import forbid_loose_ends
from tests.support.source import APP

_open_until_the_run_ends = ExitStack()


def pytest_configure() -> None:
    """Let nothing of the caller's environment reach the tests, and have ready what every test needs."""
    for name in Config.model_fields:
        os.environ.pop(name.upper(), None)
    os.environ["LC_ALL"] = "C.UTF-8"
    # How long an example takes is the machine's affair; an examined change meets the same examples each time.
    hypothesis_settings.register_profile(
        "house",
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize=os.environ.get("CI") == "true",
    )
    hypothesis_settings.load_profile("house")
    compile_translations(APP / "translations")
    remember_addresses()
    # What pytest reads for where each test's own folder goes.
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", quick_place())


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what stays until the end: a tenth of a run went into that."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 5)


def pytest_unconfigure() -> None:
    """Stop what this run started, also when it was broken off."""
    _open_until_the_run_ends.close()


def _postgres_url() -> str:
    """Give the server that was given, or start one.

    Raises: NoPostgres.
    """
    if "TEST_DATABASE_URL" not in os.environ:
        # Workers of pytest-xdist inherit the variable, so that one server serves them all.
        server = running_server(quick_place())
        os.environ["TEST_DATABASE_URL"] = _open_until_the_run_ends.enter_context(server)
        _open_until_the_run_ends.callback(os.environ.pop, "TEST_DATABASE_URL", None)
    return os.environ["TEST_DATABASE_URL"]


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def template(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """Give the migrated database that every test's own is copied from."""
    folder = tmp_path_factory.mktemp(request.param)
    if request.param == "sqlite":
        yield SqliteTemplate(folder)
        return
    try:
        server = _postgres_url()
    except NoPostgres as missing:
        pytest.skip(f"tests on PostgreSQL: {missing}")
    postgres = PostgresTemplate(server, folder)
    yield postgres
    postgres.drop()


@pytest.fixture
def database(template: Template, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the URL of a database that is this test's own, at the newest migration and empty.

    On PostgreSQL it names the role that serves; marked `as_owner`, a test comes as who may migrate.
    """
    as_owner = request.node.get_closest_marker("as_owner") is not None
    with template.copy(tmp_path, as_owner=as_owner) as url:
        yield url


@pytest.fixture
def app(database: str, tmp_path: Path) -> Iterator[Flask]:
    """Give the application on the test's database, inside its context."""
    app = application(tmp_path, database)
    forbid_loose_ends(app)
    with in_use(app):
        yield app


@pytest.fixture
def mortal(request: pytest.FixtureRequest) -> Iterator[Mortal]:
    """Give a running PostgreSQL of the test's own, as yet empty, to kill and start again.

    Its settings are those of the test's `parametrize("mortal", […], indirect=True)`, if there is one.
    """
    try:
        server = Mortal(Path(quick_place()), getattr(request, "param", DURABLE))
    except NoPostgres as missing:
        pytest.skip(f"a PostgreSQL of its own: {missing}")
    server.start()
    yield server
    server.drop()


@pytest.fixture
def client(app: Flask) -> PageClient:
    """Give a visitor who is not signed in."""
    visitor = app.test_client()
    assert isinstance(visitor, PageClient)
    return visitor


@pytest.fixture
def signed_in(app: Flask) -> Callable[..., PageClient]:
    """Give a maker of visitors who are signed in: `signed_in(Role.FINANCE)`, `signed_in(role, area=…)`."""

    def visitor(*roles: Role, area: str = "430103", site_code: str | None = None) -> PageClient:
        client = app.test_client()
        assert isinstance(client, PageClient)
        return client.sign_in(user(*roles, area=area, site_code=site_code))

    return visitor
