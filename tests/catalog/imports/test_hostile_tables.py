"""Files that want to break the reader: each is refused in German (INJ-11, ASVS 5.2)."""

import io
import struct
import zipfile

import pytest

from kmz.catalog.imports.imported import UnreadableFileError
from kmz.catalog.imports.table import cells, workbook
from kmz.catalog.imports.table.cells import read_table
from tests.catalog.imports.tables import ROW, csv_file, packed, with_sheet, xlsx_file

_SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def bomb() -> bytes:
    """60 MB of blanks in some 60 kB."""
    return with_sheet(_SHEET + b" " * 60_000_000)


def lying_bomb() -> bytes:
    """The same, and the directory says that it is small."""
    data = bytearray(bomb())
    with zipfile.ZipFile(io.BytesIO(bytes(data))) as archive:
        real = max(member.file_size for member in archive.infolist())
    size, small = struct.pack("<I", real), struct.pack("<I", 100)
    return bytes(data.replace(size, small))


def entity_bomb() -> bytes:
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
    head = f'<!DOCTYPE x [<!ENTITY a0 "lol">{entities}]>'.encode()
    return with_sheet(head + _SHEET + b'<row><c t="inlineStr"><is><t>&a8;</t></is></c></row>')


def encrypted() -> bytes:
    data = bytearray(xlsx_file(ROW))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(mark)
        data[place + at] |= 1
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "leer"),
        (b" \r\n ", "leer"),
        (b";;;\r\n;;\r\n", "keine Zeile mit Text"),
        (bytes(range(256)) * 4, "weder in UTF-8|keine Tabelle"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "weder in UTF-8|keine Tabelle"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "altes?n? Format"),
        (b"PK\x03\x04" + b"\x00" * 100, "keine lesbare XLSX-Datei"),
        (packed(word_document_xml=b"<w/>"), "keine lesbare XLSX-Datei"),
        (packed(______etc__passwd=b"x"), "keine lesbare XLSX-Datei"),
        (xlsx_file(ROW)[:-40], "keine lesbare XLSX-Datei"),
        (with_sheet(b"<kaputt"), "keine lesbare XLSX-Datei"),
        (b"x" * (2 * 1024 * 1024 + 1), "größer als 2 MiB"),
        (b'Kursnummer;Titel\r\n1;"' + b"x" * 200_000, "keine lesbare CSV-Datei"),
        (csv_file(*[ROW] * 20_001), "mehr als 20.000 Zeilen"),
        (csv_file(header=[f"Spalte {n}" for n in range(101)]), "mehr als 100 Spalten"),
    ],
)
def test_junk_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason):
        read_table(data)


@pytest.mark.parametrize("make", [bomb, lying_bomb, entity_bomb, encrypted])
def test_bombs_are_refused(make: object) -> None:
    data = make()  # type: ignore[operator]
    assert len(data) < 200_000
    with pytest.raises(UnreadableFileError, match="XLSX-Datei"):
        read_table(data)


def test_a_bomb_never_reaches_the_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(workbook, "load_workbook")
    for make in (bomb, lying_bomb):
        with pytest.raises(UnreadableFileError):
            read_table(make())


def test_millions_of_cells_are_refused() -> None:
    data = with_sheet(_SHEET + b"<row>" + b"<c/>" * 1_100_000 + b"</row></sheetData></worksheet>")
    with pytest.raises(UnreadableFileError, match="entpackt"):
        read_table(data)


def test_rows_far_away_and_wide_rows_cost_nothing() -> None:
    far = b'<row r="1048576"><c r="XFD1048576" t="str"><v>x</v></c></row></sheetData></worksheet>'
    with pytest.raises(UnreadableFileError):
        read_table(with_sheet(_SHEET + far))


def test_too_many_rows_of_a_workbook_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MAX_ROWS", 3)
    assert len(read_table(xlsx_file(ROW, ROW, ROW)).rows) == 3
    with pytest.raises(UnreadableFileError, match="Zeilen"):
        read_table(xlsx_file(ROW, ROW, ROW, ROW))
