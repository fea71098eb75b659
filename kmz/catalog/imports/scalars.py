"""Scalars of a feed made from XML: everything is a string, and one may stand for many."""

import re
from typing import Any

from sqlalchemy import String

from kmz.catalog.models import Course, Instructor, Room, Venue

MAX_COUNT = 100_000
_LENGTHS = {
    f"{table.name}.{column.name}": column.type.length
    for table in (
        model.metadata.tables[model.__tablename__] for model in (Course, Venue, Room, Instructor)
    )
    for column in table.columns
    if isinstance(column.type, String) and column.type.length
}
_YES = {"true", "ja", "1", "wahr", "w", "j", "yes", "y"}
_NO = {"false", "fasle", "flase", "nein", "0", "falsch", "f", "n", "no"}


def text_of(value: object) -> str:
    """A scalar as one line, white space collapsed and trimmed; "" for null and other values."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return ""


def many(value: object) -> list[Any]:
    """What XML-to-JSON made of a repeated element: a list, a single one, or nothing."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def mapping(value: object) -> dict[str, Any]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def fitted(column: str, text: str, notes: list[str]) -> str:
    """The text cut to the length of its column ("course.title"); a cut is noted."""
    limit = _LENGTHS[column]
    if len(text) <= limit:
        return text
    notes.append(f"Angabe für {column} ist länger als {limit} Zeichen und wurde gekürzt")
    return text[: limit - 1].rstrip() + "…"


def count_of(value: object, what: str, notes: list[str]) -> int | None:
    """A number of people or units; None where missing, negative ("-1": unknown) or no number."""
    text = text_of(value)
    if not text:
        return None
    match = re.fullmatch(r"(-?\d{1,9})(?:[.,]0+)?", text)
    number = int(match[1]) if match else None
    if number is None or number > MAX_COUNT:
        notes.append(f"{what} ist keine brauchbare Zahl")
        return None
    return number if number >= 0 else None


def truth_of(value: object) -> bool | None:
    """true/false in the spellings that feeds use; None for anything else."""
    if isinstance(value, bool):
        return value
    word = text_of(value).casefold()
    if word in _YES:
        return True
    return False if word in _NO else None
