"""What a customer may do with a booking: stornieren, widerrufen; as pages show it."""

from dataclasses import dataclass
from datetime import date

from flask import current_app

from kmz import clock
from kmz.booking.leaving import queries
from kmz.booking.leaving.cancellation_rules import cost_sentence, first_day_of, later_costs
from kmz.booking.leaving.problems import over_problems
from kmz.booking.leaving.withdrawal_rules import Right, deadline_of, is_open, right_of
from kmz.booking.models import SEAT_HOLDING, Booking, BookingStatus
from kmz.recovery.workdays import public_holidays


@dataclass(frozen=True, slots=True)
class LeavingChoice:
    """The ways out of a booking: `cost` of a Storno today in cents, what it costs `later`, and both
    in one `sentence`. `until` is the last day of the Widerrufsfrist, None while the booking is an
    offer that can always be taken back.
    """

    booking: Booking
    may_cancel: bool
    cost: int
    later: str
    sentence: str
    right: Right
    until: date | None

    @property
    def may_withdraw(self) -> bool:
        return is_open(self.right)


def choices_for(bookings: list[Booking]) -> list[LeavingChoice]:
    """The ways out of bookings whose course and request are loaded; one query for all."""
    holidays = public_holidays(current_app.config["KMZ"].land)
    policies, today = queries.terms_by_policy(), clock.today()
    found = []
    for booking in bookings:
        is_offer = booking.status == BookingStatus.REQUESTED
        terms = queries.agreed_terms(booking, policies)
        due = (terms, booking.fee_cents, first_day_of(booking), today)
        found.append(
            LeavingChoice(
                booking=booking,
                may_cancel=booking.status in SEAT_HOLDING and not over_problems(booking, today),
                cost=queries.cancellation_cost(booking, policies),
                later="So bleibt es, bis wir Sie fest einbuchen."
                if is_offer
                else later_costs(*due),
                sentence="Stornierung kostenfrei, solange wir Sie nicht fest eingebucht haben."
                if is_offer
                else cost_sentence(*due),
                right=right_of(booking, holidays, today),
                until=deadline_of(booking, holidays),
            )
        )
    return found
