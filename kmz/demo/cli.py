"""`kmz demo`: the portal with invented data, ready to click through."""

import os
import socket
from pathlib import Path

import click

from kmz.config import Config
from kmz.demo.access import SCHOOL_NUMBER, SCHOOL_USERNAME, DemoAccess
from kmz.errors import ConfigError

_DEFAULT_PORT = 8000
_MAX_PORT = 65535


@click.command("demo")
def demo_command() -> None:
    """Startet eine Vorführung mit erfundenen Kursen (KMZ_PORT, KMZ_INSTANCE)."""
    from kmz.demo.start import demo_environment, prepare_instance

    folder = Path(os.environ.get("KMZ_INSTANCE") or "instance")
    port = _wanted_port()
    try:
        config = prepare_instance(folder, port)
        environment = demo_environment(folder, port, os.environ)
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"Der Ordner {folder} ist nicht nutzbar: {error}") from error
    _refuse_taken_port(config)

    from kmz import create_app
    from kmz.demo.seed import seed
    from kmz.log import configure
    from kmz.migrating import migrate
    from kmz.server import serve

    configure(config.log_level)
    app = create_app(config)
    migrate(app)
    access = seed(app)
    click.echo(welcome(config, access))
    # The server's process reads its configuration from the environment, like any other.
    os.environ.update(environment)
    serve(config)


def welcome(config: Config, access: DemoAccess) -> str:
    """What stands on the screen while the demo runs: address, logins, mailbox."""
    url = config.public_url
    return f"""
  {config.site_name}: Demo mit erfundenen Kursen und Personen / demo with invented data

  Portal             {url}
  Demo-Postfach      {url}/demo-postfach   (alle E-Mails / all mails)

  Kundin / customer  {url}/login
                     {access.customer_email}   {access.customer_password}

  Schule / school    {url}/login   Schulnummer {SCHOOL_NUMBER}
                     Benutzername leer (geteilt / shared) oder {SCHOOL_USERNAME}
                     {access.school_password}

  Büro / office      {url}/verwaltung/login
                     {access.staff_email}   {access.staff_password}
                     dann den Code von / then the code on {url}/demo-postfach

  Daten / data       {config.instance}
  Beenden / stop     Strg+C
"""


def _wanted_port() -> int:
    text = os.environ.get("KMZ_PORT") or str(_DEFAULT_PORT)
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MAX_PORT):
        raise click.ClickException(f"KMZ_PORT={text} ist kein Port von 1 bis {_MAX_PORT}.")
    return int(text)


def _refuse_taken_port(config: Config) -> None:
    """Say so before any work, instead of a server that ends without a word."""
    family = socket.AF_INET6 if ":" in config.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((config.host, config.port))
        except OSError as error:
            raise click.ClickException(
                f"Port {config.port} ist belegt. Wählen Sie einen anderen, "
                f"zum Beispiel: KMZ_PORT={config.port + 1} make run"
            ) from error
