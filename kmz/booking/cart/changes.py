"""What changed about a course since it was put into the Warenkorb, in words."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Protocol

from kmz.dates import format_day
from kmz.money import format_cents


class Shown(Protocol):
    """What a cart shows of a course; a whole course or a light row."""

    @property
    def fee_cents(self) -> int | None: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def session_count(self) -> int: ...
    @property
    def version(self) -> int: ...


def seen_now(course: Shown) -> dict[str, Any]:
    """The course as it is, to be kept with the cart; JSON."""
    return {
        "fee_cents": course.fee_cents,
        "starts_on": course.starts_on.isoformat() if course.starts_on else None,
        "session_count": course.session_count,
        "version": course.version,
    }


def changes_since(seen: Mapping[str, Any], course: Shown) -> list[str]:
    """Sentences about what differs; none where nothing was kept."""
    now = seen_now(course)
    if not seen or seen["version"] == now["version"]:
        return []
    return list(_changes(seen, now)) or [
        "Der Kurs wurde seitdem bearbeitet. Bitte sehen Sie ihn sich noch einmal an."
    ]


def _changes(seen: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    if seen["fee_cents"] != now["fee_cents"]:
        yield f"Das Entgelt ist jetzt {_fee(now)} (vorher {_fee(seen)})."
    if seen["starts_on"] != now["starts_on"]:
        yield f"Der Kurs beginnt jetzt {_day(now)} (vorher {_day(seen)})."
    if seen["session_count"] != now["session_count"]:
        yield f"Es sind jetzt {now['session_count']} Termine (vorher {seen['session_count']})."


def _fee(course: Mapping[str, Any]) -> str:
    return format_cents(course["fee_cents"]) if course["fee_cents"] else "kostenfrei"


def _day(course: Mapping[str, Any]) -> str:
    start = course["starts_on"]
    return (
        f"am {format_day(date.fromisoformat(start))}" if start else "an einem Tag, der noch fehlt"
    )
