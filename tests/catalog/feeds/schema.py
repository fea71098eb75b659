"""Comparing values with schemas of an OpenAPI 3.1 document; unknown words are refused."""

import re
from datetime import date, datetime
from typing import Any

_KNOWN = {
    *("type", "properties", "required", "additionalProperties", "items", "enum", "format"),
    *("oneOf", "$ref", "description", "minimum", "maximum", "default"),
}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def faults(value: Any, schema: dict[str, Any], document: dict[str, Any], where: str) -> list[str]:
    """What is wrong with a value, as "where: what"."""
    assert set(schema) <= _KNOWN, (where, set(schema) - _KNOWN)
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/components/schemas/")
        return faults(value, document["components"]["schemas"][name], document, where)
    if "oneOf" in schema:
        fitting = [one for one in schema["oneOf"] if not faults(value, one, document, where)]
        return [] if len(fitting) == 1 else [f"{where}: fits {len(fitting)} of several"]
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(_is(value, kind) for kind in kinds):
        return [f"{where}: {value!r} is no {kinds}"]
    if value is None:
        return []
    found = _inside(value, schema, document, where)
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{where}: {value!r} is not listed")
    if "format" in schema and not _has_format(value, schema["format"]):
        found.append(f"{where}: {value!r} is no {schema['format']}")
    return found


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _TYPES[kind])


def _inside(value: Any, schema: dict[str, Any], document: dict[str, Any], where: str) -> list[str]:
    found: list[str] = []
    if isinstance(value, list):
        for number, item in enumerate(value):
            found += faults(item, schema["items"], document, f"{where}[{number}]")
    if isinstance(value, dict):
        known = schema["properties"]
        assert schema["additionalProperties"] is False, where
        found += [f"{where}: {name} is missing" for name in set(schema["required"]) - set(value)]
        found += [f"{where}: {name} is not described" for name in set(value) - set(known)]
        for name in set(value) & set(known):
            found += faults(value[name], known[name], document, f"{where}.{name}")
    return found


def _has_format(value: str, name: str) -> bool:
    if name == "uri":
        return bool(re.fullmatch(r"https?://\S+", value))
    try:
        if name == "date":
            return date.fromisoformat(value).isoformat() == value
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
