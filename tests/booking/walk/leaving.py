"""Storno, Widerruf, and what staff make of them."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from kmz import clock
from kmz.booking.leaving.actions.cancelling import cancel_bookings
from kmz.booking.leaving.actions.withdrawing import accept_withdrawal, declare, settle_withdrawal
from kmz.booking.leaving.withdrawal_rules import Declaration
from kmz.booking.models import SEAT_HOLDING, BookingStatus
from kmz.booking.rules import BookingOwner
from kmz.errors import RefusedError
from tests.booking.walk.desk import Desk, which


class Leaving(Desk):
    """Out of a course again."""

    @precondition(lambda self: self.books.bookings)
    @rule(index=which, honest=st.sampled_from([True, True, True, False]))
    def cancel(self, index: int, *, honest: bool) -> None:
        """Storno, at the cost that was shown or at one that is not true any more."""
        booking = self.booking(index, *SEAT_HOLDING)
        person = self.customer_of(booking.id) if booking else None
        if person is None:
            return
        cost = self._cost_of(booking)
        shown = cost if honest else cost + 1
        try:
            ended = cancel_bookings(
                BookingOwner(person.customer_id or 0), {booking.id: shown}, by=person.row
            )
        except RefusedError:
            self.assert_nothing_changed()
            assert not honest or self.is_over(booking.course_id)
            return
        assert (ended, honest) == ([booking.id], True)

    @precondition(lambda self: self.books.bookings)
    @rule(index=which, logged_in=st.booleans())
    def withdraw(self, index: int, *, logged_in: bool) -> None:
        """Widerruf by the login, or by the form in every footer."""
        booking = self.booking(index)
        person = self.customer_of(booking.id) if logged_in else None
        partner = next(one for one in self.books.requests if one.id == booking.request_id)
        declaration = Declaration(
            "A. Beispiel", f"Kurs {booking.course_id}", partner.contract_partner["email"]
        )
        declare(
            declaration,
            token=f"token {next(self.tokens)}",
            booking_ids=[booking.id] if person else [],
            customer=person.row if person else None,
            holidays=(),
            may_mail=True,
        )

    @precondition(lambda self: self.books.withdrawals)
    @rule(index=which, other=which)
    def find_the_withdrawn(self, index: int, other: int) -> None:
        """Staff find the booking that a declaration means."""
        withdrawal = self.newest(self.books.withdrawals, index)
        booking = self.booking(other)
        done = accept_withdrawal(withdrawal.id, [booking.id], by=self.staff)
        assert bool(done) == (booking.status in SEAT_HOLDING)
        self.noted["withdrawal.accepted", withdrawal.id] += bool(done)
        settled = settle_withdrawal(withdrawal.id, note="", by=self.staff)
        assert settled == (withdrawal.settled_at is None)
        self.noted["withdrawal.settled", withdrawal.id] += settled

    def _cost_of(self, booking: Any) -> int:
        """By the shipped AGB, counted here: free of charge until 14 days before the start."""
        first_day = self.course(booking.course_id).starts_on
        assert first_day is not None
        days = (first_day - clock.today()).days
        if booking.status == BookingStatus.REQUESTED or days > 13:
            return 0
        return int(500 if days > 6 else booking.fee_cents)
