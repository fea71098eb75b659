"""Days and times of a feed: the Berlin wall clock in many spellings, and prose that calls off."""

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta

from kmz import clock

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T[\d:.+Z-]*)?")
_GERMAN = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
# "18:00", "18.00", "18:00:00", "9:30", "18 Uhr"; some add an offset to what is local time anyway
_CLOCK = re.compile(
    r"(\d{1,2})(?:[:.](\d{2}))?(?:[:.]\d{2})?(?:[+-]\d{2}:?\d{2}|Z)?(?: ?Uhr)?", re.IGNORECASE
)
_HOURS, _MINUTES = 24, 60

_DAY = r"\d{1,2}\.\s?\d{1,2}(?:\.(?:\s?\d{4}|\d{2})?)?(?!\d)"
_DAYS = rf"({_DAY}(?:\s*(?:,|/|&|\+|und|sowie|u\.)\s*(?:am\s+)?{_DAY})*)"
_SESSION = r"(?:Unterricht|Kurstermin|Kurstag|Kurs|Termin)e?"
_WEEKDAY = r"(?:\w{2,10},?\s+(?:(?:den|dem)\s+)?)?"
_CALLED_OFF = (
    re.compile(rf"\bkeine?\s+{_SESSION}\s+(?:am|vom)\s+{_WEEKDAY}{_DAYS}", re.IGNORECASE),
    re.compile(
        rf"\b{_SESSION}\s+(?:am|vom)\s+{_WEEKDAY}{_DAYS}\s+"
        r"(?:entf(?:ä|ae|a)ll(?:t|en)|f(?:ä|ae|a)ll(?:t|en)\s+(?:leider\s+)?aus)",
        re.IGNORECASE,
    ),
)
_PARTS = re.compile(r"(\d{1,2})\.\s?(\d{1,2})(?:\.\s?(\d{4}|\d{2})?)?")
_CENTURY = 100


def read_day(text: str) -> date | None:
    """A day ("2026-09-02", "02.09.2026"); None for "", ValueError for what is no possible day."""
    if not text:
        return None
    if match := _ISO.fullmatch(text):
        day = date(int(match[1]), int(match[2]), int(match[3]))
    elif match := _GERMAN.fullmatch(text):
        day = date(int(match[3]), int(match[2]), int(match[1]))
    else:
        raise ValueError(text)
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise ValueError(text)
    return day


def read_clock(text: str) -> tuple[int, int] | None:
    """Hour and minute of a wall clock, up to (24, 0); None for "", ValueError if unreadable."""
    if not text:
        return None
    match = _CLOCK.fullmatch(text)
    if match is None:
        raise ValueError(text)
    hour, minute = int(match[1]), int(match[2] or 0)
    if minute >= _MINUTES or hour > _HOURS or (hour == _HOURS and minute):
        raise ValueError(text)
    return hour, minute


def moments(
    day: date, start: str, end: str, notes: list[str]
) -> tuple[datetime | None, datetime | None]:
    """Start and end in UTC. An end before the start is meant for the next day; equal times stay."""
    starts, ends = _readable_clock(start, notes), _readable_clock(end, notes)
    over_midnight = starts is not None and ends is not None and ends < starts
    last_day = day + timedelta(days=1) if over_midnight else day
    return _moment(day, starts), _moment(last_day, ends)


def called_off(text: str) -> Callable[[date], bool]:
    """Which days the text calls off ("Kein Unterricht am 25.6.!"); without year it means any."""
    named = {
        (int(day), int(month), _year(year))
        for pattern in _CALLED_OFF
        for found in pattern.findall(text)
        for day, month, year in _PARTS.findall(found)
    }
    return lambda day: bool({(day.day, day.month, None), (day.day, day.month, day.year)} & named)


def _readable_clock(text: str, notes: list[str]) -> tuple[int, int] | None:
    try:
        return read_clock(text)
    except ValueError:
        notes.append("Uhrzeit eines Termins ist nicht lesbar")
        return None


def _moment(day: date, wall_clock: tuple[int, int] | None) -> datetime | None:
    if wall_clock is None:
        return None
    hour, minute = wall_clock
    if hour == _HOURS:
        return clock.berlin_moment(day + timedelta(days=1))
    return clock.berlin_moment(day, hour, minute)


def _year(text: str) -> int | None:
    if not text:
        return None
    return int(text) if int(text) >= _CENTURY else 2000 + int(text)
