"""What people plan their days by: the Termine of a course with their places, and its Kursleitung.

As plain values, so that a booking can keep them; and what is other in them later, in words.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kmz.dates import format_day, format_long_day, format_times

# {"sessions": [[day as ISO, times, place], …], "instructors": [name, …]}
Facts = dict[str, Any]
_Session = tuple[str, str, str]
_ARROW = " → "


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A Termin as it is read; `place` are venue, room and address, in parts that may be empty."""

    day: date
    starts_at: datetime | None
    ends_at: datetime | None
    is_cancelled: bool
    place: Sequence[str | None]


def facts(
    sessions: Iterable[SessionRow], instructors: Iterable[str], *, first_day: date | None, way: str
) -> Facts:
    """The facts of a course. Termine that were called off are none; a course without any has its
    first day instead. `way` is its format: an online course happens online where no room is named.
    """
    at_home = "online" if way == "online" else ""
    rows = [
        [
            row.day.isoformat(),
            format_times(row.starts_at, row.ends_at),
            ", ".join(part for part in row.place if part) or at_home,
        ]
        for row in sessions
        if not row.is_cancelled
    ]
    if not rows and first_day is not None:
        rows = [[first_day.isoformat(), "", at_home]]
    return {"sessions": rows, "instructors": list(instructors)}


def changes(old: Facts, new: Facts, *, today: date) -> list[str]:
    """What is other now, alt → neu for each Termin, the same change of several in one line; nothing
    of what lies behind us.
    """
    before, after = _ahead(old, today), _ahead(new, today)
    gone = list((Counter(before) - Counter(after)).elements())
    come = list((Counter(after) - Counter(before)).elements())
    lines = _moves(_pairs(gone, come))
    lines += [f"entfällt: {_words(one)}" for one in gone]
    lines += [f"zusätzlich: {_words(one)}" for one in come]
    people = [", ".join(one["instructors"]) or "noch offen" for one in (old, new)]
    if people[0] != people[1]:
        lines.append(f"Kursleitung: {_ARROW.join(people)}")
    return lines


def _ahead(of: Facts, today: date) -> list[_Session]:
    """The Termine from today on; days in ISO form sort as they follow each other."""
    return [(day, times, place) for day, times, place in of["sessions"] if day >= today.isoformat()]


def _pairs(gone: list[_Session], come: list[_Session]) -> list[tuple[_Session, _Session]]:
    """Which Termin became which: that of the same day, else the next in order. Takes what it pairs
    out of both lists.
    """
    pairs = []
    for one in list(gone):
        same_day = next((other for other in come if other[0] == one[0]), None)
        if same_day is not None:
            pairs.append((one, same_day))
            gone.remove(one)
            come.remove(same_day)
    while gone and come:
        pairs.append((gone.pop(0), come.pop(0)))
    return sorted(pairs)


def _moves(pairs: Iterable[tuple[_Session, _Session]]) -> list[str]:
    """What moved to another day; then what is other on its day, after all days it is true for."""
    lines: list[str] = []
    days: dict[str, list[str]] = {}
    for old, new in pairs:
        if old[0] == new[0]:
            days.setdefault(_difference(old, new), []).append(old[0])
        else:
            shown = slice(2) if old[2] == new[2] else slice(3)
            lines.append(_ARROW.join(_words(one[shown]) for one in (old, new)))
    return lines + [f"{_days(written)}: {said}" for said, written in days.items()]


def _difference(old: _Session, new: _Session) -> str:
    """Time and place as far as they are other."""
    parts = [(one, other) for one, other in zip(old[1:], new[1:], strict=True) if one != other]
    return ", ".join(f"{one or 'offen'}{_ARROW}{other or 'offen'}" for one, other in parts)


def _words(session: Sequence[str]) -> str:
    return ", ".join(part for part in (_day(session[0]), *session[1:]) if part)


def _day(written: str) -> str:
    return format_long_day(date.fromisoformat(written))


def _days(written: Sequence[str]) -> str:
    """One day with its weekday, several without."""
    if len(written) == 1:
        return _day(written[0])
    return ", ".join(format_day(date.fromisoformat(day)) for day in written)
