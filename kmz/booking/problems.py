"""Refusals known in advance that every room of booking may show."""

from collections.abc import Container, Mapping, Sequence

from kmz import clock
from kmz.booking import queries
from kmz.booking.rules import CartOwner
from kmz.catalog.light import LightCourse
from kmz.catalog.models import Course
from kmz.catalog.rules import WAITLIST_MAX, CourseAvailability, availability
from kmz.errors import Problem


def total_cents(courses: Sequence[Course | LightCourse]) -> int:
    """What the courses cost together, in cents."""
    return sum(course.fee_cents or 0 for course in courses)


def course_problems(
    courses: Sequence[Course | LightCourse],
    *,
    seats_are_taken: bool = False,
    held: Container[int] = (),
    waitlist_max: int = WAITLIST_MAX,
) -> list[Problem]:
    """Courses that cannot be booked now, each with the state that stands against it.

    Under the lock of a booking its own seats are taken already (`seats_are_taken`); then a full
    course is no problem here, `take_seats` has told. Nor is it one for whom a seat is `held`.
    `waitlist_max` is the house's own.
    """
    now = clock.now()
    found = []
    for course in courses:
        if course.published_at is None:
            message = f"„{course.title}“ ({course.number}) steht nicht mehr im Programm."
            found.append(Problem("course.unpublished", message))
            continue
        state = availability(course, now=now, waitlist_max=waitlist_max)
        full = state.code in {CourseAvailability.FULL, CourseAvailability.WAITLIST}
        has_seat = seats_are_taken or course.id in held
        if not state.bookable and not (full and has_seat):
            message = f"„{course.title}“ ({course.number}) lässt sich nicht buchen: {state.text}."
            has_list = state.code is CourseAvailability.WAITLIST
            where = _to_waitlist(course) if has_list else _to_course(course)
            found.append(Problem("course.unavailable", message, **where))
    return found


def seat_count_problems(
    courses: Sequence[Course | LightCourse],
    wanted: Mapping[int, int],
    held: Mapping[int, int] | None = None,
) -> list[Problem]:
    """Courses that have seats, but not for everybody: people by course id, beside the seats that
    are `held` for them.
    """
    found = []
    for course in courses:
        own, free = (held or {}).get(course.id, 0), course.seats_free
        if free is None or not 0 < max(free, 0) + own < wanted[course.id]:
            continue
        left = max(free, 0) + own
        seats = "einen Platz" if left == 1 else f"{left} Plätze"
        message = f"In „{course.title}“ ({course.number}) gibt es für Sie nur noch {seats}."
        found.append(Problem("course.too_few_seats", message))
    return found


def seat_problems(
    courses: Sequence[Course | LightCourse],
    wanted: Mapping[int, int],
    owner: CartOwner,
    *,
    waitlist_max: int,
) -> tuple[list[Problem], Mapping[int, int]]:
    """What stands against a form for so many people by course id; and the seats that the owner's
    own open forms hold, which stand against nothing. They are only looked up where something does.
    """

    def found(held: Mapping[int, int]) -> list[Problem]:
        return [
            *course_problems(courses, held=held, waitlist_max=waitlist_max),
            *seat_count_problems(courses, wanted, held),
        ]

    if not found({}):
        return [], {}
    held = queries.seats_held_for(owner, wanted)
    return found(held), held


def seat_gone(course: Course | LightCourse) -> Problem:
    """The last seat went to somebody else (domain.md 4.2 `seat.gone`)."""
    message = f"„{course.title}“: Der letzte Platz wurde gerade vergeben."
    if not course.waitlist_open:
        return Problem("seat.gone", message, **_to_course(course))
    message += " Möchten Sie auf die Warteliste?"
    return Problem("seat.gone", message, **_to_waitlist(course))


def _to_course(course: Course | LightCourse) -> dict[str, str]:
    return {"link": f"/kurs/{course.slug}", "link_label": "Zum Kurs"}


def _to_waitlist(course: Course | LightCourse) -> dict[str, str]:
    """Straight to the list: a course's page may be a second older than the refusal."""
    return {"link": f"/kurs/{course.slug}/warteliste", "link_label": "Auf die Warteliste setzen"}


def already_booked(name: str, title: str = "") -> Problem:
    """`title` says which course, where there are several to choose from."""
    return Problem("booking.duplicate", f"{name} ist für {_which(title)} bereits angemeldet.")


def named_twice(name: str, title: str = "") -> Problem:
    """The same person stands in two rows of the form."""
    return Problem("booking.twice", f"{name} steht für {_which(title)} zweimal im Formular.")


def _which(title: str) -> str:
    return f"„{title}“" if title else "diesen Kurs"
