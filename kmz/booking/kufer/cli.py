"""Commands of booking: `kmz export kufer-anmeldungen` and `kmz import kufer-quittungen`."""

from pathlib import Path

import click

from kmz.catalog.cli import export_command, import_command

_FOLDER = click.Path(file_okay=False, path_type=Path)


@export_command.command("kufer-anmeldungen")
@click.option("--to", "folder", required=True, type=_FOLDER, help="Ordner, den KuferSQL liest.")
@click.option(
    "--charset",
    type=click.Choice(["utf-8", "windows-1252"]),
    default="utf-8",
    show_default=True,
    help="Zeichensatz der Dateien; was er nicht kennt, wird umschrieben.",
)
def export_requests_command(folder: Path, charset: str) -> None:
    """Anmeldungen für KuferSQL, eine XML-Datei je Vorgang und jede genau einmal.

    Bei Lastschrift stehen Bankdaten darin: Der Ordner darf nicht allen offenstehen. Immer
    denselben Ordner nehmen; ein abgebrochener Lauf wird dort vom nächsten zu Ende gebracht.
    """
    from kmz.booking.kufer.folder import FolderError, export_requests

    try:
        written = export_requests(folder, charset=charset)
    except FolderError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{folder} lässt sich nicht beschreiben: {error}") from error
    click.echo(f"Übergebene Vorgänge: {written}")


@import_command.command("kufer-quittungen")
@click.option("--from", "folder", required=True, type=_FOLDER, help="Ordner mit den Quittungen.")
@click.option("--delete", is_flag=True, help="Gelesene Dateien danach löschen.")
def import_answers_command(folder: Path, *, delete: bool) -> None:
    """Was KuferSQL eingebucht hat, wird fest eingebucht; jede Person bekommt ihre E-Mail (M09).

    Gelesen werden eigene Dateien im Unterordner „erledigt“ und Quittungen mit VORGANG. Endet mit
    1, wenn etwas nicht zu verwenden war.
    """
    from kmz.booking.kufer.folder import FolderError, read_answers

    try:
        answers = read_answers(folder, delete=delete, say=click.echo)
    except (FolderError, OSError) as error:
        raise click.ClickException(str(error)) from error
    for note in answers.notes:
        click.echo(note, err=True)
    click.echo(f"Quittungen: {answers.files}, fest eingebucht: {answers.confirmed}")
    if answers.notes:
        raise SystemExit(1)
