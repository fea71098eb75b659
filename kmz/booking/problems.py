"""Refusals known in advance: why somebody cannot book yet, or not this course."""

from collections import Counter
from collections.abc import Container, Sequence
from datetime import date

from kmz import clock
from kmz.accounts.light import LightCustomer
from kmz.accounts.models import CustomerProfile
from kmz.accounts.problems import account_problems
from kmz.banking.problems import bank_problems
from kmz.booking import queries, rules
from kmz.booking.drafted import DraftContent, Named, attendee
from kmz.booking.models import PaymentMethod
from kmz.catalog.light import LightCourse
from kmz.catalog.models import Course
from kmz.catalog.rules import CourseAvailability, availability
from kmz.errors import Problem


def total_cents(courses: Sequence[Course | LightCourse]) -> int:
    """What the courses cost together, in cents."""
    return sum(course.fee_cents or 0 for course in courses)


def needs_bank_account(total: int, payment_method: str, bank_account_required: str) -> bool:
    """Whether the bank gate applies: by default only where a fee is collected (U18)."""
    collected = total > 0 and payment_method == PaymentMethod.SEPA_DIRECT_DEBIT
    return bank_account_required == "always" or collected


def readiness_problems(
    email: str, profile: CustomerProfile | LightCustomer, *, needs_account: bool
) -> list[Problem]:
    """What the customer has to complete before any booking (U17, U18)."""
    problems = account_problems(email, profile)
    if needs_account:
        problems += bank_problems(profile.customer_id)
    return problems


def age_problems(birth_date: date | None) -> list[Problem]:
    """Who is under age may not conclude the contract (§§ 104-113 BGB, L09)."""
    if birth_date is None or rules.age_on(clock.today(), birth_date) >= rules.FULL_AGE:
        return []
    message = "Bitte lassen Sie eine sorgeberechtigte Person buchen. Sie kann Sie mit anmelden."
    return [Problem("partner.minor", message)]


def course_problems(
    courses: Sequence[Course | LightCourse],
    *,
    seats_are_taken: bool = False,
    held: Container[int] = (),
) -> list[Problem]:
    """Courses that cannot be booked now, each with the state that stands against it.

    Under the lock of a booking its own seats are taken already (`seats_are_taken`); then a full
    course is no problem here, `take_seats` has told. Nor is it one for whom a seat is `held`.
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
        has_seat = seats_are_taken or course.id in held
        if not state.bookable and not (full and has_seat):
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
FORM_MISSING = Problem(
    "form.missing", "Bitte füllen Sie zuerst das Anmeldeformular aus und senden Sie es ab."
)
NOTHING_TO_BOOK = Problem(
    "cart.empty", "Es ist kein Kurs ausgewählt.", link="/kurse", link_label="Zum Programm"
)


def duplicate_problems(
    customer_id: int | None, content: DraftContent, partner: Named, *, guest_key: str | None = None
) -> list[Problem]:
    """Who of the people in a draft is in it twice for a course, or holds a seat in it already
    (BKG-02).
    """
    people = [
        (line.course_id, rules.participant_key(customer_id, person, guest_key=guest_key), person)
        for line in content.lines
        for person in [attendee(line, partner)]
    ]
    taken = Counter(queries.active_participants(content.course_ids))
    found = []
    for course_id, key, person in people:
        if taken[course_id, key]:
            found.append(already_booked(f"{person.first_name} {person.last_name}"))
        taken[course_id, key] += 1
    return found
