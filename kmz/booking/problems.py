"""Refusals known in advance: why somebody cannot book yet, or not this course."""

from collections.abc import Sequence

from kmz import clock
from kmz.accounts.light import LightCustomer
from kmz.accounts.models import CustomerProfile
from kmz.accounts.problems import account_problems
from kmz.banking.problems import bank_problems
from kmz.booking import queries, rules
from kmz.booking.rules import DraftContent
from kmz.catalog.light import LightCourse
from kmz.catalog.models import Course
from kmz.catalog.rules import CourseAvailability, availability
from kmz.errors import Problem


def total_cents(courses: Sequence[Course | LightCourse]) -> int:
    """What the courses cost together, in cents."""
    return sum(course.fee_cents or 0 for course in courses)


def needs_bank_account(courses: Sequence[Course | LightCourse], bank_account_required: str) -> bool:
    """Whether the bank gate applies: by default only where a fee is collected (U18)."""
    return bank_account_required == "always" or total_cents(courses) > 0


def readiness_problems(
    email: str,
    profile: CustomerProfile | LightCustomer,
    courses: Sequence[Course | LightCourse],
    *,
    bank_account_required: str,
) -> list[Problem]:
    """What the customer has to complete before any booking (U17, U18)."""
    problems = account_problems(email, profile)
    if needs_bank_account(courses, bank_account_required):
        problems += bank_problems(profile.customer_id)
    return problems


def course_problems(
    courses: Sequence[Course | LightCourse], *, seats_are_taken: bool = False
) -> list[Problem]:
    """Courses that cannot be booked now, each with the state that stands against it.

    Under the lock of a booking its own seats are taken already (`seats_are_taken`); then a full
    course is no problem here, `take_seats` has told.
    """
    now = clock.now()
    found = []
    for course in courses:
        if course.published_at is None:
            message = f"„{course.title}“ ({course.number}) steht nicht mehr im Programm."
            found.append(Problem("course.unpublished", message))
            continue
        state = availability(course, now=now)
        full = state.code in {CourseAvailability.FULL, CourseAvailability.WAITLIST}
        if not state.bookable and not (full and seats_are_taken):
            message = f"„{course.title}“ ({course.number}) lässt sich nicht buchen: {state.text}."
            found.append(Problem("course.unavailable", message, link=f"/kurs/{course.slug}"))
    return found


def seat_gone(course: Course | LightCourse) -> Problem:
    """The last seat went to somebody else (domain.md 4.2 `seat.gone`)."""
    message = f"„{course.title}“: Der letzte Platz wurde gerade vergeben."
    return Problem("seat.gone", message, link=f"/kurs/{course.slug}", link_label="Zum Kurs")


def already_booked(name: str) -> Problem:
    return Problem("booking.duplicate", f"{name} ist für diesen Kurs bereits angemeldet.")


PRICE_CHANGED = Problem(
    "price.changed",
    (
        "Das Entgelt hat sich seit dem Öffnen dieser Seite geändert. "
        "Bitte prüfen Sie die Zusammenfassung noch einmal."
    ),
)
# The bank account was deleted after the form was filled in, or the course was free then.
PAYMENT_MISSING = Problem(
    "payment.missing",
    "Bitte wählen Sie im Anmeldeformular noch einmal, von welcher Bankverbindung gezahlt wird.",
)
NOTHING_TO_BOOK = Problem(
    "cart.empty", "Es ist kein Kurs ausgewählt.", link="/kurse", link_label="Zum Programm"
)


def duplicate_problems(customer_id: int, content: DraftContent) -> list[Problem]:
    """Who of the people in a draft holds a seat in the same course already (BKG-02)."""
    people = {
        (course_id, rules.participant_key(customer_id, person)): person
        for course_id, person in content.participants.items()
    }
    taken = queries.active_participants(content.course_ids)
    return [
        already_booked(f"{people[row].first_name} {people[row].last_name}")
        for row in taken
        if row in people
    ]
