"""Refusals known in advance: why a booking cannot be moved, or not into this course."""

from datetime import date

from kmz.booking.models import SEAT_HOLDING, Booking
from kmz.booking.problems import already_booked, course_problems
from kmz.booking.rules import age_objection
from kmz.catalog.light import LightCourse
from kmz.catalog.models import Course
from kmz.errors import Problem
from kmz.money import format_cents

NOTHING_CHOSEN = Problem("rebooking.nothing", "Bitte wählen Sie einen Kurs aus.", "course")
NOT_PARALLEL = Problem(
    "rebooking.not_parallel", "In diesen Kurs lässt sich Ihre Anmeldung nicht umbuchen."
)
PRICE_CHANGED = Problem(
    "rebooking.price_changed",
    (
        "Das Entgelt hat sich seit dem Öffnen dieser Seite geändert. Es wurde nichts umgebucht. "
        "Bitte prüfen Sie den Betrag."
    ),
)


def booking_problems(booking: Booking, cost: int, today: date) -> list[Problem]:
    """What stands against moving a booking at all; `cost` is what a Storno costs today, in cents.

    Who would have to pay for leaving talks to the office: a seat that became free so late may
    stay empty.
    """
    if booking.status not in SEAT_HOLDING:
        return [Problem("rebooking.ended", "Diese Anmeldung ist schon beendet.")]
    first_day = booking.course.starts_on
    if first_day is not None and first_day <= today:
        return [Problem("rebooking.begun", "Der Kurs hat schon begonnen.")]
    if cost:
        message = (
            "So kurz vor dem Kurs buchen wir nur noch in der Geschäftsstelle um. "
            "Bitte rufen Sie uns an."
        )
        return [Problem("rebooking.late", message)]
    return []


def target_problems(
    booking: Booking,
    course: Course | LightCourse,
    cents: int,
    *,
    seat_is_taken: bool = False,
    by_office: bool = False,
) -> list[Problem]:
    """What stands against moving a booking into a course where its person would pay `cents`.

    More than the fee so far takes the office, which asks the person.
    """
    found = course_problems([course], seats_are_taken=seat_is_taken)
    if cents > booking.fee_cents and not by_office:
        more = format_cents(cents - booking.fee_cents)
        message = f"Dieser Kurs kostet {more} mehr. Dafür rufen Sie uns bitte an."
        found.append(Problem("rebooking.dearer", message))
    return found


def person_problems(booking: Booking, course: Course, *, has_seat: bool) -> list[Problem]:
    """Whether the person is in the course already, or too young or too old for it (L09)."""
    if has_seat:
        return [already_booked(booking.participant_name)]
    if booking.participant_birth_date is None or course.starts_on is None:
        return []
    objection = age_objection(
        booking.participant_birth_date,
        course.starts_on,
        min_age=course.min_age,
        max_age=course.max_age,
    )
    return [Problem("rebooking.age", objection)] if objection else []
