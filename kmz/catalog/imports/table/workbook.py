"""XLSX files, looked at before they are opened: a small file may unpack to gigabytes."""

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook

from kmz.catalog.imports.imported import UnreadableFileError

_MAX_UNPACKED = 20 * 1024 * 1024
_MAX_MEMBERS = 1000
# One element may be four bytes long and costs a hundred times that in memory.
_MAX_CELLS = 1_000_000
_PIECE = 64 * 1024
_MAX_CELL = 20_000
_ENCRYPTED = 0x1
_OLE = b"\xd0\xcf\x11\xe0"
_NO_WORKBOOK = "Die Datei ist keine lesbare XLSX-Datei."
_TOO_BIG = "Die XLSX-Datei ist entpackt größer als 20 MiB."


def is_workbook(data: bytes) -> bool:
    """Whether the bytes begin like a ZIP file, which XLSX is; the old Excel format is refused."""
    if data.startswith(_OLE):
        raise UnreadableFileError(
            "Die Datei ist im alten Format .xls oder mit einem Passwort geschützt. "
            "Bitte speichern Sie sie ohne Passwort als .xlsx oder .csv."
        )
    return data.startswith(b"PK")


def workbook_rows(data: bytes, max_rows: int, max_columns: int) -> Iterator[list[str]]:
    """The rows of the first sheet as text; formulas are text too, nothing is computed."""
    _check_archive(data)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        sheet = book.worksheets[0]
        # Two more than allowed: the header, and one that shows that there are too many.
        rows = sheet.iter_rows(max_row=max_rows + 2, max_col=max_columns + 1, values_only=True)
        for row in rows:
            yield [_text(cell)[:_MAX_CELL] for cell in row]
    except UnreadableFileError:
        raise
    except Exception as error:
        # A broken file breaks the reader in many ways: KeyError, ParseError, ValueError, zlib, …
        raise UnreadableFileError(_NO_WORKBOOK) from error


def _check_archive(data: bytes) -> None:
    """Refuse what unpacks to too much: by the directory first, then by what really comes out."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_directory(archive.infolist())
            _unpack_on_trial(archive)
    except UnreadableFileError:
        raise
    except Exception as error:  # BadZipFile, zlib.error, NotImplementedError, EOFError, …
        raise UnreadableFileError(_NO_WORKBOOK) from error


def _check_directory(members: list[zipfile.ZipInfo]) -> None:
    if len(members) > _MAX_MEMBERS or sum(member.file_size for member in members) > _MAX_UNPACKED:
        raise UnreadableFileError(_TOO_BIG)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise UnreadableFileError("Die XLSX-Datei ist mit einem Passwort geschützt.")


def _unpack_on_trial(archive: zipfile.ZipFile) -> None:
    unpacked = cells = 0
    for member in archive.infolist():
        with archive.open(member) as stream:
            while piece := stream.read(_PIECE):
                unpacked += len(piece)
                cells += piece.count(b"<c")
                if unpacked > _MAX_UNPACKED or cells > _MAX_CELLS:
                    raise UnreadableFileError(_TOO_BIG)


def _text(value: Any) -> str:
    """A cell as people read it: 12 for 12.0, a day without its midnight, ja for TRUE."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ja" if value else "nein"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    # A formula over several cells is an object that holds its text.
    return str(getattr(value, "text", value) or "").strip()


def _moment(value: datetime) -> str:
    return f"{value:%Y-%m-%d}" if value.time() == time() else f"{value:%Y-%m-%d %H:%M}"
