"""The command `kmz`: serve, worker, migrate, import, staff, check, secrets, demo."""

import os
import sys

import click
from flask import Flask, current_app
from flask.cli import AppGroup, ScriptInfo, with_appcontext

from kmz.config import Config, read_config
from kmz.crypto import fresh_secrets
from kmz.errors import ConfigError, RefusedError

# What the shell gets: found something to mend; the environment or the call cannot work.
_FINDINGS = 1
_UNUSABLE = 2


def _make_app() -> Flask:
    from kmz import create_app
    from kmz.housekeeping import add_jobs
    from kmz.log import configure

    config = _config()
    configure(config.log_level)
    app = create_app(config)
    add_jobs(app)
    return app


def _config() -> Config:
    try:
        return read_config(os.environ)
    except ConfigError as error:
        click.echo(f"Die Konfiguration ist nicht brauchbar:\n{error}", err=True)
        sys.exit(_UNUSABLE)


# Not Flask's own group: that one loads the app for every command, even for --help.
@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def main(context: click.Context) -> None:
    """Das Kundenportal kmz: Server, Arbeiter und Werkzeuge für den Betrieb."""
    context.obj = ScriptInfo(create_app=_make_app, set_debug_flag=False)


@main.command("serve")
def serve_command() -> None:
    """Startet den Webserver (KMZ_HOST, KMZ_PORT, KMZ_WORKERS, KMZ_THREADS)."""
    from kmz.server import serve

    config = _config()
    if problem := _database_problem(config, unreachable=None):
        raise click.ClickException(problem)
    try:
        serve(config)
    except OSError as error:
        place = f"{config.host}:{config.port}"
        raise click.ClickException(f"Auf {place} kann nicht gelauscht werden: {error}") from error


@main.command("migrate")
@with_appcontext
def migrate_command() -> None:
    """Bringt die Datenbank auf den neuesten Stand."""
    from sqlalchemy.exc import SQLAlchemyError

    from kmz.migrating import migrate

    try:
        migrate(current_app._get_current_object())  # type: ignore[attr-defined]
    except SQLAlchemyError as error:
        raise click.ClickException(f"Die Datenbank lässt es nicht zu: {error}") from error
    click.echo("Die Datenbank ist auf dem neuesten Stand.")


@main.command("check")
def check_command() -> None:
    """Nennt jede Einstellung, die fehlt, unbrauchbar oder unsicher ist.

    Endet mit 0, wenn alles in Ordnung ist, mit 1 bei Hinweisen und mit 2, wenn kmz mit diesen
    Einstellungen nicht startet.
    """
    from kmz.config_review import setting_lines

    for line in setting_lines(os.environ):
        click.echo(line)
    try:
        config = read_config(os.environ)
    except ConfigError as error:
        for fault in str(error).splitlines():
            click.echo(f"FEHLER    {fault}")
        sys.exit(_UNUSABLE)
    found = _findings(config)
    for sentence in found:
        click.echo(f"UNSICHER  {sentence}")
    if found:
        click.echo(f"Hinweise: {len(found)}")
        sys.exit(_FINDINGS)
    click.echo("Alles in Ordnung.")


def _findings(config: Config) -> list[str]:
    from kmz.config_review import open_files, unknown_variables, unsafe_settings

    unknown = [f"{name} kennt kmz nicht." for name in unknown_variables(os.environ)]
    problem = _database_problem(
        config, unreachable="KMZ_DATABASE_URL: Die Datenbank antwortet nicht."
    )
    state = [problem] if problem else []
    return [*unsafe_settings(config), *open_files(config, os.environ), *unknown, *state]


def _database_problem(config: Config, *, unreachable: str | None) -> str | None:
    """Why this database does not fit; a server may start before its database answers."""
    from sqlalchemy.exc import SQLAlchemyError

    from kmz import create_app
    from kmz.log import configure
    from kmz.migrating import state_problem

    configure(config.log_level)
    try:
        return state_problem(create_app(config))
    except SQLAlchemyError:
        return unreachable


@main.command("secrets")
def secrets_command() -> None:
    """Erzeugt frische Geheimnisse als Zeilen für eine Umgebungsdatei."""
    for line in fresh_secrets():
        click.echo(line)


@main.command("reencrypt")
@with_appcontext
def reencrypt_command() -> None:
    """Verschlüsselt alle Bankdaten mit dem neuesten Schlüssel; danach kann der alte weg."""
    from kmz.reencrypting import reencrypt

    try:
        done = reencrypt(current_app.extensions["kmz_vault"])
    except ValueError as error:
        raise click.ClickException(
            "Zu einer Zeile passt keiner der Schlüssel in KMZ_DATA_KEYS."
        ) from error
    for table, rows in done.items():
        click.echo(f"{table}: {rows}")


staff_command = AppGroup("staff", help="Zugänge der Mitarbeitenden.")


@staff_command.command("add")
@click.argument("email")
@click.option("--name", default="", help="Vor- und Nachname; sonst die Adresse.")
@click.option("--role", type=click.Choice(["office", "finance", "admin"]), required=True)
@click.option("--password-stdin", is_flag=True, help="Passwort von der Standardeingabe lesen.")
def add_staff_command(email: str, *, name: str, role: str, password_stdin: bool) -> None:
    """Legt einen Zugang für /verwaltung an."""
    from kmz.accounts.actions.staff import add_staff

    config: Config = current_app.config["KMZ"]
    address = _checked_address(email)
    password = _new_password(config, words=(address, name), from_stdin=password_stdin)
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


def _checked_address(email: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError as error:
        raise click.ClickException(f"{email} ist keine E-Mail-Adresse.") from error


def _new_password(config: Config, *, words: tuple[str, ...], from_stdin: bool) -> str:
    from kmz.accounts.problems import password_problems

    if from_stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = click.prompt(
            "Passwort", hide_input=True, confirmation_prompt="Passwort wiederholen"
        )
    found = password_problems(
        password, policy="staff", blocklist=config.password_blocklist, context=words
    )
    if found:
        raise click.ClickException("\n".join(problem.message for problem in found))
    return str(password)


def _add_domain_commands() -> None:
    from kmz.catalog.cli import import_command
    from kmz.demo.cli import demo_command
    from kmz.mail.cli import worker_command

    main.add_command(staff_command)
    main.add_command(import_command)
    main.add_command(worker_command)
    main.add_command(demo_command)


_add_domain_commands()
