"""Refusals known in advance: why somebody cannot book yet, or not this course."""

from collections.abc import Sequence
from datetime import date

from kmz import clock
from kmz.accounts.light import LightCustomer
from kmz.accounts.models import CustomerProfile
from kmz.accounts.problems import account_problems
from kmz.banking.problems import BANK_MISSING
from kmz.booking import queries, rules
from kmz.booking.checkout.drafted import DraftContent, Named, attendee
from kmz.booking.models import PaymentMethod, WaitlistEntry
from kmz.booking.problems import already_booked, named_twice
from kmz.booking.rules import ParticipantName
from kmz.errors import Problem


def needs_bank_account(total: int, payment_method: str, bank_account_required: str) -> bool:
    """Whether the bank gate applies: by default only where a fee is collected (U18)."""
    collected = total > 0 and payment_method == PaymentMethod.SEPA_DIRECT_DEBIT
    return bank_account_required == "always" or collected


def readiness_problems(
    email: str, profile: CustomerProfile | LightCustomer, *, lacks_account: bool
) -> list[Problem]:
    """What the customer has to complete before any booking (U17, U18)."""
    problems = account_problems(email, profile)
    return [*problems, BANK_MISSING] if lacks_account else problems


def age_problems(birth_date: date | None) -> list[Problem]:
    """Who is under age may not conclude the contract (§§ 104-113 BGB, L09)."""
    if birth_date is None or rules.age_on(clock.today(), birth_date) >= rules.FULL_AGE:
        return []
    message = "Bitte lassen Sie eine sorgeberechtigte Person buchen. Sie kann Sie mit anmelden."
    return [Problem("partner.minor", message)]


PRICE_CHANGED = Problem(
    "price.changed",
    (
        "Das Entgelt hat sich seit dem Öffnen dieser Seite geändert. "
        "Bitte prüfen Sie die Zusammenfassung noch einmal."
    ),
)


FORM_CHANGED = Problem(
    "form.changed",
    (
        "Ihre Angaben, der Kurs oder die AGB haben sich seit dem Öffnen dieser Seite geändert. "
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


def offer_problems(
    entries: Sequence[WaitlistEntry], content: DraftContent, partner: Named
) -> list[Problem]:
    """An offer of the Warteliste is for the person who waited; nobody else attends by it."""
    attending = {(line.course_id, attendee(line, partner).key) for line in content.lines}
    found = []
    for entry in entries:
        name = ParticipantName(entry.participant_first_name, entry.participant_last_name)
        if (entry.course_id, name.key) not in attending:
            message = (
                f"Der angebotene Platz ist für {entry.participant_name}. Bitte tragen Sie diese "
                "Person ein. Soll jemand anderes teilnehmen, rufen Sie uns bitte an."
            )
            found.append(Problem("offer.personal", message))
    return found


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
    booked = set(queries.active_participants(content.course_ids))
    named: set[tuple[int, str]] = set()
    found = []
    for course_id, key, person in people:
        one = course_id, key
        if one in booked or one in named:
            say = already_booked if one in booked else named_twice
            found.append((say, f"{person.first_name} {person.last_name}", course_id))
        named.add(one)
    has_choice = bool(found) and len(content.course_ids) > 1
    courses = queries.light_courses(content.course_ids) if has_choice else []
    titles = {course.id: course.title for course in courses}
    return [say(name, titles.get(course_id, "")) for say, name, course_id in found]
