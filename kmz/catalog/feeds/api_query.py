"""What a program asks for: the arguments of `/api/v1/kurse`, read strictly."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from kmz.catalog.rules import number_key
from kmz.errors import Problem, RefusedError

DEFAULT_SIZE, MAX_SIZE = 100, 200
NAMES = ("bereich", "nummer", "geaendert_seit", "beendet", "nach", "anzahl")
_SLUG = re.compile(r"[a-z0-9.-]{1,60}")
_MAX_NUMBER, _MAX_DIGITS = 40, 9


@dataclass(frozen=True, slots=True)
class ApiQuery:
    """Filters, and the page: at most `size` courses whose ids are greater than `after`."""

    area: str = ""
    number: str = ""
    changed_since: datetime | None = None
    with_finished: bool = False
    after: int = 0
    size: int = DEFAULT_SIZE


def read_query(arguments: MultiDict[str, str]) -> ApiQuery:
    """RefusedError names what is wrong: programs should not guess why a filter does nothing."""
    unknown = sorted(set(arguments) - set(NAMES))
    if unknown:
        raise _refusal(unknown[0], f"Unbekannt; erlaubt sind: {', '.join(NAMES)}.")
    area, number = arguments.get("bereich", ""), arguments.get("nummer", "")
    if area and not _SLUG.fullmatch(area):
        raise _refusal("bereich", "Die Adresse eines Programmbereichs, etwa „sprachen“.")
    if number and not (0 < len(number_key(number)) <= _MAX_NUMBER and "\x00" not in number):
        raise _refusal("nummer", "Eine Kursnummer mit höchstens 40 Zeichen.")
    return ApiQuery(
        area=area,
        number=number,
        changed_since=_moment(arguments.get("geaendert_seit", "")),
        with_finished=_whole(arguments, "beendet", 0, 1, default=0) == 1,
        after=_whole(arguments, "nach", 0, 10**_MAX_DIGITS - 1, default=0),
        size=_whole(arguments, "anzahl", 1, MAX_SIZE, default=DEFAULT_SIZE),
    )


def _whole(
    arguments: MultiDict[str, str], name: str, least: int, most: int, *, default: int
) -> int:
    text = arguments.get(name, "")
    if not text:
        return default
    usable = text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS
    if not usable or not least <= int(text) <= most:
        raise _refusal(name, f"Eine ganze Zahl von {least} bis {most}.")
    return int(text)


def _moment(text: str) -> datetime | None:
    """A day or a moment of ISO 8601; without an offset it is meant in UTC."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _refusal("geaendert_seit", "Ein Zeitpunkt nach ISO 8601.") from error


def _refusal(name: str, message: str) -> RefusedError:
    return RefusedError(Problem(f"api.{name}", message, field=name))


def next_address(path: str, query: ApiQuery, last_id: int) -> str:
    """The address of the following page, with the same filters."""
    changed = query.changed_since
    pairs = {
        "bereich": query.area,
        "nummer": query.number,
        "geaendert_seit": changed.isoformat() if changed else "",
        "beendet": "1" if query.with_finished else "",
        "anzahl": str(query.size) if query.size != DEFAULT_SIZE else "",
        "nach": str(last_id),
    }
    return f"{path}?{urlencode({name: value for name, value in pairs.items() if value})}"
