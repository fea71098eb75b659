"""Pure rules of the catalogue: whether a course can be booked, in words, colour and shape."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from math import ceil
from typing import Protocol

from kmz import clock


class CourseAvailability(StrEnum):
    """The eleven states of domain.md 1.3."""

    CANCELLED = "cancelled"
    FINISHED = "finished"
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    OFFICE_ONLY = "office_only"
    RUNNING_BOOKABLE = "running_bookable"
    RUNNING = "running"
    WAITLIST = "waitlist"
    FULL = "full"
    FEW = "few"
    FREE = "free"


def age_limit(min_age: int | None, max_age: int | None) -> str:
    """For whom a course is, by age: "ab 6 Jahren", "bis 12 Jahre", "6–12 Jahre"; "" for all."""
    if min_age is not None and max_age is not None:
        return f"{min_age}–{max_age} Jahre" if min_age != max_age else f"{min_age} Jahre"
    if min_age is not None:
        return f"ab {min_age} Jahren"
    return "" if max_age is None else f"bis {max_age} Jahre"


class CourseLike(Protocol):
    """What the state of a course depends on; a whole course or a light row."""

    @property
    def cancelled_at(self) -> datetime | None: ...
    @property
    def starts_on(self) -> date | None: ...
    @property
    def ends_on(self) -> date | None: ...
    @property
    def booking_opens_at(self) -> datetime | None: ...
    @property
    def booking_closes_at(self) -> datetime | None: ...
    @property
    def booking_channel(self) -> str: ...
    @property
    def late_entry(self) -> bool: ...
    @property
    def waitlist_open(self) -> bool: ...
    @property
    def fee_cents(self) -> int | None: ...
    @property
    def max_participants(self) -> int: ...
    @property
    def seats_free(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Availability:
    """A state as it is shown: `css` names colour and shape, never alone, always with `text`."""

    code: CourseAvailability
    text: str
    css: str
    bookable: bool


_CSS = {
    CourseAvailability.FREE: "free",
    CourseAvailability.FEW: "few",
    CourseAvailability.RUNNING_BOOKABLE: "few",
    CourseAvailability.WAITLIST: "wait",
    CourseAvailability.FULL: "full",
}
_BOOKABLE = frozenset(
    {CourseAvailability.FREE, CourseAvailability.FEW, CourseAvailability.RUNNING_BOOKABLE}
)


def availability(course: CourseLike, *, now: datetime) -> Availability:
    """The state of a published course at a moment; the first fitting row of domain.md 1.3 wins."""
    code = next(code for code, fits in _CONDITIONS if fits(course, now))
    return Availability(code, _text(code, course), _CSS.get(code, "off"), code in _BOOKABLE)


def is_few(free: int, maximum: int) -> bool:
    """Whether so few seats are left that it is worth saying: a fifth, at least two."""
    return free <= max(2, ceil(maximum / 5))


def missing_to_minimum(minimum: int, taken: int) -> int:
    """How many bookings a course still needs to take place."""
    return max(0, minimum - taken)


@lru_cache(maxsize=8)
def _day_of(now: datetime) -> date:
    """The Berlin day of a moment; a list asks for the same one 25 times over."""
    return clock.in_berlin(now).date()


def _started(course: CourseLike, now: datetime) -> bool:
    return course.starts_on is not None and course.starts_on < _day_of(now)


def _finished(course: CourseLike, now: datetime) -> bool:
    last = course.ends_on or course.starts_on
    return last is not None and last < _day_of(now)


def _office_only(course: CourseLike, _now: datetime) -> bool:
    return (
        course.booking_channel == "office" or course.fee_cents is None or course.seats_free is None
    )


_Condition = Callable[[CourseLike, datetime], bool]
_CONDITIONS: tuple[tuple[CourseAvailability, _Condition], ...] = (
    (CourseAvailability.CANCELLED, lambda c, _: c.cancelled_at is not None),
    (CourseAvailability.FINISHED, _finished),
    (
        CourseAvailability.NOT_OPEN_YET,
        lambda c, now: c.booking_opens_at is not None and now < c.booking_opens_at,
    ),
    (
        CourseAvailability.CLOSED,
        lambda c, now: c.booking_closes_at is not None and now > c.booking_closes_at,
    ),
    (CourseAvailability.OFFICE_ONLY, _office_only),
    (
        CourseAvailability.RUNNING_BOOKABLE,
        lambda c, now: _started(c, now) and c.late_entry and bool(c.seats_free),
    ),
    (CourseAvailability.RUNNING, _started),
    (CourseAvailability.WAITLIST, lambda c, _: not c.seats_free and c.waitlist_open),
    (CourseAvailability.FULL, lambda c, _: not c.seats_free),
    (CourseAvailability.FEW, lambda c, _: is_few(c.seats_free or 0, c.max_participants)),
    (CourseAvailability.FREE, lambda _c, _now: True),
)
_TEXTS = {
    CourseAvailability.CANCELLED: "Kurs abgesagt",
    CourseAvailability.FINISHED: "Kurs beendet",
    CourseAvailability.CLOSED: "Anmeldeschluss vorbei",
    CourseAvailability.OFFICE_ONLY: "Keine Online-Anmeldung möglich – bitte rufen Sie uns an",
    CourseAvailability.RUNNING_BOOKABLE: "Kurs läuft bereits – Einstieg möglich",
    CourseAvailability.RUNNING: "Kurs läuft bereits",
    CourseAvailability.WAITLIST: "Ausgebucht – Warteliste möglich",
    CourseAvailability.FULL: "Ausgebucht",
    CourseAvailability.FREE: "Plätze frei",
}


def _text(code: CourseAvailability, course: CourseLike) -> str:
    if code is CourseAvailability.FEW:
        return f"Nur noch wenige Plätze ({course.seats_free})"
    if code is CourseAvailability.NOT_OPEN_YET and course.booking_opens_at is not None:
        return f"Anmeldung ab {clock.in_berlin(course.booking_opens_at):%d.%m.%Y, %H:%M} Uhr"
    return _TEXTS[code]
