"""What of a closed account's bookings the law keeps, and until when (L28; § 147 AO, § 257 HGB)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from kmz import clock
from kmz.booking.models import Booking, BookingRequest
from kmz.booking.timeline import due_on
from kmz.db import db


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


def _kept_until(request: BookingRequest, years: int) -> date | None:
    if not any(booking.confirmed_at for booking in request.bookings):
        return None
    last = max(day for booking in request.bookings for day in _days(booking))
    return date(last.year + years, 12, 31)


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
