"""The command `kmz`: serve, worker, migrate, import, staff, check, secrets, demo."""

import os
import secrets
import sys

import click
from cryptography.fernet import Fernet
from flask import Flask, current_app
from flask.cli import AppGroup, FlaskGroup, with_appcontext

from kmz.config import Config, read_config, setting_lines, unsafe_settings
from kmz.errors import ConfigError, RefusedError


def _make_app() -> Flask:
    from kmz import create_app
    from kmz.log import configure

    config = _config()
    configure(config.log_level)
    return create_app(config)


def _config() -> Config:
    try:
        return read_config(os.environ)
    except ConfigError as error:
        click.echo(f"Die Konfiguration ist unvollständig:\n{error}", err=True)
        sys.exit(2)


@click.group(
    cls=FlaskGroup,
    create_app=_make_app,
    add_default_commands=False,
    add_version_option=False,
    set_debug_flag=False,
    load_dotenv=False,
)
def main() -> None:
    """Das Kundenportal kmz: Server, Arbeiter und Werkzeuge für den Betrieb."""


@main.command("serve")
def serve_command() -> None:
    """Startet den Webserver (KMZ_HOST, KMZ_PORT, KMZ_WORKERS, KMZ_THREADS)."""
    from kmz.server import serve

    serve(_config())


@main.command("migrate")
@with_appcontext
def migrate_command() -> None:
    """Bringt die Datenbank auf den neuesten Stand."""
    from kmz.migrating import migrate

    migrate(current_app._get_current_object())  # type: ignore[attr-defined]
    click.echo("Die Datenbank ist auf dem neuesten Stand.")


@main.command("check")
def check_command() -> None:
    """Nennt jede Einstellung, die fehlt oder unsicher ist; endet dann mit 1."""
    for line in setting_lines(os.environ):
        click.echo(line)
    config = _config()
    found = unsafe_settings(config)
    for sentence in found:
        click.echo(f"UNSICHER  {sentence}")
    click.echo("Alles in Ordnung." if not found else f"{len(found)} Hinweise.")
    sys.exit(1 if found else 0)


@main.command("secrets")
def secrets_command() -> None:
    """Erzeugt frische Geheimnisse als Zeilen für eine Umgebungsdatei."""
    for line in fresh_secrets():
        click.echo(line)


def fresh_secrets() -> list[str]:
    """`NAME=value` lines for every secret that a new installation needs."""
    names = ("KMZ_SECRET_KEY", "KMZ_PASSWORD_PEPPER", "KMZ_FINGERPRINT_KEY")
    lines = [f"{name}={secrets.token_urlsafe(48)}" for name in names]
    return [*lines, f"KMZ_DATA_KEYS={Fernet.generate_key().decode()}"]


staff_command = AppGroup("staff", help="Zugänge der Mitarbeitenden.")


@staff_command.command("add")
@click.argument("email")
@click.option("--name", default="", help="Vor- und Nachname; sonst die Adresse.")
@click.option("--role", type=click.Choice(["office", "finance", "admin"]), required=True)
@click.option("--password-stdin", is_flag=True, help="Passwort von der Standardeingabe lesen.")
def add_staff_command(email: str, *, name: str, role: str, password_stdin: bool) -> None:
    """Legt einen Zugang für /verwaltung an."""
    from email_validator import EmailNotValidError, validate_email

    from kmz.accounts.actions.staff import add_staff
    from kmz.accounts.problems import password_problems

    config: Config = current_app.config["KMZ"]
    try:
        address = validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.ClickException(f"{email} ist keine E-Mail-Adresse.") from error
    if password_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt(
            "Passwort", hide_input=True, confirmation_prompt="Passwort wiederholen"
        )
    found = password_problems(password, policy="staff", blocklist=config.password_blocklist)
    if found:
        raise click.ClickException("\n".join(problem.message for problem in found))
    try:
        staff = add_staff(
            email=address,
            name=name or address,
            role=role,
            password_hash=current_app.extensions["kmz_passwords"].hash(password),
        )
    except RefusedError as refusal:
        raise click.ClickException(refusal.problems[0].message) from refusal
    click.echo(
        f"Zugang angelegt: {staff.email} (Rolle {staff.role})\n"
        f"Anmeldung unter {config.public_url}/verwaltung/login mit dem eben gesetzten Passwort."
    )


def _add_domain_commands() -> None:
    from kmz.catalog.cli import import_command
    from kmz.demo.cli import demo_command
    from kmz.mail.cli import worker_command

    main.add_command(staff_command)
    main.add_command(import_command)
    main.add_command(worker_command)
    main.add_command(demo_command)


_add_domain_commands()
