"""A table as a format of course files, and the template that houses may fill in."""

import csv
import io
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from kmz.catalog.imports.feed_format import FeedFormat
from kmz.catalog.imports.imported import UnreadableFileError
from kmz.catalog.imports.table.cells import read_table
from kmz.catalog.imports.table.columns import (
    FIELDS,
    NEEDED,
    written_columns,
)
from kmz.catalog.imports.table.course import parse_rows


def table_format(columns: Mapping[str, str]) -> FeedFormat:
    """The format of tables whose columns mean this: names of columns by our field.

    What no column tells, an import leaves as it is.
    """
    return FeedFormat(
        name="csv",
        label="Tabelle (CSV oder XLSX)",
        extensions=(".csv", ".xlsx", ".txt"),
        read=partial(_read, dict(columns)),
        parse=partial(parse_rows, frozenset(columns)),
        external_id_of=_number_of,
        place_of=_place_of,
        id_word="Kursnummer",
        columns=written_columns(columns),
    )


def template() -> bytes:
    """An empty table with one invented course, as Excel in German opens it."""
    fields = [field for field in FIELDS.values() if field.sample]
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow([field.label for field in fields])
    writer.writerow([field.sample for field in fields])
    return text.getvalue().encode("utf-8-sig")


def _read(columns: Mapping[str, str], data: bytes) -> Iterator[dict[str, Any]]:
    """One record per number, from the first of its rows on; rows without one stand alone."""
    table = read_table(data)
    for field in NEEDED:
        if columns.get(field) not in table.headers:
            raise UnreadableFileError(f"Keine Spalte ist als „{FIELDS[field].label}“ zugeordnet.")
    places = {
        field: table.headers.index(name) for field, name in columns.items() if name in table.headers
    }
    records: dict[str, dict[str, Any]] = {}
    for line, row in table.rows:
        cells = {field: row[place] for field, place in places.items() if row[place]}
        number = " ".join(cells.get("nummer", "").split())
        key = number or f"\n{line}"
        record = records.setdefault(key, {"zeile": line, "nummer": number, "zeilen": []})
        record["zeilen"].append(cells)
    return iter(records.values())


def _number_of(record: Any) -> str:
    return str(record.get("nummer") or "") if isinstance(record, dict) else ""


def _place_of(_index: int, record: Any) -> str:
    return f"Zeile {record['zeile']}"


# For lists of formats; a file is read by `table_format` with the columns it has.
TABLE = table_format({})
