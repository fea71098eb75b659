"""What of a closed account's bookings the law keeps, and until when (L28; § 147 AO, § 257 HGB)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload, selectinload

from kmz import clock
from kmz.booking.models import Booking, BookingRequest, Refund
from kmz.booking.timeline import due_on
from kmz.db import db

# Requests of guests that never became a contract, like the Warteliste; and what the law does not
# need of the others, like accounts without a login (§ 195 BGB: claims end after three years).
GUEST_OFFER, GUEST_IDLE = timedelta(days=366), timedelta(days=3 * 366)


@dataclass(frozen=True, slots=True)
class Retention:
    """The requests that have to stay and those that may go; `until` is empty where none stays."""

    kept: Sequence[BookingRequest]
    gone: Sequence[BookingRequest]
    until: date | None


def retention_of(customer_id: int, *, years: int) -> Retention:
    """Requests of which a booking became firm stay until 31 December, `years` after the year of
    their last document; the others were never a contract.
    """
    query = (
        select(BookingRequest)
        .where(BookingRequest.customer_id == customer_id)
        .options(
            selectinload(BookingRequest.bookings).options(
                joinedload(Booking.course), selectinload(Booking.events)
            )
        )
    )
    ends = {request: _kept_until(request, years) for request in db.session.scalars(query)}
    kept = {request: end for request, end in ends.items() if end and end >= clock.today()}
    return Retention(
        kept=list(kept),
        gone=[request for request in ends if request not in kept],
        until=max(kept.values(), default=None),
    )


def old_guest_requests(*, years: int) -> Retention:
    """Requests of guests that no account has adopted: `kept` are to be reduced to what the law
    needs, `gone` to be deleted. What is still to be paid back stays as it is.
    """
    today, now = clock.today(), clock.now()
    owed = (
        select(Refund.id)
        .join(Refund.booking)
        .where(Booking.request_id == BookingRequest.id, Refund.done_at.is_(None))
    )
    query = (
        select(BookingRequest)
        .where(
            BookingRequest.customer_id.is_(None),
            ~owed.exists(),
            or_(
                and_(
                    BookingRequest.guest_key.is_not(None),
                    BookingRequest.created_at < now - GUEST_OFFER,
                ),
                BookingRequest.created_at < now - timedelta(days=365 * years),
            ),
        )
        .options(
            selectinload(BookingRequest.bookings).options(
                joinedload(Booking.course), selectinload(Booking.events)
            )
        )
    )
    kept, gone = [], []
    for request in db.session.scalars(query):
        until = _kept_until(request, years)
        last = _last_day(request)
        if (until is None and last < today - GUEST_OFFER) or (until and until < today):
            gone.append(request)
        elif request.guest_key is not None and last < today - GUEST_IDLE:
            kept.append(request)
    return Retention(kept=kept, gone=gone, until=None)


def _last_day(request: BookingRequest) -> date:
    return max(day for booking in request.bookings for day in _days(booking))


def _kept_until(request: BookingRequest, years: int) -> date | None:
    if not any(booking.confirmed_at for booking in request.bookings):
        return None
    return date(_last_day(request).year + years, 12, 31)


def _days(booking: Booking) -> list[date]:
    """The days of the documents of a booking: its events, its debit, the end of its course."""
    days = [clock.in_berlin(event.at).date() for event in booking.events]
    days.append(clock.in_berlin(booking.requested_at).date())
    day = due_on(booking)
    if day is not None:
        days.append(day)
    if booking.course.ends_on:
        days.append(booking.course.ends_on)
    return days
