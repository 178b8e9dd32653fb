"""What deploy/ hands out fits the program: settings that are known, commands that are there, no secret."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.cli import NAMES
from config import Config
from tests.support.source import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
SETTINGS = {name.upper() for name in Config.model_fields}
OURS = [name for name, service in COMPOSE["services"].items() if service.get("image") == "meal-circle"]

UNITS = {path.name: path.read_text(encoding="utf-8") for path in sorted(DEPLOY.glob("*.service"))}

_POSTGRESQL_OF = {"bookworm": 15, "trixie": 17}
"""What Debian's own PostgreSQL is in each release."""


def _by_default(value: str) -> str:
    """Give what `${NAME:-value}` comes to where the name is not set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)


def test_the_compose_file_has_every_part() -> None:
    assert {"web", "worker", "database", "broker", "proxy"} <= set(COMPOSE["services"])
    assert OURS == ["migrate", "web", "web-2", "worker"]


def test_the_image_brings_a_pg_dump_that_the_database_s_server_lets_in() -> None:
    image = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    release = re.search(r"^FROM python:\S+-(\w+)$", image, re.MULTILINE)
    assert release
    assert COMPOSE["services"]["database"]["image"] == f"postgres:{_POSTGRESQL_OF[release[1]]}-{release[1]}"


def test_the_proxy_asks_each_web_container_by_its_name() -> None:
    written = (DEPLOY / "Caddyfile.compose").read_text(encoding="utf-8")
    asked = re.search(r"^\treverse_proxy (.+) {$", written, re.MULTILINE)
    assert asked
    serving = [name for name in OURS if COMPOSE["services"][name]["command"][0] == "serve"]
    assert asked[1].split() == [f"{name}:8000" for name in serving]
    assert COMPOSE["services"]["proxy"]["depends_on"] == serving


def test_whoever_watches_a_container_from_within_is_answered() -> None:
    names = Config(hosts="meals.lan").host_names
    assert names is not None
    assert "http://127.0.0.1:8000/readyz" in COMPOSE["services"]["web"]["healthcheck"]["test"][-1]
    assert "127.0.0.1" in names
    assert "Host 127.0.0.1\n" in (DEPLOY / "Caddyfile.compose").read_text(encoding="utf-8")


def test_only_migrations_sign_in_as_the_owner_and_they_let_the_others_in() -> None:
    services = COMPOSE["services"].items()
    assert [name for name, service in services if "owner_url" in service.get("secrets", ())] == ["migrate"]
    command = COMPOSE["services"]["migrate"]["command"]
    roles = (DEPLOY / "roles.sh").read_text(encoding="utf-8")
    assert command[:3] == ["db", "upgrade", "--grants"]
    assert f"CREATE ROLE {command[3]} LOGIN PASSWORD" in roles
    assert [name for name, written in UNITS.items() if "owner.env" in written] == [
        "meal-circle-migrate.service"
    ]


def test_a_database_that_is_still_being_made_does_not_count_as_there() -> None:
    # While roles.sh runs, a server listens on its socket alone; then it ends, and migrations would have none.
    assert "pg_isready -h 127.0.0.1 " in COMPOSE["services"]["database"]["healthcheck"]["test"][-1]


def test_what_the_compose_file_reads_beside_it_gets_into_no_commit_and_no_image() -> None:
    kept_out = (ROOT / ".gitignore").read_text(encoding="utf-8").split()
    assert {"/deploy/.env", "/deploy/secrets/"} <= set(kept_out)
    left_out = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert {"deploy/.env", "deploy/secrets"} <= set(left_out)


@pytest.mark.parametrize("name", OURS)
def test_each_setting_is_known_and_each_value_is_taken(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    given = COMPOSE["services"][name]["environment"]
    assert set(given) <= SETTINGS
    folder = tmp_path_factory.mktemp("secrets")
    plain: dict[str, Any] = {
        key.lower(): _by_default(value) for key, value in given.items() if not key.endswith("_FILE")
    }
    for key in given:
        if key.endswith("_FILE"):
            file = folder / key
            is_key = key == "SEALING_KEY_FILE"
            file.write_text(
                "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=" if is_key else "postgresql+psycopg://a@b/c"
            )
            plain[key.lower()] = str(file)
    config = Config(**{**plain, "data_dir": folder})
    assert config.mode == "production"
    assert config.broker_url.startswith("redis://")
    assert config.rate_limit_storage.startswith("redis://"), "two web processes would count attempts apart"


@pytest.mark.parametrize("name", OURS)
def test_each_command_is_there(name: str) -> None:
    assert COMPOSE["services"][name]["command"][0] in NAMES


def test_secrets_stand_in_files_and_volumes_are_declared() -> None:
    written = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    assert not re.search(r"(PASSWORD|KEY|SECRET|TOKEN): ", written)
    for name, service in COMPOSE["services"].items():
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"]), name
        named = {volume.partition(":")[0] for volume in service.get("volumes", ())}
        assert {volume for volume in named if not volume.startswith(".")} <= set(COMPOSE["volumes"]), name
        for volume in named:
            assert not volume.startswith(".") or (DEPLOY / volume).exists(), volume


def test_nobody_but_the_proxy_is_reachable_and_it_alone_is_believed() -> None:
    assert [name for name, service in COMPOSE["services"].items() if "ports" in service] == ["proxy"]
    address = COMPOSE["services"]["proxy"]["networks"]["default"]["ipv4_address"]
    assert f"--proxy={address}" in COMPOSE["services"]["web"]["command"]


@pytest.mark.parametrize("unit", UNITS)
def test_each_unit_runs_a_command_that_is_there(unit: str) -> None:
    run = re.findall(r"^Exec\w+=\S+/flask --app wsgi (\w+)", UNITS[unit], re.MULTILINE)
    assert run
    assert set(run) <= NAMES


def test_each_unit_is_kept_as_short_as_the_others() -> None:
    def held(written: str) -> str:
        return written[written.index("StateDirectoryMode=") :].partition("\n[Install]")[0]

    assert len({held(written) for written in UNITS.values()}) == 1
    assert "ProtectSystem=strict" in held(UNITS["meal-circle@.service"])


def test_a_web_process_counts_as_started_once_it_is_ready() -> None:
    waits = re.search(r"^ExecStartPost=-(.+)$", UNITS["meal-circle@.service"], re.MULTILINE)
    assert waits
    assert "http://127.0.0.1:%i/readyz" in waits[1]


@pytest.mark.parametrize("unit", ["meal-circle@.service", "meal-circle-worker.service"])
def test_who_waits_for_migrations_that_failed_begins_once_they_succeed(unit: str) -> None:
    assert "Requires=meal-circle-migrate.service" in UNITS[unit]
    assert "WantedBy=multi-user.target meal-circle-migrate.service" in UNITS[unit]


@pytest.mark.parametrize("first", [[], ["--owner"]])
def test_a_command_has_the_settings_of_the_services_as_they_stand(tmp_path: Path, first: list[str]) -> None:
    (tmp_path / "env").write_text(
        "# DISTRICT=1\nDATABASE_URL=postgresql+psycopg://a:$b@c/d?e=1&f=2\nSIGN_IN_LIMIT=20 per minute\n"
        "OFFICE_NAME=\"街道 'A'\"\n",
        encoding="utf-8",
    )
    (tmp_path / "owner.env").write_text("DATABASE_URL=postgresql+psycopg://owner@c/d", encoding="utf-8")
    stand_in = tmp_path / "setpriv"
    stand_in.write_text(
        '#!/bin/sh\nprintf "%s\\n" "$DATABASE_URL" "$SIGN_IN_LIMIT" "$OFFICE_NAME" "${DISTRICT-}" "$*"\n'
    )
    stand_in.chmod(0o755)
    environment = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "SETTINGS": str(tmp_path),
        "CHECKOUT": str(ROOT),
    }
    told = subprocess.run(  # noqa: S603 - our own program
        [DEPLOY / "meal-circle", *first, "db", "current"], env=environment, capture_output=True, check=True
    ).stdout.decode()
    url, limit, office, district, command = told.splitlines()
    assert url == "postgresql+psycopg://" + ("owner@c/d" if first else "a:$b@c/d?e=1&f=2")
    assert (limit, office, district) == ("20 per minute", "街道 'A'", "")
    assert command.endswith("--app wsgi db current")


@pytest.mark.parametrize(
    ("file", "more"), [("env.example", set()), ("owner.env.example", {"MIGRATE_OPTIONS"})]
)
def test_the_examples_of_an_environment_name_settings_alone(file: str, more: set[str]) -> None:
    lines = (DEPLOY / file).read_text(encoding="utf-8").splitlines()
    named = {line.lstrip("#").partition("=")[0] for line in lines if re.match(r"#?[A-Z_]+=", line)}
    assert named
    assert named <= SETTINGS | more
