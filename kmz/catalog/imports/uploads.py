"""A file as staff hand it in: its name, its size, and whether its bytes are what it says."""

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from kmz.catalog.imports.formats import FORMATS, format_of
from kmz.catalog.imports.imported import UnreadableFileError
from kmz.catalog.imports.table import cells

MIB = 1024 * 1024
MAX_FEED = 64 * MIB
_MAX_NAME = 200
# Up to this size a file is read to its end at once; of larger ones the beginning, the rest is read
# by the worker.
_AT_ONCE = 4 * MIB
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_FIRST_BYTES = {
    ".json": (b"{", b"["),
    ".xml": (b"<", b"\xff\xfe<", b"\xfe\xff\x00<"),
    ".xlsx": (b"PK\x03\x04",),
}
_KUFER_ROOT = re.compile(rb"<\s*(?:\w+:)?kurse\b", re.IGNORECASE)


class TooLargeFileError(Exception):
    """The file is larger than its format allows; the text is German."""


def harmless_name(name: str) -> str:
    """What a browser calls the file, for showing only: no path, no signs that hide something."""
    last = PurePosixPath(_CONTROL.sub("", name).replace("\\", "/")).name.strip()
    return last[-_MAX_NAME:] or "ohne Namen"


def limit_of(format_name: str) -> int:
    return cells.MAX_BYTES if format_name == "csv" else MAX_FEED


def format_by_content(name: str, data: bytes) -> str:
    """The format that name and content tell; UnreadableFileError where they do not fit."""
    extension = PurePosixPath(harmless_name(name).lower()).suffix
    known = sorted({one for file_format in FORMATS.values() for one in file_format.extensions})
    if extension not in known:
        raise UnreadableFileError(f"Die Endung der Datei muss {', '.join(known)} sein.")
    if not data.strip():
        raise UnreadableFileError("Die Datei ist leer.")
    begin = data.lstrip(b"\xef\xbb\xbf \t\r\n")[:16]
    fitting = _FIRST_BYTES.get(extension)
    if (fitting and not begin.startswith(fitting)) or (not fitting and begin.startswith(b"PK")):
        raise UnreadableFileError(
            f"Der Inhalt der Datei passt nicht zu ihrer Endung „{extension}“."
        )
    if extension == ".xml":
        return "kufer" if _KUFER_ROOT.search(data[:4096].replace(b"\x00", b"")) else "openvhs"
    return "berlin" if extension == ".json" else "csv"


def check_readable(format_name: str, columns: Mapping[str, str], data: bytes) -> None:
    """Look into the file as far as a request may take; UnreadableFileError says what is wrong.

    Tables are read whole when their columns are told, so only feeds are looked at here.
    """
    if format_name == "csv":
        return
    records = iter(format_of(format_name, columns).read(data))
    if next(records, None) is None:
        raise UnreadableFileError("Die Datei enthält keinen Kurs.")
    if len(data) <= _AT_ONCE:
        for _ in records:
            pass
