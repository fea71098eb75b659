"""Umbuchung into the other course, and what the office says about an Ermäßigung."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kmz.booking.concessions.actions import refuse_concession, verify_concession
from kmz.booking.models import SEAT_HOLDING, ConcessionStatus
from kmz.booking.rebooking.actions import Click, rebook, rebook_by_office
from kmz.booking.rules import BookingOwner
from kmz.errors import RefusedError
from tests.booking.walk.books import Books
from tests.booking.walk.buying import Buying
from tests.booking.walk.desk import FEE, which


class Moving(Buying):
    """The same person in the other course, or at another fee."""

    @precondition(lambda self: self.booking(0, *SEAT_HOLDING))
    @rule(index=which, by_office=st.booleans(), honest=st.sampled_from([True, True, True, False]))
    def move_to_the_other_course(self, index: int, *, by_office: bool, honest: bool) -> None:
        """At the price that was shown, or at one that is not true; pressed twice it moves once."""
        self._move(self.booking(index, *SEAT_HOLDING), by_office=by_office, honest=honest)

    @precondition(lambda self: self.booking(0, *SEAT_HOLDING))
    @rule(index=which, by_office=st.booleans())
    def move_where_there_is_room(self, index: int, *, by_office: bool) -> None:
        """More places than people who wait for them."""
        booking = self.booking(index, *SEAT_HOLDING)
        other = int(booking.course_id == self.courses[0])
        seats = self.books.by_course(self.courses[other])
        self._allow(other, max(1, seats.promised + seats.waiting + 1))
        self.books = Books.read()
        self._move(booking, by_office=by_office, honest=True)

    def _move(self, booking: Any, *, by_office: bool, honest: bool) -> None:
        person = None if by_office else self.customer_of(booking.id)
        verified = booking.concession_status == ConcessionStatus.VERIFIED
        cents = booking.concession_fee_cents if verified else FEE
        click = Click(
            booking_id=booking.id,
            course_id=next(one for one in self.courses if one != booking.course_id),
            shown_cents=cents + (not honest),
            before_proof="full",
            reason="Wunsch am Telefon" if person is None else "",
        )

        def press() -> int:
            if person is None:
                return rebook_by_office(click, by=self.staff)
            return rebook(BookingOwner(person.customer_id or 0), click, by=person.row)

        try:
            new = press()
        except RefusedError:
            self.assert_nothing_changed()
            return
        assert honest
        done = Books.read()
        assert (press(), Books.read()) == (new, done)

    @precondition(lambda self: self._claimed())
    @rule(index=which, is_right=st.booleans())
    def decide_an_ermaessigung(self, index: int, *, is_right: bool) -> None:
        booking = self.newest(self._claimed(), index)
        try:
            if is_right:
                verify_concession(booking.id, by=self.staff)
            else:
                refuse_concession(booking.id, reason="Der Ausweis gilt nicht mehr.", by=self.staff)
        except RefusedError:
            self.assert_nothing_changed()
            assert booking.status not in SEAT_HOLDING or (is_right and booking.paid_cents)

    def _claimed(self) -> list[object]:
        claimed = ConcessionStatus.CLAIMED
        return [one for one in self.books.bookings if one.concession_status == claimed]
