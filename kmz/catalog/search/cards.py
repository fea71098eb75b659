"""What a row of the course list shows, as ready strings: made once per index, not per request."""

from dataclasses import dataclass
from datetime import date

from kmz.catalog.search.marks import NOTHING, Marks
from kmz.dates import SHORT_WEEKDAYS, format_month
from kmz.money import format_cents

_ROW = 3


@dataclass(frozen=True, slots=True)
class CourseCard:
    """One course in a list; everything but the live seats (see `live`).

    `slots` are weekday (0 is Monday) and time ("18:30–20:00"), each once, for the week grid. What a
    search found is marked with `marks`; `excerpt` is the piece of the text in which it stands where
    the row itself does not show it.
    """

    id: int
    slug: str
    number: str
    title: str
    subtitle: str
    area_number: str
    area_line: str
    day_number: str
    month: str
    starts_on: date | None
    when: str
    place: str
    instructors: str
    fee: str
    reduced_fee: str
    slots: tuple[tuple[int, str], ...] = ()
    marks: Marks = NOTHING
    excerpt: str = ""


def fee_text(cents: int | None) -> str:
    """ "98,00 €", "kostenlos", "auf Anfrage"."""
    if cents is None:
        return "auf Anfrage"
    return format_cents(cents) if cents else "kostenlos"


def when_text(days: list[date], times: set[str]) -> str:
    """ "Do 18:30–20:00 · 12 Termine"; times only where all sessions share them."""
    if not days:
        return ""
    names = _weekdays_text(sorted({day.weekday() for day in days}))
    time = next(iter(times)).removesuffix(" Uhr") if len(times) == 1 else ""
    count = "1 Termin" if len(days) == 1 else f"{len(days)} Termine"
    return f"{names} {time}".strip() + f" · {count}"


def _weekdays_text(numbers: list[int]) -> str:
    """ "Do", "Sa/So", and "Mo–Fr" for three and more in a row."""
    first, last = numbers[0], numbers[-1]
    if len(numbers) >= _ROW and last - first == len(numbers) - 1:
        return f"{SHORT_WEEKDAYS[first]}–{SHORT_WEEKDAYS[last]}"
    return "/".join(SHORT_WEEKDAYS[number] for number in numbers)


def place_text(venue: str, room: str, course_format: str) -> str:
    """ "zib, Raum 2.14"; "Online" for what happens on the net."""
    if course_format == "online":
        return "Online"
    return f"{venue}, {room}" if venue and room else venue


def date_block(day: date | None) -> tuple[str, str]:
    """The two lines of the date block."""
    return ("–", "") if day is None else (f"{day:%d}", format_month(day))
