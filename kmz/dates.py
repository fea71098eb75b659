"""Days and times in German: reading what people type, writing what they read."""

import re
from datetime import date, datetime, time

from kmz import clock

WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
SHORT_WEEKDAYS = ("Mo", "Di", "Mi", "Do", "Fr", "Sa", "So")
MONTHS = (
    "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober",
    "November", "Dezember",
)  # fmt: skip
SHORT_MONTHS = (
    "Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez",
)  # fmt: skip

_GERMAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_TIME = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.](\d{2}))?(?:\s*Uhr)?")


def parse_day(text: str) -> date:
    """The day behind "1.2.27", "01.02.2027" or "2027-02-01"; ValueError for anything else.

    Years of two digits belong to this century. The first and the last day that Python knows are
    refused: their midnight in Berlin is no moment in UTC, or they have no next day.
    """
    stripped = text.strip()
    german, iso = _GERMAN.fullmatch(stripped), _ISO.fullmatch(stripped)
    if german:
        number, month, year = (int(part) for part in german.groups())
        day = date(year + 2000 if len(german[3]) == 2 else year, month, number)
    elif iso:
        day = date(*(int(part) for part in iso.groups()))
    else:
        raise ValueError(text)
    if day in (date.min, date.max):
        raise ValueError(text)
    return day


def parse_time(text: str) -> time:
    """The time behind "18:30", "18.30", "8:00:30", "18 Uhr"; ValueError for anything else."""
    match = _TIME.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    hour, minute, second = (int(part or 0) for part in match.groups())
    return time(hour, minute, second)


def format_day(day: date) -> str:
    """25.06.2019"""
    return f"{day:%d.%m.%Y}"


def format_clock(moment: datetime) -> str:
    """08:00 on the Berlin clock, or 08:00:30 where seconds count."""
    local = clock.in_berlin(moment)
    return f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"


def format_exact(moment: datetime) -> str:
    """01.02.2027, 08:00 Uhr, in Berlin; with seconds where they count."""
    return f"{format_day(clock.in_berlin(moment).date())}, {format_clock(moment)} Uhr"


def format_long_day(day: date) -> str:
    """Di., 25.06.2019"""
    return f"{SHORT_WEEKDAYS[day.weekday()]}., {day:%d.%m.%Y}"


def format_month(day: date) -> str:
    """FEB 2027, as on the date block of a course."""
    return f"{SHORT_MONTHS[day.month - 1]} {day.year}".upper()


def format_times(start: datetime | None, end: datetime | None) -> str:
    """18:00–19:30 Uhr on the Berlin clock; empty where no time is known."""
    if start is None:
        return ""
    begin = f"{clock.in_berlin(start):%H:%M}"
    if end is None or end == start:
        return f"{begin} Uhr"
    return f"{begin}–{clock.in_berlin(end):%H:%M} Uhr"
