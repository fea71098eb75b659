"""Commands of the catalogue: `kmz import berlin FILE [--dry-run]`."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

import_command = AppGroup("import", help="Kurse aus einer Datei übernehmen.")


@import_command.command("berlin")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Alles prüfen und zählen, nichts speichern.")
def import_berlin_file(file: Path, *, dry_run: bool) -> None:
    """Berliner Kursdatei (JSON, Fassungen von 2020 und 2026) übernehmen.

    Neue und geänderte Kurse werden gespeichert, unveränderte bleiben unberührt. Endet mit 1, wenn
    die Datei als Ganzes nicht lesbar ist; einzelne abgelehnte Einträge stehen im Bericht.
    """
    from kmz.audit.actions import SYSTEM
    from kmz.catalog.imports.formats import FORMATS
    from kmz.catalog.imports.imported import UnreadableFileError
    from kmz.catalog.imports.run import import_courses

    try:
        report = import_courses(
            file.read_bytes(),
            file_format=FORMATS["berlin"],
            source="berlin",
            by=SYSTEM,
            dry_run=dry_run,
        )
    except UnreadableFileError as error:
        click.echo(f"{file}: {error} Es wurde nichts geändert.", err=True)
        sys.exit(1)
    for line in report.lines():
        click.echo(line)
