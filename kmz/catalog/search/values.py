"""What a course offers to each filter: pure functions from its columns to values."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import date

from kmz.catalog.areas import slug_of
from kmz.catalog.search.facets import WEEKDAYS

_NOON, _EVENING = 12, 17
_A_QUARTER = 4
_FEE_BANDS = ((0, "kostenlos"), (2500, "bis-25"), (5000, "bis-50"), (10_000, "bis-100"))
_LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
_LEVEL = re.compile(r"([ABC][12])", re.IGNORECASE)
_RANGE = re.compile(r"[ABC][12][\w.+]*\s?[-–]\s?[ABC][12]", re.IGNORECASE)
_LETTER_AHEAD = re.compile(r"^\W*(?:\w\s)?\W+")
_NOBODY_SPECIAL = {"", "alle", "sonstige", "sonstiges", "offen", "jeder", "keine angabe"}


def weekdays(days: Iterable[date]) -> list[str]:
    """The weekdays on which at least a quarter of the sessions are: an odd Saturday is none."""
    return _usual(WEEKDAYS[day.weekday()] for day in days)


def daytimes(hours: Iterable[int]) -> list[str]:
    """From the hours at which sessions begin: "vormittags" before 12, "nachmittags" before 17, else
    "abends"; rare times do not count.
    """
    return _usual(map(_daytime, hours))


def _usual(values: Iterable[str]) -> list[str]:
    counts = Counter(values)
    total = counts.total()
    return [value for value, count in counts.items() if count * _A_QUARTER >= total]


def _daytime(hour: int) -> str:
    if hour < _NOON:
        return "vormittags"
    return "nachmittags" if hour < _EVENING else "abends"


def fees(cents: int | None) -> list[str]:
    """All bands a fee fits into: 20 € is "bis 25 €" and also "bis 50 €"; none for "auf Anfrage"."""
    if cents is None:
        return []
    return [band for limit, band in _FEE_BANDS if cents <= limit] or ["ueber-100"]


def levels(text: str) -> list[str]:
    """The GER levels of "A1.2", "A1/A2", "B1+", "A1.1-B1.2": without their steps, ranges filled."""
    found = [_LEVELS.index(match.upper()) for match in _LEVEL.findall(text)]
    if found and _RANGE.search(text):
        found = list(range(min(found), max(found) + 1))
    return [_LEVELS[number].lower() for number in sorted(set(found))]


def target_group(text: str) -> tuple[str, str] | None:
    """Value and label of a target group; feeds write "h - Sonstige" and " - Migrant/innen"."""
    label = _LETTER_AHEAD.sub("", text).strip()
    if label.casefold() in _NOBODY_SPECIAL:
        return None
    slug = slug_of(label)
    return (slug, label[:1].upper() + label[1:]) if slug else None


def town(district: str, city: str) -> tuple[str, str] | None:
    """Value and label of where a course is: the district, else the town ("Berlin / Mitte")."""
    label = (district or city.rpartition("/")[2]).strip()
    slug = slug_of(label)
    return (slug, label) if slug else None
