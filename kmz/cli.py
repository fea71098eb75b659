"""The command `kmz`: serve, worker, migrate, import, export, staff, check, secrets, demo."""

import os
import sys

import click
from flask import Flask, current_app
from flask.cli import ScriptInfo, with_appcontext

from kmz.config import Config, read_config
from kmz.crypto import fresh_secrets
from kmz.errors import ConfigError

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


def _add_domain_commands() -> None:
    import kmz.booking.kufer.cli  # noqa: F401 - adds to `import` and `export`
    from kmz.accounts.cli import staff_command
    from kmz.catalog.cli import export_command, import_command
    from kmz.demo.cli import demo_command
    from kmz.mail.cli import worker_command

    main.add_command(staff_command)
    main.add_command(import_command)
    main.add_command(export_command)
    main.add_command(worker_command)
    main.add_command(demo_command)


_add_domain_commands()
