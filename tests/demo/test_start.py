"""The demo's instance folder, its configuration and its command."""

import os
import socket
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner

from kmz.cli import main
from kmz.config import Config
from kmz.demo.access import DemoAccess
from kmz.demo.cli import welcome
from kmz.demo.start import demo_environment, prepare_instance
from kmz.errors import ConfigError


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting of the machine reaches these tests."""
    for name in [name for name in os.environ if name.startswith("KMZ_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return prepare_instance(tmp_path / "demo" / "instance", 8123)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_folder_and_its_secrets_belong_to_their_owner(config: Config) -> None:
    assert mode(config.instance) == 0o700
    assert mode(config.instance / "secrets.env") == 0o600


def test_it_is_a_demo_on_its_own_database_and_port(config: Config) -> None:
    assert (config.mode, config.port, config.public_url) == ("demo", 8123, "http://127.0.0.1:8123")
    assert config.database_url == f"sqlite:///{config.instance}/kmz.db"
    assert config.mail_folder == config.instance / "mail"


def test_secrets_are_made_once(config: Config) -> None:
    again = prepare_instance(config.instance, 8124)
    assert again.secret_key == config.secret_key
    assert again.data_keys == config.data_keys
    assert again.port == 8124


def test_two_demos_have_different_secrets(config: Config, tmp_path: Path) -> None:
    assert prepare_instance(tmp_path / "other", 1).secret_key != config.secret_key


def test_a_demo_never_meets_a_real_database_or_mail_server(tmp_path: Path) -> None:
    outside = {
        "KMZ_DATABASE_URL": "postgresql+psycopg://real/kmz",
        "KMZ_DATABASE_URL_FILE": "/run/secrets/url",
        "KMZ_MODE": "production",
        "KMZ_MAIL_SERVER": "mail.example.org",
        "KMZ_SECRET_KEY": "x",
        "KMZ_SITE_NAME": "Kreisbildung",
        "PATH": "/bin",
    }
    environment = demo_environment(tmp_path, 8000, outside)
    assert environment["KMZ_DATABASE_URL"].startswith("sqlite:///")
    assert environment["KMZ_MODE"] == "demo"
    assert environment["KMZ_SITE_NAME"] == "Kreisbildung"
    assert environment["KMZ_SECRET_KEY"] != "x"
    assert not {"KMZ_MAIL_SERVER", "KMZ_DATABASE_URL_FILE", "PATH"} & set(environment)


def test_a_damaged_file_of_secrets_is_named(config: Config) -> None:
    (config.instance / "secrets.env").write_text("KMZ_SECRET_KEY=kurz\n")
    with pytest.raises(ConfigError, match="KMZ_SECRET_KEY"):
        prepare_instance(config.instance, 8000)


def test_the_screen_tells_address_and_logins(config: Config) -> None:
    text = welcome(config, DemoAccess("kunden-passwort", "buero-passwort", "schul-passwort"))
    for part in (
        "http://127.0.0.1:8123/verwaltung/login",
        "http://127.0.0.1:8123/demo-postfach",
        "kundin@example.org   kunden-passwort",
        "verwaltung@example.org   buero-passwort",
        "Schulnummer 04711",
        "schul-passwort",
    ):
        assert part in text


@pytest.mark.parametrize("port", ["0", "65536", "achttausend", "-1", "8000 "])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    result = CliRunner(env={"KMZ_PORT": port, "KMZ_INSTANCE": str(tmp_path)}).invoke(main, ["demo"])
    assert result.exit_code == 1
    assert "ist kein Port" in result.output


def test_a_taken_port_is_said_before_any_work(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        env = {"KMZ_PORT": str(port), "KMZ_INSTANCE": str(tmp_path)}
        result = CliRunner(env=env).invoke(main, ["demo"])
    assert result.exit_code == 1
    assert f"Port {port} ist belegt." in result.output
    assert not (tmp_path / "kmz.db").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    env = {"KMZ_INSTANCE": str(tmp_path / "file" / "instance"), "KMZ_PORT": "8123"}
    result = CliRunner(env=env).invoke(main, ["demo"])
    assert result.exit_code == 1
    assert "ist nicht nutzbar" in result.output
