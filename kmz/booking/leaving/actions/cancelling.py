"""Stornieren: leaving by the contract, at the cost that was shown (domain.md 1.8)."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.audit.actions import Actor
from kmz.booking.leaving import mails, queries
from kmz.booking.leaving.actions.ending import end_bookings, lock_courses_of, owe
from kmz.booking.leaving.cancellation_rules import CancellationTerms
from kmz.booking.leaving.problems import cost_changed, over_problems
from kmz.booking.models import SEAT_HOLDING, Booking, BookingStatus, Cancellation
from kmz.booking.rules import BookingOwner
from kmz.db import transaction
from kmz.errors import RefusedError


def cancel_bookings(owner: BookingOwner, shown: Mapping[int, int], *, by: Actor) -> list[int]:
    """End own bookings by id at the costs that were shown, in cents; those that ended now.

    Bookings that ended before are left alone, so nobody pays or is told twice. RefusedError when
    a cost changed meanwhile, or a course is over; then nothing is cancelled at all.
    """
    with transaction() as session:
        lock_courses_of(session, shown)
        bookings = queries.living_bookings(owner, list(shown))
        policies = queries.terms_by_policy()
        costs = {booking.id: queries.cancellation_cost(booking, policies) for booking in bookings}
        _check(bookings, costs, shown)
        terms = {booking.id: queries.agreed_terms(booking, policies) for booking in bookings}
        ended = end_bookings(
            session,
            list(costs),
            SEAT_HOLDING,
            BookingStatus.CANCELLED_BY_CUSTOMER,
            by=by,
        )
        for booking in ended:
            _settle(session, booking, costs[booking.id], terms[booking.id], by)
        numbers = [booking.id for booking in ended]
    if numbers:
        log.event("booking.cancelled_by_customer", actor=by.actor_name, bookings=numbers)
    return numbers


def _check(bookings: list[Booking], costs: Mapping[int, int], shown: Mapping[int, int]) -> None:
    problems = [
        problem for booking in bookings for problem in over_problems(booking, clock.today())
    ]
    problems += [
        cost_changed(booking, costs[booking.id])
        for booking in bookings
        if costs[booking.id] != shown[booking.id]
    ]
    if problems:
        raise RefusedError(*problems)


def _settle(
    session: Session, booking: Booking, cost: int, terms: CancellationTerms, by: Actor
) -> None:
    session.add(
        Cancellation(
            booking_id=booking.id,
            at=clock.now(),
            actor=by.actor_name,
            fee_cents=cost,
            policy=terms.as_json(),
        )
    )
    due_on = owe(session, booking, cost, cause="cancellation", by=by)
    mails.send_cancelled(session, booking, cost=cost, refund_by=due_on)
