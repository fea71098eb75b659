"""From the bytes of a Berlin file to its records, and what of a record may be kept."""

import codecs
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from kmz.catalog.imports.imported import UnreadableFileError
from kmz.catalog.imports.scalars import many

# NUL and lone halves of surrogate pairs: no database takes them, no reader misses them.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_SUSPICIOUS = re.compile(r"\\u0000|\\ud[89a-f]|NaN|Infinity")
# The usual file begins with its one list and ends with it.
_HEAD = re.compile(
    rb'(?:\xef\xbb\xbf)?\s*\{\s*"veranstaltungen"\s*:\s*\{\s*"veranstaltung"\s*:\s*\['
)
_TAIL = re.compile(r"[ \t\r\n]*\}[ \t\r\n]*\}[ \t\r\n]*")
_SIGN = re.compile(r"[^ \t\r\n]")
_PIECE = 1 << 20
_INSTRUCTOR_FIELDS = ("anrede", "titel", "name", "vorname")
_CONTACT = "ansprechperson"


def read_records(data: bytes) -> Iterable[Any]:
    """The entries of veranstaltungen.veranstaltung, one after the other.

    UnreadableFileError names the place that is wrong; it may come in the middle. A file in the
    usual shape is read in pieces, since as one text it needs several times its size.
    """
    if usual := _HEAD.match(data):
        return _streamed(data, usual.end())
    return _courses(_parsed(data))


def _streamed(data: bytes, start: int) -> Iterator[Any]:
    count = 0
    try:
        for record in _Pieces(data, start):
            yield record
            count += 1
    except (ValueError, RecursionError) as error:
        # Not the usual shape after all, or broken: reading it as a whole tells which.
        whole = _courses(_parsed(data))
        if len(whole) < count:
            raise UnreadableFileError("Die Datei ist kein JSON, das sich lesen lässt.") from error
        yield from whole[count:]


class _Pieces:
    """The entries of an array within a JSON file, decoded piece by piece."""

    def __init__(self, data: bytes, start: int) -> None:
        self._data, self._next = data, start
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._text, self._at = "", 0

    def __iter__(self) -> Iterator[Any]:
        """ValueError where the rest is not as usual."""
        scan = json.JSONDecoder().raw_decode
        following = self._sign()
        while following != "]":
            yield self._record(scan)
            following = self._sign()
            if following == ",":
                self._at += 1
                self._sign()
            elif following != "]":
                raise ValueError(following)
        self._at += 1
        while self._more():
            pass
        if not _TAIL.fullmatch(self._text, self._at):
            raise ValueError(following)

    def _record(self, scan: Callable[[str, int], tuple[Any, int]]) -> Any:
        while True:
            try:
                record, end = scan(self._text, self._at)
            except ValueError:
                if not self._more():
                    raise
                continue
            # What ends with the piece may go on in the next one (a number).
            if end < len(self._text) or not self._more():
                self._at = end
                return record

    def _sign(self) -> str:
        """The next character that is no white space; "" at the end."""
        while True:
            if found := _SIGN.search(self._text, self._at):
                self._at = found.start()
                return found[0]
            if not self._more():
                raise ValueError(self._at)

    def _more(self) -> bool:
        """Decode the next piece; False, and nothing changed, where there is none."""
        piece = self._data[self._next : self._next + _PIECE]
        if not piece:
            self._decoder.decode(b"", final=True)
            return False
        self._next += _PIECE
        self._text = self._text[self._at :] + self._decoder.decode(piece)
        self._at = 0
        return True


def _parsed(data: bytes) -> Any:
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(
            f"Die Datei ist nicht in UTF-8 geschrieben (Zeile {line}, Byte {error.start + 1})."
        ) from error
    except json.JSONDecodeError as error:
        raise UnreadableFileError(
            f"Die Datei ist kein vollständiges JSON (Zeile {error.lineno}, Spalte {error.colno})."
        ) from error
    except (RecursionError, ValueError) as error:  # nested too deeply, or a number without end
        raise UnreadableFileError("Die Datei ist kein JSON, das sich lesen lässt.") from error


def _courses(root: Any) -> list[Any]:
    outer = root.get("veranstaltungen") if isinstance(root, dict) else None
    if not isinstance(outer, dict) or "veranstaltung" not in outer:
        raise UnreadableFileError(
            "Die Datei ist keine Berliner Kursdatei: „veranstaltungen“ mit „veranstaltung“ fehlt."
        )
    return many(outer["veranstaltung"])


def storable(value: Any) -> Any:
    """The value without the characters that no database stores."""
    # One look at everything at once, since hardly any record needs more.
    return _storable(value) if _SUSPICIOUS.search(json.dumps(value)) else value


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value) if _UNSTORABLE.search(value) else value
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    if isinstance(value, float) and (value != value or abs(value) == float("inf")):
        return None
    return value


def kept(record: dict[str, Any]) -> dict[str, Any]:
    """The record without private data: no contact person, of instructors only the name.

    Keys that we do not know yet are kept.
    """
    rest = {key: value for key, value in record.items() if not key.startswith(_CONTACT)}
    if "dozent" in rest:
        rest["dozent"] = [
            {field: person.get(field) for field in _INSTRUCTOR_FIELDS}
            for person in many(rest["dozent"])
            if isinstance(person, dict)
        ]
    return rest


def digest_of(record: dict[str, Any], reading: int) -> str:
    """A fingerprint of what is kept of a record and of the format's `reading`: equal records need
    no second reading.
    """
    canonical = json.dumps([reading, record], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()
