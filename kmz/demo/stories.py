"""What else can become of a booking: waiting, an offer, Storno, Widerruf, and a family."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import CustomerAccount, StaffUser
from kmz.booking.leaving.actions.cancelling import cancel_bookings
from kmz.booking.leaving.actions.withdrawing import declare
from kmz.booking.leaving.queries import cancellation_cost, living_bookings, terms_by_policy
from kmz.booking.leaving.withdrawal_rules import Declaration
from kmz.booking.office.decisions import confirm_bookings
from kmz.booking.people.actions import add_participant
from kmz.booking.rules import (
    BookingOwner,
    ParticipantName,
    PersonData,
    contract_named,
    participant_key,
)
from kmz.booking.waitlist.actions.joining import Wish, join
from kmz.booking.waitlist.problems import Waiting
from kmz.crypto import new_token
from kmz.demo import people
from kmz.demo.booking import Bookings, collect_due
from kmz.demo.customers import SeededCustomer

_MOST_WAITING = 30


def tell_stories(session: Session, bookings: Bookings, *, staff: StaffUser) -> None:
    """Everything that a newcomer finds under Meine Anmeldungen and in the office's lists."""
    _Stories(session, bookings, staff).tell()


class _Stories:
    def __init__(self, session: Session, bookings: Bookings, staff: StaffUser) -> None:
        self._session = session
        self._bookings = bookings
        self._staff = staff

    def tell(self) -> None:
        self._add_family()
        for email in people.WAITING:
            self._wait(email, people.WAITED_FOR, days_ago=5)
        self._pass_a_seat_on()
        self._leave()

    def _add_family(self) -> None:
        for first_name, born in people.CHILDREN.items():
            name = ParticipantName(first_name, people.CUSTOMER.last_name)
            add_participant(self._person(people.CUSTOMER.email).id, PersonData(name, "child", born))

    def _pass_a_seat_on(self) -> None:
        """The last seat is booked, the customer waits, the seat comes free: she has an offer."""
        booked = self._book(people.OFFERED_BY, people.OFFERED, days_ago=9)
        self._wait(people.CUSTOMER.email, people.OFFERED, days_ago=7)
        self._cancel(people.OFFERED_BY, booked)

    def _leave(self) -> None:
        """A Storno, a Widerruf, and one of somebody unknown that waits for the office."""
        cancelled = self._book(people.CUSTOMER.email, people.CANCELLED, days_ago=18)
        collect_due(self._session)
        self._cancel(people.CUSTOMER.email, cancelled)
        withdrawn = self._book(people.CUSTOMER.email, people.WITHDRAWN, days_ago=5)
        customer = self._account(people.CUSTOMER.email)
        with clock.moved_by(days=-3):
            contract = contract_named(living_bookings(BookingOwner(customer.id), withdrawn))
            own = Declaration(customer.full_name, contract, customer.email)
            self._declare(own, withdrawn, customer)
        with clock.moved_by(days=-1):
            self._declare(Declaration(*people.DECLARED), [], None)

    def _book(self, email: str, title: str, *, days_ago: int) -> list[int]:
        """A booking that the office confirmed on the next day."""
        with clock.moved_by(days=-days_ago):
            ids = self._bookings.book(email, self._bookings.courses_titled([title]))
        with clock.moved_by(days=1 - days_ago):
            confirm_bookings(ids, by=self._staff)
        return ids

    def _wait(self, email: str, title: str, *, days_ago: int) -> None:
        customer = self._account(email)
        name = ParticipantName(customer.first_name, customer.last_name)
        wish = Wish(
            course_ids=self._bookings.courses_titled([title]),
            people=[Waiting(name, participant_key(customer.id, name))],
            most=_MOST_WAITING,
        )
        with clock.moved_by(days=-days_ago):
            join(wish, customer=customer)

    def _cancel(self, email: str, booking_ids: list[int]) -> None:
        """At today's cost."""
        customer = self._account(email)
        policies, owner = terms_by_policy(), BookingOwner(customer.id)
        shown = {
            booking.id: cancellation_cost(booking, policies)
            for booking in living_bookings(owner, booking_ids)
        }
        cancel_bookings(owner, shown, by=customer)

    def _declare(
        self, declaration: Declaration, ids: list[int], customer: CustomerAccount | None
    ) -> None:
        declare(
            declaration,
            token=new_token(),
            booking_ids=ids,
            customer=customer,
            holidays=frozenset[date](),
            may_mail=True,
        )

    def _person(self, email: str) -> SeededCustomer:
        customers: Mapping[str, SeededCustomer] = self._bookings.customers
        return customers[email]

    def _account(self, email: str) -> CustomerAccount:
        return self._session.get_one(CustomerAccount, self._person(email).id)
