"""Home of the settings: one typed Config, read from the environment; every setting is documented here.

The embedded defaults are enough for the demo. In production the two secrets are made on the first start in
the data folder, readable by its owner alone, unless the environment gives them.
"""

from __future__ import annotations

import base64
import os
import re
import secrets
from datetime import time
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent
DEMO_SECRET_KEY = "demo-secret-key-never-for-real-people"  # noqa: S105 - known to everyone, refused in production
_TILES = re.compile(r"https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/[^\s\"'<>;,]*")
DEMO_SEALING_KEY = base64.b64encode(b"demo-sealing-key-not-for-real-ok").decode()
_OF_THE_DEMO = {"secret_key": DEMO_SECRET_KEY, "sealing_key": DEMO_SEALING_KEY}
_OWN_NAMES = ("127.0.0.1", "localhost")
_KEPT = ("sealing_keys_old", "index_key", "lookup_key", "lookup_keys_old")
_FROM_FILES = ("database_url", "broker_url", "secret_key", "sealing_key", *_KEPT)


class Config(BaseSettings):
    """Every setting of the system; each is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    mode: Literal["demo", "production"] = Field(
        default="demo", description="`production` refuses demo secrets and sends cookies over TLS only."
    )
    data_dir: Path = Field(
        default_factory=lambda: (ROOT if (ROOT / "pyproject.toml").exists() else Path.cwd()) / "var",
        description="Folder of the embedded database and of the secrets made on first start. "
        "Unset: `var` in the checkout, or in the current folder when the package is installed.",
    )
    database_url: str = Field(
        default="",
        description="`postgresql+psycopg://…` or `sqlite:///…`; empty: SQLite in the data folder.",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""), description="Signs sessions and forms. Empty: made on first start."
    )
    sealing_key: SecretStr = Field(
        default=SecretStr(""),
        description="Base64 of 32 bytes; seals identity, phone and account numbers. Empty: made at start. "
        "Lost, what it sealed cannot be read again: back it up apart from the database.",
    )
    sealing_keys_old: SecretStr = Field(
        default=SecretStr(""),
        description="Earlier sealing keys, commas between, newest first: they open and seal no more. "
        "Empty: those in the data folder, if there are any.",
    )
    index_key: SecretStr = Field(
        default=SecretStr(""),
        description="Base64 of 32 bytes; compares records that were sent, signs riders' links and donors' "
        "codes. Empty: the one in the data folder, or what follows from the oldest sealing key.",
    )
    lookup_key: SecretStr = Field(
        default=SecretStr(""),
        description="Base64 of 32 bytes; finds sealed identity numbers again. Empty: the one in the data "
        "folder, or the index key.",
    )
    lookup_keys_old: SecretStr = Field(
        default=SecretStr(""),
        description="Earlier keys of look-ups, commas between, newest first: what is not written anew yet is "
        "found by them. Empty: those in the data folder, if there are any.",
    )
    database_url_file: Path | None = Field(default=None, description="File that holds DATABASE_URL.")
    broker_url_file: Path | None = Field(default=None, description="File that holds BROKER_URL.")
    secret_key_file: Path | None = Field(default=None, description="File that holds SECRET_KEY.")
    sealing_key_file: Path | None = Field(default=None, description="File that holds SEALING_KEY.")
    sealing_keys_old_file: Path | None = Field(default=None, description="File that holds SEALING_KEYS_OLD.")
    index_key_file: Path | None = Field(default=None, description="File that holds INDEX_KEY.")
    lookup_key_file: Path | None = Field(default=None, description="File that holds LOOKUP_KEY.")
    lookup_keys_old_file: Path | None = Field(default=None, description="File that holds LOOKUP_KEYS_OLD.")
    page_language: Literal["zh_Hans_CN", "en"] = Field(
        default="zh_Hans_CN", description="Language of a page until its reader switches."
    )
    district: str = Field(default="430103", description="Code of the district that this installation serves.")
    contact_phone: str = Field(
        default="", description="Phone printed on residents' cards, for whoever finds one. Empty: none is."
    )
    complaint_phone: str = Field(
        default="",
        description="Phone on the month's public notice, for whoever has doubts. Empty: a line for it.",
    )
    office_name: str = Field(
        default="",
        description="Who publishes the public pages, as it stands above them. Empty: the district's name.",
    )
    public_address: str = Field(
        default="",
        pattern=r"^(https?://[A-Za-z0-9.-]+(:[0-9]{1,5})?/?)?$",
        description="Address by which everybody reaches these pages, like `https://host`: posters and "
        "exported folders lead there for complaints. Empty: they name the telephone alone.",
    )
    complaint_limit: str = Field(
        default="30 per hour",
        description="Complaints, and looks for an answer, taken from one address by the code at the tables.",
    )
    complaint_site_limit: str = Field(
        default="60 per hour", description="Complaints taken by the code of one site's tables."
    )
    retain_complaints_months: int = Field(
        default=24,
        ge=1,
        description="Months after its end until a complaint's words, name and phone go.",
    )
    order_cut_off: time = Field(
        default=time(9),
        description="Until when a day's deliveries of lunch and dinner may be changed without a reason, and "
        "are confirmed by the kitchens.",
    )
    breakfast_cut_off: time = Field(
        default=time(18),
        description="The same for breakfast, on the evening before.",
    )
    map_tiles: str = Field(
        default="",
        description="Address of a map's tiles, like `https://host/{z}/{x}/{y}.png`. Empty: maps show the "
        "loaded roads, and no page asks another host for anything.",
    )
    map_tiles_datum: Literal["wgs84", "gcj02"] = Field(
        default="wgs84",
        description="What the tiles are drawn in: `gcj02` for 高德 and 腾讯, `wgs84` for 天地图.",
    )
    map_attribution: str = Field(default="", description="Whose map the tiles are, written on it.")
    photo_days: int = Field(
        default=30, ge=1, le=365, description="Days after which photos of hand-overs are erased."
    )
    upload_limit_mb: int = Field(
        default=50, ge=1, description="Largest file that a page takes, in megabytes."
    )
    session_minutes: int = Field(
        default=12 * 60, ge=1, le=12 * 60, description="Minutes of rest after which a sign-in ends."
    )
    strict_session_minutes: int = Field(
        default=30,
        ge=1,
        le=60,
        description="The same for administrators, finance and approvers.",
    )
    session_limit_minutes: int = Field(
        default=12 * 60, ge=1, le=24 * 60, description="Minutes after which a sign-in ends in any case."
    )
    second_factor: Literal["", "offered", "required"] = Field(
        default="",
        description="Whether administrators, finance and approvers must have a second factor. Empty: "
        "required in production, which nothing weakens, and offered in the demo.",
    )
    retain_contacts_months: int = Field(
        default=24,
        ge=1,
        description="Months after a move or a death until phone, address and door go.",
    )
    retain_sessions_days: int = Field(
        default=180, ge=180, description="Days for which ended sessions are kept; 等保 asks for six months."
    )
    retain_apart_days: int = Field(
        default=180,
        ge=1,
        description="Days after which what tablets and phones sent and a person has settled is emptied.",
    )
    sign_in_limit: str = Field(
        default="20 per minute", description="Sign-in attempts taken from one address."
    )
    account_limit: str = Field(
        default="10 per 15 minutes",
        description="Attempts taken for one sign-in name, or one user's second step; a good one clears it.",
    )
    holder_limit: str = Field(
        default="240 per minute",
        description="Requests taken from one tablet, one rider's link, or one family's link; beyond it they "
        "are told when to come again, and lose nothing.",
    )
    visitor_limit: str = Field(
        default="600 per minute",
        description="Pages open to everybody that one address is given: public ones, the sign-in, forms of "
        "complaints. Many people may share an address.",
    )
    hosts: str = Field(
        default="",
        description="Names under which the pages are served, commas between; empty: any name is answered.",
    )
    rate_limit_storage: str = Field(
        default="memory://",
        description="Where attempts are counted; `redis://…` when several processes serve.",
    )
    broker_url: str = Field(
        default="",
        pattern=r"^((rediss?|amqps?|sentinel)://.+)?$",
        description="`redis://…` or `amqp://…`: background work goes to the workers behind it. Empty: "
        "processes beside the one that serves do it.",
    )
    job_processes: int = Field(
        default=1,
        ge=0,
        le=16,
        description="Processes beside a serving one that do background work; 0: `bin/worker` does it alone.",
    )
    job_lease_seconds: int = Field(
        default=45,
        ge=2,
        description="Seconds after which whoever does background work and says nothing counts as gone.",
    )
    retain_results_hours: int = Field(
        default=24, ge=1, le=24 * 7, description="Hours for which files of background work are kept."
    )
    metrics_token: SecretStr = Field(
        default=SecretStr(""),
        description="What Prometheus brings as bearer token to `/metrics`. Empty: there is no such page.",
    )
    backup_recipient: str = Field(
        default="",
        pattern=r"^(age1[0-9a-z]{50,})?$",
        description="Public key (`age1…`) that backups are encrypted for; `flask backup key` makes the pair. "
        "Whoever has the other half reads them, this machine does not.",
    )
    argon2_time_cost: int = Field(default=3, ge=1, description="Passes of the password hash.")
    argon2_memory_kib: int = Field(
        default=64 * 1024, ge=8, description="Memory of the password hash, in KiB."
    )

    @field_validator("map_tiles")
    @classmethod
    def _tiles_of_one_host(cls, tiles: str) -> str:
        """Refuse an address that the content policy could not name, or that is for no single tile."""
        gaps = sorted(re.findall(r"{(\w*)}", tiles))
        if tiles and not (_TILES.fullmatch(tiles) and gaps == ["x", "y", "z"]):
            msg = "MAP_TILES is no address of tiles of one host: write it like https://host/{z}/{x}/{y}.png"
            raise ValueError(msg)
        return tiles

    @property
    def map_tiles_host(self) -> str:
        """Give the host that pages load tiles from, as the content policy names it; empty for none."""
        return self.map_tiles and "/".join(self.map_tiles.split("/")[:3])

    @model_validator(mode="after")
    def _complete(self) -> Self:
        """Fill in what follows from other settings, and refuse what must not be."""
        demo = self.mode == "demo"
        settle = object.__setattr__  # The settings are frozen for everyone else.
        settle(self, "data_dir", self.data_dir.expanduser().resolve())
        self._read_files()
        if not self.database_url:
            settle(self, "database_url", f"sqlite:///{self.data_dir / 'meal-circle.sqlite'}")
        for name, of_the_demo in _OF_THE_DEMO.items():
            if not getattr(self, name).get_secret_value():
                settle(self, name, SecretStr(of_the_demo if demo else self._kept_secret(name)))
        if not demo:
            for name in _KEPT:
                self._take_if_kept(name)
        self._refuse_unsafe()
        return self

    def _read_files(self) -> None:
        """Take what a file holds in place of a variable, as orchestrators hand secrets over."""
        for name in _FROM_FILES:
            path: Path | None = getattr(self, f"{name}_file")
            if path is None:
                continue
            value = getattr(self, name)
            if value.get_secret_value() if isinstance(value, SecretStr) else value:
                msg = f"{name.upper()} and {name.upper()}_FILE are both set; unset one"
                raise ValueError(msg)
            try:
                read = path.read_text(encoding="utf-8").strip()
            except OSError as error:
                msg = f"{name.upper()}_FILE: {path} cannot be read: {error.strerror}"
                raise ValueError(msg) from error
            object.__setattr__(self, name, SecretStr(read) if isinstance(value, SecretStr) else read)

    def _take_if_kept(self, name: str) -> None:
        path = self.data_dir / name
        if not getattr(self, name).get_secret_value() and path.exists():
            object.__setattr__(self, name, SecretStr(path.read_text(encoding="ascii").strip()))

    def _kept_secret(self, name: str) -> str:
        """Give the secret kept in the data folder; make it on the first start."""
        path = self.data_dir / name
        self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(base64.b64encode(secrets.token_bytes(32)).decode())
        return path.read_text(encoding="ascii").strip()

    def _refuse_unsafe(self) -> None:
        for name, given in self._keys().items():
            if any(len(key) != 32 for key in given):  # noqa: PLR2004 - AES-256
                msg = f"{name} must be the base64 of 32 bytes; make one with: openssl rand -base64 32"
                raise ValueError(msg)
        if self.mode != "production":
            return
        if self.second_factor == "offered":
            msg = "SECOND_FACTOR is required in production; unset it"
            raise ValueError(msg)
        for name, of_the_demo in _OF_THE_DEMO.items():
            if getattr(self, name).get_secret_value() == of_the_demo:
                msg = f"{name.upper()} is the demo's; unset it and one is made in the data folder"
                raise ValueError(msg)

    def _keys(self) -> dict[str, list[bytes]]:
        """Give each setting of keys, with the keys that it holds."""
        held = ((name, getattr(self, name)) for name in ("sealing_key", *_KEPT))
        return {name.upper(): _listed(keys) for name, keys in held}

    @property
    def sealing_key_bytes(self) -> bytes:
        """Give the sealing key as bytes; empty when it is not base64."""
        return _bytes_of(self.sealing_key.get_secret_value())

    @property
    def older_keys(self) -> list[bytes]:
        """Give the sealing keys that only open, as bytes."""
        return _listed(self.sealing_keys_old)

    @property
    def index_key_bytes(self) -> bytes:
        """Give the index key as bytes; empty when it follows from the oldest sealing key."""
        return _bytes_of(self.index_key.get_secret_value())

    @property
    def lookup_key_bytes(self) -> bytes:
        """Give the key of look-ups as bytes; empty when it is the index key."""
        return _bytes_of(self.lookup_key.get_secret_value())

    @property
    def older_lookup_keys(self) -> list[bytes]:
        """Give the keys by which some rows may still be found, as bytes."""
        return _listed(self.lookup_keys_old)

    @property
    def needs_second_factors(self) -> bool:
        """Tell whether those who administer, pay or approve must have a second factor."""
        return self.second_factor == "required" or (self.mode == "production" and not self.second_factor)

    @property
    def host_names(self) -> list[str] | None:
        """Give the names that are answered, the machine's own for whoever watches it too; None: any."""
        names = [name.strip() for name in self.hosts.split(",") if name.strip()]
        return [*names, *_OWN_NAMES] if names else None

    def for_flask(self) -> dict[str, object]:
        """Give the settings under the names that Flask and its extensions read."""
        secure = self.mode == "production"
        return {
            "SECRET_KEY": self.secret_key.get_secret_value(),
            "SQLALCHEMY_ENGINES": {
                "default": {
                    "url": self.database_url,
                    "hide_parameters": True,
                    # A server that was started anew is found again without anybody reading of a fault.
                    "pool_pre_ping": self.database_url.startswith("postgresql"),
                }
            },
            "MAX_CONTENT_LENGTH": self.upload_limit_mb * 1024 * 1024,
            "PERMANENT_SESSION_LIFETIME": self.session_minutes * 60,
            "TRUSTED_HOSTS": self.host_names,
            # The prefix lets no other host of the domain and no page without TLS set it.
            "SESSION_COOKIE_NAME": "__Host-session" if secure else "session",
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_COOKIE_SECURE": secure,
            "WTF_CSRF_TIME_LIMIT": None,
            "BABEL_DEFAULT_LOCALE": self.page_language,
            "BABEL_DEFAULT_TIMEZONE": "Asia/Shanghai",
            "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "app" / "translations"),
        }


def _listed(keys: SecretStr) -> list[bytes]:
    each = keys.get_secret_value().replace("\n", ",").split(",")
    return [_bytes_of(key.strip()) for key in each if key.strip()]


def _bytes_of(key: str) -> bytes:
    try:
        return base64.b64decode(key, validate=True)
    except ValueError:
        return b""


def configured() -> Config:
    """Read the settings from the environment; end the start with a sentence for each one that is wrong."""
    try:
        return Config()
    except ValidationError as error:
        faults = [
            f"{'_'.join(str(part) for part in fault['loc']).upper() or 'Settings'}: "
            f"{fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors(include_input=False, include_context=False)
        ]
        raise SystemExit("\n".join([*faults, "docs/operations.md lists every setting."])) from None
