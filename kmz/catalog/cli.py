"""Commands of the catalogue: `kmz import FORMAT FILE` and `kmz export openvhs FILE`."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

import_command = AppGroup("import", help="Kurse aus einer Datei übernehmen.")
export_command = AppGroup("export", help="Das Programm als Datei ausgeben.")

# Here by hand, since the formats themselves are loaded only when one is needed.
_FORMATS = {
    "berlin": "Berliner Kursdatei (JSON, Fassungen von 2020 und 2026) übernehmen.",
    "openvhs": "Open-vhs-Datei (XML, Fassungen 0.9 bis 1.2) übernehmen.",
    "kufer": "Internet-Export aus KuferSQL (XML, internet.xml) übernehmen.",
    "csv": "Tabelle (CSV oder XLSX, bis 2 MiB und 20.000 Zeilen) übernehmen.",
}
_HELP = """

    Neue und geänderte Kurse werden gespeichert, unveränderte bleiben unberührt; was die Verwaltung
    an einem Kurs geändert hat, bleibt. Endet mit 1, wenn die Datei als Ganzes nicht übernommen
    wurde; einzelne abgelehnte Einträge stehen im Bericht.
"""
_SHRINK_HINT = (
    "Es wurde nichts geändert. Stimmt das so, dann wiederholen Sie den Befehl mit "
    "--allow-shrinking."
)


def _import_file(format_name: str, file: Path, options: dict[str, Any]) -> None:
    from kmz.audit.actions import SYSTEM
    from kmz.catalog.imports.formats import format_of
    from kmz.catalog.imports.imported import UnreadableFileError
    from kmz.catalog.imports.missing import ShrinkingFeedError
    from kmz.catalog.imports.run import ImportOrder, import_courses

    source = options["source"] or format_name
    try:
        data = file.read_bytes()
        order = ImportOrder(
            source=source,
            file_format=format_of(format_name, _columns(format_name, source, data, options)),
            is_full=options["full"],
            dry_run=options["dry_run"],
            may_shrink=options["allow_shrinking"],
        )
        report = import_courses(data, order, by=SYSTEM)
    except UnreadableFileError as error:
        click.echo(f"{file}: {error} Es wurde nichts geändert.", err=True)
        sys.exit(1)
    except ShrinkingFeedError as error:
        click.echo(f"{file}: {error} {_SHRINK_HINT}", err=True)
        sys.exit(1)
    for line in report.lines():
        click.echo(line)
    if order.dry_run and report.shrinks:
        click.echo("Achtung: Mehr als die Hälfte der Kurse würde aus dem Programm genommen.")


def _columns(name: str, source: str, data: bytes, options: dict[str, Any]) -> dict[str, str]:
    """What the columns of a table mean; said on the screen, since it is partly guessed."""
    from kmz.audit.actions import SYSTEM
    from kmz.catalog.actions.column_mappings import save_columns
    from kmz.catalog.import_queries import kept_columns
    from kmz.catalog.imports.table import cells, columns

    if name != "csv":
        return {}
    headers = cells.read_table(data).headers
    try:
        named = columns.named_columns(options["map"], headers)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--map") from error
    found = columns.columns_for(headers, kept_columns(source) | named)
    if named and not options["dry_run"]:
        save_columns(source, found, by=SYSTEM)
    for field, header in found.items():
        click.echo(f"{columns.FIELDS[field].label}: Spalte „{header}“")
    return found


def _check_source(_context: click.Context, _parameter: click.Parameter, text: str) -> str:
    from kmz.catalog.imports.sources import SOURCE_RULE, is_source_name

    if text and not is_source_name(text):
        raise click.BadParameter(SOURCE_RULE)
    return text


def _add_command(name: str, help_text: str) -> None:
    def run(file: Path, **options: Any) -> None:
        _import_file(name, file, options)

    command: Callable[..., Any] = run
    for decorate in reversed((*_OPTIONS, _MAP) if name == "csv" else _OPTIONS):
        command = decorate(command)
    import_command.command(name, help=help_text + _HELP)(command)


_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path)),
    click.option(
        "--source",
        default="",
        callback=_check_source,
        help="Name der Quelle, etwa der Zweigstelle; ohne ihn der Name des Formats.",
    ),
    click.option(
        "--full/--partial",
        default=False,
        help="Die Datei ist der ganze Bestand: Was darin fehlt, kommt aus dem Programm. "
        "Ohne Angabe gilt --partial: Fehlendes bleibt, wie es ist.",
    ),
    click.option("--dry-run", is_flag=True, help="Alles prüfen und zählen, nichts speichern."),
    click.option(
        "--allow-shrinking",
        is_flag=True,
        help="Auch dann, wenn mehr als die Hälfte der Kurse aus dem Programm käme.",
    ),
)

_MAP = click.option(
    "--map",
    multiple=True,
    metavar="FELD=SPALTE",
    help="Welche Spalte was bedeutet, etwa Titel=Bezeichnung; mehrfach möglich. Wird für die "
    "Quelle behalten. Eine leere Spalte (Feld=) lässt das Feld aus.",
)

for _name, _text in _FORMATS.items():
    _add_command(_name, _text)


@export_command.command("openvhs")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_openvhs(file: Path) -> None:
    """Open-vhs 1.2 für den vhs-Kursfinder: alle veröffentlichten Kurse, die nicht vorbei sind.

    Kurse ohne Beginn und abgesagte Kurse fehlen darin. Eine frühere Datei wird erst ersetzt, wenn
    die neue vollständig ist.
    """
    from kmz.catalog.feeds.openvhs_export import current_state, openvhs_file
    from kmz.db import db

    unfinished = file.with_name(f".{file.name}.unfertig")
    try:
        with unfinished.open("wb") as stream:
            stream.writelines(openvhs_file(db.engine, current_state()))
        unfinished.replace(file)
    except OSError as error:
        raise click.ClickException(f"{file} lässt sich nicht schreiben: {error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    click.echo(f"{file}: {file.stat().st_size} Bytes")
