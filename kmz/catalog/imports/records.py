"""From the bytes of a Berlin file to its records, and what of a record may be kept."""

import hashlib
import json
import re
from typing import Any

from kmz.catalog.imports.imported import UnreadableFileError
from kmz.catalog.imports.scalars import many

# NUL and lone halves of surrogate pairs: no database takes them, no reader misses them.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_INSTRUCTOR_FIELDS = ("anrede", "titel", "name", "vorname")
_CONTACT = "ansprechperson"


def read_records(data: bytes) -> list[Any]:
    """The entries of veranstaltungen.veranstaltung; UnreadableFileError names the place."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(
            f"Die Datei ist nicht in UTF-8 geschrieben (Zeile {line}, Byte {error.start + 1})."
        ) from error
    return _courses(_parsed(text))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
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
    if isinstance(value, str):
        return _UNSTORABLE.sub("", value)
    if isinstance(value, list):
        return [storable(item) for item in value]
    if isinstance(value, dict):
        return {_UNSTORABLE.sub("", key): storable(item) for key, item in value.items()}
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
