"""Who walks through the state machine of bookings: customers and guests, and their forms."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import delete, select

from kmz.accounts.models import CustomerAccount
from kmz.banking.models import BankAccount
from kmz.booking import rules
from kmz.booking.checkout.actions.book import Terms
from kmz.booking.checkout.drafted import ContractPartner, DraftContent, DraftLine, attendee
from kmz.booking.guest_key import guest_key
from kmz.booking.models import ConcessionReason, PaymentMethod
from kmz.booking.rules import CartOwner, ParticipantName
from kmz.booking.seats.holds import HoldTerms
from kmz.booking.waitlist.problems import Waiting
from kmz.catalog.models import Semester
from kmz.db import Base, db, transaction
from tests.factories import make_bank_account, make_customer

# Whom one form can name: the Vertragspartner and the family.
FAMILY = (None, ParticipantName("Kim", "Beispiel"), ParticipantName("Lou", "Beispiel"))
SEMESTER = "271"
# Children first: what a walk leaves behind and the next one must not find.
_WRITTEN = {
    *("seat_hold", "refund", "withdrawal_line", "withdrawal", "cancellation", "booking_event"),
    *("booking", "booking_request", "waitlist_offer", "waitlist_entry", "booking_draft"),
    *("sepa_mandate", "outgoing_mail", "audit_entry", "course_session", "course"),
}


@dataclass(frozen=True)
class Person:
    """Somebody at a browser: a customer, or a guest with an address."""

    owner: CartOwner
    email: str
    customer_id: int | None = None
    partner: ContractPartner | None = None
    key: str | None = None

    @property
    def row(self) -> CustomerAccount:
        return db.session.get_one(CustomerAccount, self.customer_id)

    @property
    def hold_terms(self) -> HoldTerms:
        """So few seats for one person that a family in two courses meets the limit."""
        return HoldTerms(
            minutes=15,
            owner=self.email,
            address="one house",
            most_per_owner=5,
            most_per_address=20,
        )

    def name_of(self, who: ParticipantName | None) -> ParticipantName:
        return attendee(DraftLine(course_id=0, person=who), self.partner or self.row)

    def key_of(self, who: ParticipantName | None) -> str:
        return rules.participant_key(self.customer_id, self.name_of(who), guest_key=self.key)

    def waits(self, who: ParticipantName | None = None) -> Waiting:
        return Waiting(self.name_of(who), self.key_of(who))

    def content(
        self, course_ids: Sequence[int], people: Sequence[ParticipantName | None]
    ) -> DraftContent:
        """A filled-in form: these people in each of the courses."""
        account = select(BankAccount.id).where(BankAccount.customer_id == self.customer_id)
        is_guest = self.partner is not None
        reason = db.session.scalar(select(ConcessionReason.id))
        return DraftContent(
            lines=tuple(
                DraftLine(
                    course_id=course_id,
                    person=person,
                    concession_id=reason if person == FAMILY[1] else None,
                )
                for course_id in course_ids
                for person in people
            ),
            payment_method=(
                PaymentMethod.BANK_TRANSFER if is_guest else PaymentMethod.SEPA_DIRECT_DEBIT
            ),
            bank_account_id=None if is_guest else db.session.scalar(account),
            partner=self.partner,
            is_ready=True,
        )


@dataclass
class Form:
    """An open Anmeldeformular; with its Vorgangsnummer once it was booked."""

    person: Person
    key: str
    content: DraftContent
    reference: str = ""

    @property
    def seats(self) -> Counter[int]:
        return self.content.seats

    @property
    def people(self) -> list[tuple[int, str]]:
        return [(line.course_id, self.person.key_of(line.person)) for line in self.content.lines]

    def terms(self, fee_cents: int) -> Terms:
        """The last click, with a total counted here."""
        return Terms(
            shown_total=fee_cents * len(self.content.lines),
            texts={"terms": "agb-1"},
            creditor_id="DE98ZZZ09999999999",
            bank_account_required="fee",
            guest_key=self.person.key,
        )


def make_people() -> list[Person]:
    """Three customers, a guest, and a guest with the address of the first customer."""
    customers = [make_customer(first_name=name) for name in ("Andrea", "Boris", "Cem")]
    for customer in customers:
        make_bank_account(customer)
    known = [
        Person(CartOwner(customer_id=one.id), one.email, customer_id=one.id) for one in customers
    ]
    return [*known, _guest("Nora", "nora@example.org"), _guest("Andrea", customers[0].email)]


def make_reason() -> None:
    """Whoever is Kim asks for it; the proof comes later, or never."""
    with transaction() as session:
        session.add(ConcessionReason(code="student", label="Studierende", percent=50))


def semester_of_walks() -> int:
    with transaction() as session:
        known = session.scalar(select(Semester.id))
        if known is not None:
            return known
        semester = Semester(code=SEMESTER, name="Frühjahr/Sommer 2027")
        session.add(semester)
        session.flush()
        return semester.id


def _guest(first_name: str, email: str) -> Person:
    partner = ContractPartner(
        first_name=first_name,
        last_name="Beispiel",
        email=email,
        street="Hafenweg",
        house_number="7",
        postal_code="12345",
        city="Musterstadt",
    )
    return Person(
        CartOwner(token=f"browser of {email}"),
        email,
        partner=partner,
        key=guest_key(current_app.extensions["kmz_vault"], email),
    )


def empty_everything() -> None:
    """Delete what an earlier walk wrote; the people stay."""
    with transaction() as session:
        for table in reversed(Base.metadata.sorted_tables):
            if table.name in _WRITTEN:
                session.execute(delete(table))
