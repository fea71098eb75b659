"""`kmz staff`: the access of members of staff."""

import sys

import click
from flask import current_app
from flask.cli import AppGroup

from kmz.accounts import factors
from kmz.accounts.models import StaffUser
from kmz.audit.actions import SYSTEM
from kmz.config import Config
from kmz.errors import RefusedError

staff_command = AppGroup("staff", help="Zugänge der Mitarbeitenden.")


@staff_command.command("add")
@click.argument("email")
@click.option("--name", default="", help="Vor- und Nachname; sonst die Adresse.")
@click.option("--role", type=click.Choice(["office", "finance", "admin"]), required=True)
@click.option("--password-stdin", is_flag=True, help="Passwort von der Standardeingabe lesen.")
@click.option("--totp", is_flag=True, help="Gleich eine App einrichten; zeigt einmal ihre Adresse.")
def add_staff_command(
    email: str, *, name: str, role: str, password_stdin: bool, totp: bool
) -> None:
    """Legt einen Zugang für /verwaltung an."""
    from kmz.accounts.actions.second_factor import save_app
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
    if not totp:
        click.echo("Beim ersten Login wird der zweite Faktor eingerichtet.")
        return
    secret = factors.new_secret()
    save_app(staff, secret, by=SYSTEM)
    uri = factors.app_address(secret, email=staff.email, site_name=config.site_name)
    click.echo(f"Adresse für die App, sie wird nur jetzt gezeigt:\n{uri}")


@staff_command.command("set-password")
@click.argument("email")
@click.option("--password-stdin", is_flag=True, help="Passwort von der Standardeingabe lesen.")
def set_password_command(email: str, *, password_stdin: bool) -> None:
    """Setzt ein vergessenes Passwort neu; alle Logins enden, der zweite Faktor bleibt."""
    from kmz.accounts.actions.staff import change_staff_password

    staff = _existing(email)
    config: Config = current_app.config["KMZ"]
    password = _new_password(config, words=(staff.email, staff.name), from_stdin=password_stdin)
    password_hash = current_app.extensions["kmz_passwords"].hash(password)
    change_staff_password(staff, password_hash=password_hash, by=SYSTEM)
    click.echo(f"Das Passwort von {staff.email} ist gesetzt, alle Geräte sind ausgeloggt.")


@staff_command.command("reset-second-factor")
@click.argument("email")
def reset_second_factor_command(email: str) -> None:
    """Löscht App, Passkeys und Codes eines Zugangs: wenn niemand mit Rolle admin mehr hineinkommt.

    Alle seine Logins enden; beim nächsten wird ein neuer zweiter Faktor eingerichtet.
    """
    from kmz.accounts.actions.second_factor import reset_second_factor

    staff = _existing(email)
    reset_second_factor(staff, by=SYSTEM, reason="Kommandozeile", identification="")
    click.echo(
        f"Der zweite Faktor von {staff.email} ist zurückgesetzt, alle Geräte sind ausgeloggt."
    )


def _existing(email: str) -> StaffUser:
    from kmz.accounts.queries import find_staff

    staff = find_staff(_checked_address(email))
    if staff is None:
        raise click.ClickException(f"{email} hat keinen Zugang.")
    return staff


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
