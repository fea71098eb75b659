"""Reading where a booking may be moved to."""

from dataclasses import dataclass
from datetime import date

from kmz.booking.checkout.prices import Priced, price_of, reduced_fee
from kmz.booking.leaving.queries import cancellation_cost, policies_by_id
from kmz.booking.models import Booking, ConcessionReason, ConcessionStatus
from kmz.booking.queries import active_participants
from kmz.booking.rebooking.problems import booking_problems, person_problems, target_problems
from kmz.catalog.models import Course
from kmz.catalog.parallel import parallel_courses
from kmz.db import db
from kmz.errors import Problem


@dataclass(frozen=True, slots=True)
class Target:
    """A parallel course, what the person would pay there in cents, and what stands against it."""

    course: Course
    cents: int
    problems: list[Problem]


def problems_of(booking: Booking, today: date) -> list[Problem]:
    """Why the booking cannot be moved today; nothing where it can."""
    return booking_problems(booking, cancellation_cost(booking, policies_by_id()), today)


def targets_of(booking: Booking, *, before_proof: str) -> list[Target]:
    """The parallel courses of a booking, the sooner first, each with its price."""
    courses = parallel_courses(booking.course)
    booked = set(active_participants([course.id for course in courses])) if courses else set()
    found = []
    for course in courses:
        cents = new_fee(booking, course, before_proof=before_proof)
        has_seat = (course.id, booking.participant_key) in booked
        against = [
            *target_problems(booking, course, cents),
            *person_problems(booking, course, has_seat=has_seat),
        ]
        found.append(Target(course, cents, against))
    return found


def new_fee(booking: Booking, course: Priced, *, before_proof: str) -> int:
    """What the person of a booking would owe for another course, in cents; a concession that was
    verified or refused stays so.
    """
    known = booking.concession_reason_id
    reason = db.session.get(ConcessionReason, known) if known is not None else None
    status = booking.concession_status
    if reason is None or status == ConcessionStatus.REFUSED:
        return course.fee_cents or 0
    if status == ConcessionStatus.VERIFIED and course.concession_allowed:
        return reduced_fee(course, reason.percent)
    return price_of(course, reason, before_proof=before_proof).cents
