"""Days, times, moments, amounts and counts as people in the office type them."""

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation

from kmz import clock
from kmz.dates import format_clock, format_day, parse_day, parse_time
from kmz.money import parse_cents

MAX_SEATS = 10_000
MAX_AGE = 120
# A year beyond these is a slip of the finger, and the calendar's edges have no moments in UTC.
FIRST_YEAR, LAST_YEAR = 2000, 2099
DAY_BEGINS, DAY_ENDS = time(0, 0), time(23, 59)

_BAD_DAY = "Bitte geben Sie das Datum als TT.MM.JJJJ ein."
_BAD_TIME = "Bitte geben Sie die Uhrzeit als 18:30 ein."
_BAD_MOMENT = "Bitte geben Sie das Datum als TT.MM.JJJJ ein, mit oder ohne Uhrzeit."
_BAD_AMOUNT = "Bitte geben Sie einen Betrag wie 45 oder 45,50 ein."


def read_day(text: str) -> date:
    """A day of this century; ValueError for anything else."""
    day = parse_day(text)
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(text)
    return day


def read_moment(text: str, *, default: time) -> datetime:
    """ "01.02.2027 12:00" or "… 12:00:30", or a day alone with the default time; ValueError for
    anything else.
    """
    try:
        return _moment(read_day(text), default)
    except ValueError:
        words = text.removesuffix("Uhr").strip()
        day, _, at = words.rpartition(" ")
        return _moment(read_day(day.strip(" ,")), parse_time(at))


def write_moment(moment: datetime | None, *, default: time) -> str:
    """What `read_moment` reads; the time only where it is not the default."""
    if moment is None:
        return ""
    local = clock.in_berlin(moment)
    day = format_day(local.date())
    is_default = local.time().replace(microsecond=0) == default
    return day if is_default else f"{day} {format_clock(moment)}"


def _moment(day: date, at: time) -> datetime:
    return clock.berlin_moment(day, at.hour, at.minute, at.second)


def session_moment(day: date, text: str | None) -> datetime | None:
    """The moment of a time on a day; None where no time was typed."""
    return _moment(day, parse_time(text)) if text else None


def day_or_none(text: str | None) -> date | None:
    """The day, or None where the text is none (which its own field says)."""
    try:
        return read_day(text or "")
    except ValueError:
        return None


def moment_or_none(text: str | None, *, default: time) -> datetime | None:
    """The moment, or None where the text is none (which its own field says)."""
    try:
        return read_moment(text or "", default=default)
    except ValueError:
        return None


def cents_or_none(text: str | None) -> int | None:
    """The amount in cents, or None where the text is none (which its own field says)."""
    try:
        return parse_cents(text or "")
    except ValueError:
        return None


def _check(read: Callable[[str], object], message: str) -> Callable[[Any, Field], None]:
    def check(_form: Any, field: Field) -> None:
        if field.data:
            try:
                read(field.data)
            except ValueError as error:
                raise StopValidation(message) from error

    return check


is_day = _check(read_day, _BAD_DAY)
is_time = _check(parse_time, _BAD_TIME)
is_moment = _check(lambda text: read_moment(text, default=DAY_BEGINS), _BAD_MOMENT)
is_amount = _check(parse_cents, _BAD_AMOUNT)


def count_or_none(text: str | None) -> int | None:
    """A whole number from 0 to 10,000 in plain digits, else None."""
    text = text or ""
    usable = text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_SEATS))
    return int(text) if usable and int(text) <= MAX_SEATS else None


def is_count(_form: Any, field: Field) -> None:
    """A whole number; empty only where the field is not required."""
    if field.data and count_or_none(field.data) is None:
        raise StopValidation(f"Bitte geben Sie eine ganze Zahl von 0 bis {MAX_SEATS} ein.")


def is_age(_form: Any, field: Field) -> None:
    """Empty, or an age in years that people reach."""
    age = count_or_none(field.data)
    if field.data and (age is None or age > MAX_AGE):
        raise StopValidation(f"Bitte geben Sie ein Alter von 0 bis {MAX_AGE} Jahren ein.")
