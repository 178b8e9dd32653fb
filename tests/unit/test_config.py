from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from config import DEMO_SEALING_KEY, DEMO_SECRET_KEY, Config, configured


def test_production_makes_its_secrets_once_and_keeps_them_from_others(tmp_path: Path) -> None:
    first = Config(mode="production", data_dir=tmp_path)
    second = Config(mode="production", data_dir=tmp_path)
    assert first.sealing_key.get_secret_value() == second.sealing_key.get_secret_value()
    assert first.secret_key.get_secret_value() not in ("", DEMO_SECRET_KEY)
    for name in ("secret_key", "sealing_key"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "secret",
    [{"secret_key": SecretStr(DEMO_SECRET_KEY)}, {"sealing_key": SecretStr(DEMO_SEALING_KEY)}],
)
def test_production_refuses_a_demo_secret(tmp_path: Path, secret: dict[str, SecretStr]) -> None:
    with pytest.raises(ValidationError, match="demo"):
        Config(mode="production", data_dir=tmp_path, **secret)  # type: ignore[arg-type]  # either of two


@pytest.mark.parametrize("key", ["short", "bm90IDMyIGJ5dGVz", "!!!!"])
def test_a_sealing_key_of_the_wrong_length_is_refused(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValidationError, match="32 bytes"):
        Config(data_dir=tmp_path, sealing_key=SecretStr(key))


def test_the_demo_needs_nothing_and_writes_no_secret(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path)
    assert config.database_url.startswith("sqlite:///")
    assert not list(tmp_path.iterdir())


def test_the_environment_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("DISTRICT", "430102")
    assert Config().data_dir == tmp_path / "elsewhere"
    assert Config().district == "430102"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MODE", "prodcution", "MODE: Input should be 'demo' or 'production'"),
        ("SEALING_KEY", "c2hvcnQ=", "SEALING_KEY must be the base64 of 32 bytes"),
        ("UPLOAD_LIMIT_MB", "many", "UPLOAD_LIMIT_MB: Input should be a valid integer"),
    ],
)
def test_a_wrong_setting_ends_the_start_with_a_sentence_that_shows_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as ended:
        configured()
    assert said in str(ended.value)
    assert name == "MODE" or value not in str(ended.value)


def test_secrets_come_from_files_and_not_from_two_places(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{base64.b64encode(b'f' * 32).decode()}\n", encoding="ascii")
    config = Config(data_dir=tmp_path, sealing_key_file=file)
    assert config.sealing_key_bytes == b"f" * 32
    with pytest.raises(ValidationError, match="both set"):
        Config(data_dir=tmp_path, sealing_key_file=file, sealing_key=config.sealing_key)
    with pytest.raises(ValidationError, match="cannot be read"):
        Config(data_dir=tmp_path, index_key_file=tmp_path / "none")


def test_production_requires_second_factors_whatever_is_set(tmp_path: Path) -> None:
    assert Config(mode="production", data_dir=tmp_path).needs_second_factors
    assert not Config(data_dir=tmp_path).needs_second_factors
    with pytest.raises(ValidationError, match="SECOND_FACTOR"):
        Config(mode="production", data_dir=tmp_path, second_factor="offered")
