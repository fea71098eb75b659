"""Pure rules of the catalogue: whether a course can be booked, in words, colour and shape."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from math import ceil
from typing import NamedTuple, Protocol

from kmz import clock
from kmz.dates import format_exact

# L12: what the course page and the Anmeldebestätigung say where staff excluded the right.
NO_WITHDRAWAL = (
    "Für diese Veranstaltung besteht kein gesetzliches Widerrufsrecht (§ 312g Abs. 2 Nr. 9 BGB)."
)


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


NUMBER_SIGNS = ("-", " ", ".", "/")


def number_key(text: str) -> str:
    """A course number as it is compared: `191-4632`, `191 4632` and `1914632` are one."""
    key = text.strip().lower()
    for sign in NUMBER_SIGNS:
        key = key.replace(sign, "")
    return key


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
    def seats_waiting(self) -> int: ...
    @property
    def seats_free(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Availability:
    """A state as it is shown: `css` names colour and shape, never alone, always with `text`.

    `bookable` is the actions "cart, direct" of domain.md 1.3; the properties are the others.
    `opens_at` is there as long as booking has not opened.
    """

    code: CourseAvailability
    text: str
    css: str
    bookable: bool
    opens_at: datetime | None = None

    @property
    def is_over(self) -> bool:
        """Nobody can join any more: there is nothing to do but to look for something similar."""
        return self.code in _OVER

    @property
    def leads_to_the_office(self) -> bool:
        """The way in is telephone or mail."""
        return self.code in _BY_THE_OFFICE

    @property
    def is_full(self) -> bool:
        """No seat is left, but one may become free."""
        return self.code in _FULL

    @property
    def can_still_fail(self) -> bool:
        """It has not begun: how many bookings are missing to its minimum is worth saying."""
        return not self.is_over and self.code not in _BEGUN


_COLOURS = {
    CourseAvailability.FREE: "free",
    CourseAvailability.FEW: "few",
    CourseAvailability.RUNNING_BOOKABLE: "few",
    CourseAvailability.WAITLIST: "wait",
    CourseAvailability.FULL: "full",
}
_BOOKABLE = frozenset(
    {CourseAvailability.FREE, CourseAvailability.FEW, CourseAvailability.RUNNING_BOOKABLE}
)
_OVER = frozenset({CourseAvailability.CANCELLED, CourseAvailability.FINISHED})
_BY_THE_OFFICE = frozenset({CourseAvailability.OFFICE_ONLY, CourseAvailability.CLOSED})
_FULL = frozenset({CourseAvailability.FULL, CourseAvailability.WAITLIST})
_BEGUN = frozenset({CourseAvailability.RUNNING, CourseAvailability.RUNNING_BOOKABLE})
FEW_PERCENT = 20
WAITLIST_MAX = 30


def availability(
    course: CourseLike,
    *,
    now: datetime,
    few_percent: int = FEW_PERCENT,
    waitlist_max: int = WAITLIST_MAX,
) -> Availability:
    """The state of a published course at a moment; the first fitting row of domain.md 1.3 wins.

    `few_percent` and `waitlist_max` are the house's own (`states.state_now` knows them).
    """
    at = _At(now, few_percent, waitlist_max)
    code = next(code for code, fits in _CONDITIONS if fits(course, at))
    opens_at = course.booking_opens_at if code is CourseAvailability.NOT_OPEN_YET else None
    return Availability(code, _text(code, course), _css(code), code in _BOOKABLE, opens_at)


def _css(code: CourseAvailability) -> str:
    """The colour, and the state itself for its shape: "few running_bookable"."""
    colour = _COLOURS.get(code, "off")
    return colour if colour == code else f"{colour} {code}"


def is_few(free: int, maximum: int, *, percent: int = FEW_PERCENT) -> bool:
    """Whether so few seats are left that it is worth saying: a fifth, at least two."""
    return free <= max(2, ceil(maximum * percent / 100))


def missing_to_minimum(minimum: int, taken: int) -> int:
    """How many bookings a course still needs to take place."""
    return max(0, minimum - taken)


@lru_cache(maxsize=8)
def _day_of(now: datetime) -> date:
    """The Berlin day of a moment; a list asks for the same one 25 times over."""
    return clock.in_berlin(now).date()


class _At(NamedTuple):
    """What a state depends on besides the course."""

    now: datetime
    few_percent: int
    waitlist_max: int


def _started(course: CourseLike, at: _At) -> bool:
    return course.starts_on is not None and course.starts_on < _day_of(at.now)


def _finished(course: CourseLike, at: _At) -> bool:
    last = course.ends_on or course.starts_on
    return last is not None and last < _day_of(at.now)


def _cancelled(course: CourseLike, _at: _At) -> bool:
    return course.cancelled_at is not None


def _begun(course: CourseLike, at: _At) -> bool:
    return _started(course, at) and not course.late_entry


def _office_only(course: CourseLike, _at: _At) -> bool:
    return (
        course.booking_channel == "office" or course.fee_cents is None or course.seats_free is None
    )


def is_gone(course: CourseLike, now: datetime) -> bool:
    """Whether it is too late for anybody: called off, over, or begun without late entry."""
    at = _At(now, FEW_PERCENT, WAITLIST_MAX)
    return any(fits(course, at) for fits in (_cancelled, _finished, _begun))


def _few(course: CourseLike, at: _At) -> bool:
    return is_few(course.seats_free or 0, course.max_participants, percent=at.few_percent)


_Condition = Callable[[CourseLike, _At], bool]
# The rows of domain.md 1.3, from the top.
_CONDITIONS: tuple[tuple[CourseAvailability, _Condition], ...] = (
    (CourseAvailability.CANCELLED, _cancelled),
    (CourseAvailability.FINISHED, _finished),
    (
        CourseAvailability.NOT_OPEN_YET,
        lambda c, at: c.booking_opens_at is not None and at.now < c.booking_opens_at,
    ),
    (
        CourseAvailability.CLOSED,
        lambda c, at: c.booking_closes_at is not None and at.now > c.booking_closes_at,
    ),
    (CourseAvailability.OFFICE_ONLY, _office_only),
    (
        CourseAvailability.RUNNING_BOOKABLE,
        lambda c, at: _started(c, at) and c.late_entry and bool(c.seats_free),
    ),
    # Without a seat, who may come late stands before a full course, with or without a Warteliste.
    (CourseAvailability.RUNNING, _begun),
    (
        CourseAvailability.WAITLIST,
        lambda c, at: not c.seats_free and c.waitlist_open and c.seats_waiting < at.waitlist_max,
    ),
    (CourseAvailability.FULL, lambda c, _: not c.seats_free),
    (CourseAvailability.FEW, _few),
    (CourseAvailability.FREE, lambda _c, _at: True),
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
        return f"Anmeldung ab {format_exact(course.booking_opens_at)}"
    return _TEXTS[code]
