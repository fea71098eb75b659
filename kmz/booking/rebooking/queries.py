"""Reading where a booking may be moved to."""

from dataclasses import dataclass, replace
from datetime import date

from kmz.booking.checkout.prices import Price, Priced, price_of
from kmz.booking.leaving.queries import cancellation_cost, terms_by_policy
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


def problems_of(booking: Booking, today: date, *, by_office: bool = False) -> list[Problem]:
    """Why the booking cannot be moved today; nothing where it can."""
    cost = 0 if by_office else cancellation_cost(booking, terms_by_policy())
    return booking_problems(booking, cost, today)


def targets_of(booking: Booking, *, before_proof: str, by_office: bool = False) -> list[Target]:
    """The parallel courses of a booking, the sooner first, each with its price."""
    courses = parallel_courses(booking.course)
    booked = set(active_participants([course.id for course in courses])) if courses else set()
    found = []
    for course in courses:
        cents = new_price(booking, course, before_proof=before_proof).cents
        has_seat = (course.id, booking.participant_key) in booked
        against = [
            *target_problems(booking, course, cents, by_office=by_office),
            *person_problems(booking, course, has_seat=has_seat),
        ]
        found.append(Target(course, cents, against))
    return found


def new_price(booking: Booking, course: Priced, *, before_proof: str) -> Price:
    """What the person of a booking would owe for another course; a concession that was verified or
    refused stays so.
    """
    known = booking.concession_reason_id
    reason = db.session.get(ConcessionReason, known) if known is not None else None
    price = price_of(course, reason, before_proof=before_proof)
    if price.reduced_cents is None:
        return price
    if booking.concession_status == ConcessionStatus.REFUSED:
        return replace(price, cents=course.fee_cents or 0, status=ConcessionStatus.REFUSED)
    if booking.concession_status == ConcessionStatus.VERIFIED:
        return replace(price, cents=price.reduced_cents, status=ConcessionStatus.VERIFIED)
    return price
