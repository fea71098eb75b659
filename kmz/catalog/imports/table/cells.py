"""From the bytes of a CSV or XLSX file to rows of text, within limits (ASVS 5.2.1 to 5.2.3)."""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kmz.catalog.imports.imported import UnreadableFileError
from kmz.catalog.imports.table.workbook import is_workbook, workbook_rows

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 20_000
MAX_COLUMNS = 100
_MAX_CELL = 20_000
_DELIMITERS = ";,\t"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Table:
    """The header row, each name once, and the rows below with the lines where they stand."""

    headers: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(data: bytes) -> Table:
    """Read either kind, told by its first bytes; UnreadableFileError says in German what is
    wrong.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableFileError("Die Datei ist größer als 2 MiB.")
    if not data.strip():
        raise UnreadableFileError("Die Datei ist leer.")
    rows = workbook_rows(data, MAX_ROWS, MAX_COLUMNS) if is_workbook(data) else _csv_rows(data)
    filled = ((line, row) for line, row in enumerate(rows, start=1) if any(row))
    header = next(filled, None)
    if header is None:
        raise UnreadableFileError("Die Datei enthält keine Zeile mit Text.")
    headers = _named(header[1])
    return Table(headers, list(_bounded(filled, len(headers))))


def _bounded(rows: Iterable[tuple[int, list[str]]], width: int) -> Iterator[tuple[int, list[str]]]:
    for count, (line, row) in enumerate(rows, start=1):
        if count > MAX_ROWS:
            raise UnreadableFileError("Die Datei hat mehr als 20.000 Zeilen.")
        yield line, [*row[:width], *[""] * (width - len(row))]


def _named(cells: list[str]) -> list[str]:
    """Names of columns: a repeated one gets its number, an empty one its place."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    if len(cells) > MAX_COLUMNS:
        raise UnreadableFileError("Die Datei hat mehr als 100 Spalten.")
    seen: Counter[str] = Counter()
    names = []
    for place, cell in enumerate(cells, start=1):
        name = cell[:80] or f"Spalte {place}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def _csv_rows(data: bytes) -> Iterator[list[str]]:
    text = _decoded(data)
    if "\x00" in text:
        raise UnreadableFileError("Die Datei ist keine Tabelle im Format CSV oder XLSX.")
    delimiter, text = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield [cell.strip()[:_MAX_CELL] for cell in row]
    except csv.Error as error:
        raise UnreadableFileError(
            f"Die Datei ist keine lesbare CSV-Datei (Zeile {reader.line_num})."
        ) from error


def _decoded(data: bytes) -> str:
    """UTF-8 with or without its mark, what Excel calls "Unicode-Text", or Windows-1252."""
    is_utf16 = data.startswith(_UTF16)
    encodings = ["utf-16"] if is_utf16 else ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFileError("Die Datei ist weder in UTF-8 noch in Windows-1252 geschrieben.")


def _delimiter(text: str) -> tuple[str, str]:
    """What parts the cells of the first line with text; Excel may say so in a line of its own."""
    first, _, rest = text.lstrip("\r\n").partition("\n")
    if first.lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        return first[4], rest
    counts = {sign: len(next(csv.reader([first], delimiter=sign), [])) for sign in _DELIMITERS}
    return max(counts, key=lambda sign: counts[sign]), text
