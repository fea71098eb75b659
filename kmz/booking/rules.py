"""Pure rules of booking: names of states, the person's key, what was agreed."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kmz.accounts.models import CustomerAccount
from kmz.booking.models import Booking, BookingStatus, Participant, PaymentMethod
from kmz.catalog.light import LightCourse
from kmz.catalog.rules import age_limit
from kmz.dates import format_day

# Characters in which a contract is named (L14).
LONGEST_CONTRACT = 500
STATUS_NAMES = {
    BookingStatus.REQUESTED: "eingegangen",
    BookingStatus.CONFIRMED: "fest eingebucht",
    BookingStatus.REJECTED: "abgelehnt",
    BookingStatus.EXPIRED: "verfallen",
    BookingStatus.CANCELLED_BY_CUSTOMER: "storniert",
    BookingStatus.WITHDRAWN: "widerrufen",
    BookingStatus.REBOOKED: "umgebucht",
    BookingStatus.CANCELLED_BY_PROVIDER: "Kurs abgesagt",
}
# What else stands among the events of a booking: decisions about its Ermäßigung.
CONCESSION_EVENTS = {
    "concession_verified": "Ermäßigung anerkannt",
    "concession_refused": "Ermäßigung nicht anerkannt",
}
# What finance says once the money is back (L20).
REFUNDED = "refunded"
# The office told the participants that their course is another (M14); the reason says what.
CHANGE_TOLD = "change_told"
OTHER_EVENTS = CONCESSION_EVENTS | {
    REFUNDED: "Erstattung erledigt",
    CHANGE_TOLD: "Kursänderung mitgeteilt",
}
# The state machine of domain.md 1.6: what may become of a booking. The others are ends.
WAYS = {
    BookingStatus.REQUESTED: {
        BookingStatus.CONFIRMED,
        BookingStatus.REJECTED,
        BookingStatus.EXPIRED,
        BookingStatus.CANCELLED_BY_CUSTOMER,
        BookingStatus.WITHDRAWN,
        BookingStatus.REBOOKED,
        BookingStatus.CANCELLED_BY_PROVIDER,
    },
    BookingStatus.CONFIRMED: {
        BookingStatus.CANCELLED_BY_CUSTOMER,
        BookingStatus.WITHDRAWN,
        BookingStatus.REBOOKED,
        BookingStatus.CANCELLED_BY_PROVIDER,
    },
}
PAYMENT_NAMES = {
    PaymentMethod.SEPA_DIRECT_DEBIT: "SEPA-Lastschrift",
    PaymentMethod.BANK_TRANSFER: "Überweisung",
    PaymentMethod.CASH_OFFICE: "Barzahlung in der Geschäftsstelle",
    PaymentMethod.NONE: "kostenfrei",
}
PAY_BUTTON = "Zahlungspflichtig buchen"
FREE_BUTTON = "Kostenfrei buchen"
MAX_ITEMS = 20
# So many people may attend one course by one form.
MAX_ATTENDEES = 6
# domain.md 1.6: the office's dashboard shows a request red from this age on.
OVERDUE_AFTER_DAYS = 7
# The Beziehung of a Teilnehmende Person to the customer.
RELATIONS = {
    "child": "Kind",
    "partner": "Partner/in",
    "parent": "Elternteil",
    "other": "andere",
}
MAX_PEOPLE = 20
# The age from which somebody may conclude a contract (§§ 104-113 BGB, L09).
FULL_AGE = 18
# The text by which an early start is demanded (L19).
EARLY_START_VERSION = "2026-11"
# Who attends, beside the ids of kept people.
SELF, OTHER = "self", "other"


def may_become(before: BookingStatus, after: BookingStatus) -> bool:
    """Whether the state machine knows this way."""
    return after in WAYS.get(before, ())


@dataclass(frozen=True, slots=True)
class ParticipantName:
    """Who attends: first and last name."""

    first_name: str
    last_name: str

    @property
    def key(self) -> str:
        """What makes two spellings one person within an account."""
        words = f"{self.first_name} {self.last_name}".split()
        return unicodedata.normalize("NFKC", " ".join(words)).casefold()


@dataclass(frozen=True, slots=True)
class PersonData:
    """A Teilnehmende Person as typed; `relation` is a key of RELATIONS or "" where not said."""

    name: ParticipantName
    relation: str = ""
    birth_date: date | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody whom the Anmeldeformular offers: name, how it is shown, birth date where known."""

    name: ParticipantName
    label: str
    birth_date: date | None


GUEST_CHOICES = {SELF: Choice(ParticipantName("", ""), "Ich nehme selbst teil", None)}


def people_to_choose(
    customer: CustomerAccount, birth_date: date | None, kept: Sequence[Participant]
) -> dict[str, Choice]:
    """Whom the Anmeldeformular offers: the customer first, then the kept people by their ids."""
    own = ParticipantName(customer.first_name, customer.last_name)
    people = {SELF: Choice(own, f"Ich nehme selbst teil ({customer.full_name})", birth_date)}
    for row in kept:
        name = ParticipantName(row.first_name, row.last_name)
        relation = f" ({RELATIONS[row.relation]})" if row.relation in RELATIONS else ""
        label = f"{row.first_name} {row.last_name}{relation}"
        people[str(row.id)] = Choice(name, label, row.birth_date)
    return people


def age_on(day: date, birth_date: date) -> int:
    """Full years on a day; who is born on 29 February turns a year older on 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (not had_birthday)


def age_objection(
    birth_date: date, first_day: date, *, min_age: int | None, max_age: int | None
) -> str | None:
    """Why somebody is too young or too old on the first day of a course (L09)."""
    age = age_on(first_day, birth_date)
    if (min_age is None or age >= min_age) and (max_age is None or age <= max_age):
        return None
    return (
        f"Altersgrenze des Kurses: {age_limit(min_age, max_age)}. "
        f"Am ersten Kurstag ({format_day(first_day)}) ist die Person {age}."
    )


def participant_key(
    customer_id: int | None, participant: ParticipantName, *, guest_key: str | None = None
) -> str:
    """Unique per person: the same name in two accounts, or of guests with two addresses, may be two
    people.
    """
    whose = f"guest-{(guest_key or '')[:32]}" if customer_id is None else str(customer_id)
    return f"{whose}:{participant.key}"[:250]


def button_label(total_cents: int) -> str:
    """The exact words of the last button (L01)."""
    return PAY_BUTTON if total_cents else FREE_BUTTON


def agreed_data(
    course: LightCourse, *, price_cents: int, cancellation: dict[str, Any], facts: dict[str, Any]
) -> dict[str, Any]:
    """The course as the customer saw it when booking, its Termine, the fee of this person beside
    the full one, and what leaving it costs.
    """
    return {
        "number": course.number,
        "title": course.title,
        "starts_on": course.starts_on.isoformat() if course.starts_on else None,
        "ends_on": course.ends_on.isoformat() if course.ends_on else None,
        "session_count": course.session_count,
        "fee_cents": course.fee_cents,
        "price_cents": price_cents,
        "withdrawal_right": course.withdrawal_right,
        "version": course.version,
        "cancellation": cancellation,
        "facts": facts,
    }


def was_agreed_otherwise(booking: Booking) -> bool:
    """Whether the course, which is loaded, shows something else today than when it was booked."""
    course, agreed = booking.course, booking.agreed
    days = [day.isoformat() if day else None for day in (course.starts_on, course.ends_on)]
    return (course.number, course.title, course.fee_cents, *days) != (
        agreed["number"],
        agreed["title"],
        agreed["fee_cents"],
        agreed["starts_on"],
        agreed["ends_on"],
    )


def summary_sentence(count: int, since: str) -> str:
    """U30: since when and how often somebody booked."""
    courses = "1 Kurs" if count == 1 else f"{count} Kursen"
    return f"Seit dem {since} haben Sie sich zu {courses} angemeldet."


@dataclass(frozen=True, slots=True)
class BookingOwner:
    """Whose bookings: a customer's, or those of the one request that a guest's link opens, known by
    the digest of its token.
    """

    customer_id: int | None = None
    link_hash: str | None = None

    def __post_init__(self) -> None:
        if (self.customer_id is None) == (self.link_hash is None):
            raise ValueError("a customer or a link")


@dataclass(frozen=True, slots=True)
class CartOwner:
    """Whose cart: a customer's, or that of a visitor who holds a token."""

    customer_id: int | None = None
    token: str | None = None


def contract_named(bookings: Iterable[Booking]) -> str:
    """How bookings are named as the contract: Vorgang, course, and whose."""
    named = (
        f"{one.request.reference}: {one.course.display_line}, {one.participant_name}"
        for one in bookings
    )
    return "\n".join(named)[:LONGEST_CONTRACT]
