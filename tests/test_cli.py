"""The commands of production, each as a process of its own."""

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import create_engine, select, text

from kmz import create_app
from kmz.banking.models import BankAccount
from kmz.config import read_config
from kmz.db import db
from tests.conftest import SECRETS, make_config
from tests.factories import IBAN, STAFF_PASSWORD, make_bank_account, make_customer
from tests.test_config import SAFE
from tests.tools.program import run_kmz

Run = Callable[..., CompletedProcess[str]]


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> dict[str, str]:
    return {**SAFE, "KMZ_DATABASE_URL": database_url, "KMZ_INSTANCE": str(tmp_path)}


@pytest.fixture
def kmz(settings: dict[str, str]) -> Run:
    """Runs a command with the settings of this test."""

    def run(*arguments: str, typed: str = "", **more: str) -> CompletedProcess[str]:
        return run_kmz(*arguments, settings={**settings, **more}, typed=typed)

    return run


def value(database_url: str, query: str) -> Any:
    engine = create_engine(database_url)
    try:
        with engine.connect() as connection:
            return connection.scalar(text(query))
    finally:
        engine.dispose()


def count(database_url: str, table: str) -> int:
    return int(value(database_url, f"SELECT count(*) FROM {table}") or 0)  # noqa: S608


def test_help_needs_no_settings() -> None:
    for command in ((), ("serve",), ("worker",), ("staff", "add"), ("import", "berlin")):
        result = run_kmz(*command, "--help", settings={})
        assert (result.returncode, result.stderr) == (0, "")
        assert "Usage: kmz" in result.stdout


@pytest.mark.parametrize(
    "command",
    [("serve",), ("worker",), ("migrate",), ("staff", "add", "a@kreis.test", "--role=office")],
)
def test_without_settings_a_command_names_them_and_ends(command: tuple[str, ...]) -> None:
    result = run_kmz(*command, settings={})
    assert result.returncode == 2
    for name in (*SECRETS, "KMZ_DATABASE_URL", "KMZ_PUBLIC_URL"):
        assert f"{name} fehlt" in result.stderr
    assert "Traceback" not in result.stderr


def test_check_lists_everything_that_is_missing_or_unusable() -> None:
    result = run_kmz("check", settings={"KMZ_MAIL_PORT": "x"})
    assert result.returncode == 2
    assert "FEHLT     KMZ_SECRET_KEY" in result.stdout
    assert "FEHLER    KMZ_DATABASE_URL fehlt" in result.stdout
    assert "FEHLER    KMZ_MAIL_PORT ist unbrauchbar" in result.stdout
    assert result.stderr == ""


def test_secrets_are_usable_fresh_and_complete() -> None:
    def fresh() -> dict[str, str]:
        result = run_kmz("secrets", settings={})
        return dict(line.split("=", 1) for line in result.stdout.splitlines())

    first, second = fresh(), fresh()
    config = read_config(
        {**first, "KMZ_DATABASE_URL": "sqlite:///kmz.db", "KMZ_PUBLIC_URL": "https://kreis.test"}
    )
    assert config.secret_key == first["KMZ_SECRET_KEY"]
    assert not set(first.values()) & set(second.values())


def test_check_is_content_with_a_safe_and_migrated_installation(
    kmz: Run, tmp_path: Path, database_url: str
) -> None:
    for path in (tmp_path, tmp_path / "kmz.db"):
        if path.exists():
            path.chmod(stat.S_IMODE(path.stat().st_mode) & 0o700)
    result = kmz("check")
    assert (result.returncode, result.stdout.splitlines()[-1]) == (0, "Alles in Ordnung.")
    assert result.stderr == ""
    assert database_url not in result.stdout


def test_check_counts_what_should_not_stay(kmz: Run) -> None:
    result = kmz("check", KMZ_MAIL_SERVER="", KMZ_MAIL_SEVER="mail.kreis.test")
    assert result.returncode == 1
    assert "UNSICHER  KMZ_MAIL_SERVER fehlt" in result.stdout
    assert "UNSICHER  KMZ_MAIL_SEVER kennt kmz nicht." in result.stdout


def test_a_new_sqlite_file_is_private_and_checked_before_serving(tmp_path: Path) -> None:
    folder = tmp_path / "neu" / "instance"
    settings = {**SAFE, "KMZ_DATABASE_URL": "sqlite:///kmz.db", "KMZ_INSTANCE": str(folder)}
    result = run_kmz("serve", settings=settings)
    assert result.returncode == 1
    assert "kmz migrate" in result.stderr
    result = run_kmz("migrate", settings=settings)
    assert (result.returncode, result.stderr) == (0, "")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "kmz.db").stat().st_mode) == 0o600
    assert "UNSICHER" not in run_kmz("check", settings=settings).stdout


def test_migrate_does_nothing_twice_and_says_when_it_cannot(kmz: Run) -> None:
    assert kmz("migrate").stdout == "Die Datenbank ist auf dem neuesten Stand.\n"
    result = kmz("migrate", KMZ_DATABASE_URL="postgresql+psycopg://kmz@127.0.0.1:9/kmz")
    assert result.returncode == 1
    assert "Traceback" not in result.stderr


def test_a_member_of_staff_is_added_once(kmz: Run, database_url: str) -> None:
    arguments = ("staff", "add", "Buero@example.org", "--role", "office", "--password-stdin")
    result = kmz(*arguments, typed=f"{STAFF_PASSWORD}\n")
    assert result.returncode == 0, result.stderr
    assert "https://portal.kreis.test/verwaltung/login" in result.stdout
    assert "Rolle office" in result.stdout
    again = kmz(*arguments, typed=f"{STAFF_PASSWORD}\n")
    assert again.returncode == 1
    assert "hat schon einen Zugang" in again.stderr
    assert STAFF_PASSWORD not in result.stdout + result.stderr + again.stdout + again.stderr
    assert count(database_url, "staff_user") == 1


def test_an_app_can_be_enrolled_with_the_access(kmz: Run, database_url: str) -> None:
    """Its address is printed once, and the database keeps its secret encrypted."""
    arguments = ("staff", "add", "buero@example.org", "--role", "admin", "--password-stdin")
    result = kmz(*arguments, "--totp", typed=f"{STAFF_PASSWORD}\n")
    assert result.returncode == 0, result.stderr
    found = re.search(r"otpauth://totp/\S+secret=([A-Z2-7]{32})", result.stdout)
    assert found is not None
    assert count(database_url, "staff_totp") == 1
    reset = kmz("staff", "reset-second-factor", "Buero@example.org")
    assert (reset.returncode, count(database_url, "staff_totp")) == (0, 0), reset.stderr
    unknown = kmz("staff", "reset-second-factor", "niemand@example.org")
    assert (unknown.returncode, "hat keinen Zugang" in unknown.stderr) == (1, True)


def test_a_forgotten_password_of_staff_is_set_anew(kmz: Run, database_url: str) -> None:
    kmz("staff", "add", "a@example.org", "--role=admin", "--password-stdin", typed=STAFF_PASSWORD)
    before = value(database_url, "select password_hash from staff_user")
    weak = kmz("staff", "set-password", "a@example.org", "--password-stdin", typed="kurz\n")
    assert (weak.returncode, value(database_url, "select password_hash from staff_user")) == (
        1,
        before,
    )
    done = kmz(
        "staff", "set-password", "a@example.org", "--password-stdin", typed="noch ein langes 7"
    )
    assert done.returncode == 0, done.stderr
    assert value(database_url, "select password_hash from staff_user") != before
    unknown = kmz("staff", "set-password", "niemand@example.org", "--password-stdin")
    assert (unknown.returncode, "hat keinen Zugang" in unknown.stderr) == (1, True)


@pytest.mark.parametrize("password", ["", "kurz-1#", "x" * 257, "passwortpasswort"])
def test_a_weak_password_makes_no_access(kmz: Run, database_url: str, password: str) -> None:
    result = kmz(
        "staff", "add", "a@kreis.test", "--role=admin", "--password-stdin", typed=f"{password}\n"
    )
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert not password or password not in result.stdout + result.stderr
    assert count(database_url, "staff_user") == 0


@pytest.mark.parametrize(
    "arguments",
    [("keine-adresse", "--role=office"), ("a@kreis.test", "--role=chef"), ("a@kreis.test",)],
)
def test_staff_needs_an_address_and_a_role_that_exist(kmz: Run, arguments: tuple[str, ...]) -> None:
    result = kmz("staff", "add", *arguments, "--password-stdin", typed=f"{STAFF_PASSWORD}\n")
    assert result.returncode in {1, 2}
    assert "Traceback" not in result.stderr


def test_a_dry_run_of_the_import_changes_nothing(
    kmz: Run, tmp_path: Path, database_url: str
) -> None:
    course = {
        "guid": "1",
        "nummer": "Mi101-001",
        "name": "Aquarell",
        "dozent": [],
        "veranstaltungsart": "Kurs",
    }
    file = tmp_path / "feed.json"
    file.write_text(json.dumps({"veranstaltungen": {"veranstaltung": [course]}}), encoding="utf-8")
    result = kmz("import", "berlin", str(file), "--dry-run")
    assert result.returncode == 0, result.stderr
    assert "Traceback" not in result.stderr
    assert count(database_url, "course") == 0
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    result = kmz("import", "berlin", str(broken))
    assert result.returncode == 1
    assert "Es wurde nichts geändert." in result.stderr


def test_after_reencrypt_the_old_key_is_not_needed(
    database_url: str, kmz: Run, settings: dict[str, str], tmp_path: Path
) -> None:
    old, new = settings["KMZ_DATA_KEYS"], Fernet.generate_key().decode()
    with create_app(make_config(database_url, tmp_path, KMZ_DATA_KEYS=old)).app_context():
        make_bank_account(make_customer())
        db.session.remove()
        db.engine.dispose()
    result = kmz("reencrypt", KMZ_DATA_KEYS=f"{new},{old}")
    assert (result.returncode, "bank_account: 1" in result.stdout) == (0, True)
    with create_app(make_config(database_url, tmp_path, KMZ_DATA_KEYS=new)).app_context():
        assert db.session.scalars(select(BankAccount.iban)).all() == [IBAN]
        db.session.remove()
        db.engine.dispose()
    without = kmz("reencrypt", KMZ_DATA_KEYS=old)
    assert without.returncode == 1
    assert "keiner der Schlüssel" in without.stderr
