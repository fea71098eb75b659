"""Pure rules of the demo's timetable: from "Mo+Mi 18:00-19:30 x10" to real days."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

_WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
_PATTERN = re.compile(
    r"(?P<days>[A-Za-z+-]+) (?P<starts>\d\d:\d\d)-(?P<ends>\d\d:\d\d) x(?P<count>\d+)"
)
_WINTER_BREAK_BEGINS, _WINTER_BREAK_ENDS = (12, 24), (1, 6)
_FIXED_HOLIDAYS = {(5, 1), (10, 3)}
# Days after Easter Sunday: Good Friday, Easter, Easter Monday, Ascension, Whit Sunday, Whit Monday.
_AFTER_EASTER = (-2, 0, 1, 39, 49, 50)


@dataclass(frozen=True, slots=True)
class Pattern:
    """When a course meets: weekdays (0 is Monday), wall-clock times, number of meetings."""

    weekdays: frozenset[int]
    starts: time
    ends: time
    count: int

    @property
    def minutes(self) -> int:
        """Length of one meeting."""
        return (self.ends.hour - self.starts.hour) * 60 + self.ends.minute - self.starts.minute


def read_pattern(text: str) -> Pattern:
    """Read "Mo 18:00-19:30 x10", "Mo+Mi …", "Mo-Fr …"; ValueError for anything else."""
    match = _PATTERN.fullmatch(text)
    if match is None:
        raise ValueError(text)
    return Pattern(
        frozenset(_weekdays(match["days"])),
        time.fromisoformat(match["starts"]),
        time.fromisoformat(match["ends"]),
        int(match["count"]),
    )


def _weekdays(text: str) -> Iterator[int]:
    for part in text.split("+"):
        first, _, last = part.partition("-")
        yield from range(_WEEKDAYS.index(first), _WEEKDAYS.index(last or first) + 1)


def days_of(pattern: Pattern, *, today: date, week: int) -> list[date]:
    """The days of all meetings, beginning in the `week`-th week from today's (0: this one).

    Nobody teaches between Christmas and Epiphany or on a public holiday; the course ends later.
    """
    day = today - timedelta(days=today.weekday()) + timedelta(weeks=week)
    days: list[date] = []
    while len(days) < pattern.count:
        if day.weekday() in pattern.weekdays and not is_free(day):
            days.append(day)
        day += timedelta(days=1)
    return days


def is_free(day: date) -> bool:
    """Whether the house is closed: winter break and the holidays of all Länder."""
    month_day = (day.month, day.day)
    if month_day >= _WINTER_BREAK_BEGINS or month_day <= _WINTER_BREAK_ENDS:
        return True
    return month_day in _FIXED_HOLIDAYS or (day - _easter(day.year)).days in _AFTER_EASTER


def _easter(year: int) -> date:
    """Easter Sunday by Gauss's rule as Lichtenberg amended it; in this form for 1900 to 2099."""
    moon = (19 * (year % 19) + 24) % 30
    moon -= moon == 29 or (moon == 28 and year % 19 > 10)
    sunday = (2 * (year % 4) + 4 * (year % 7) + 6 * moon + 5) % 7
    return date(year, 3, 22) + timedelta(days=moon + sunday)
