"""Small tables as files, of every kind."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook

HEADER = ["Kursnummer", "Titel", "Datum", "von", "bis", "Ort", "Dozent", "Gebühr", "max. TN"]
ROW = [
    "271-1", "Korbflechten", "01.03.2027", "18:00", "19:30", "VHS am Markt", "Mia Muster",
    "84,70", "12",
]  # fmt: skip


def csv_file(
    *rows: Sequence[str], header: Sequence[str] = HEADER, sign: str = ";", encoding: str = "utf-8"
) -> bytes:
    lines = [sign.join(row) for row in (header, *rows)]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def xlsx_file(*rows: Sequence[Any], header: Sequence[str] = HEADER) -> bytes:
    book = Workbook()
    for row in (header, *rows):
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def packed(**members: bytes) -> bytes:
    """A ZIP file with these members; `__` in a name stands for a slash, `_` for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), data)
    return out.getvalue()


def with_sheet(sheet: bytes, **more: bytes) -> bytes:
    """A real workbook whose first sheet is these bytes."""
    out = io.BytesIO()
    members = {"xl/worksheets/sheet1.xml": sheet, **more}
    with (
        zipfile.ZipFile(io.BytesIO(xlsx_file())) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for member in source.infolist():
            target.writestr(member.filename, members.get(member.filename, source.read(member)))
    return out.getvalue()
