"""The one way from one state of a booking to the next: under its row lock, with event and audit.

And the one way to another total of its Vorgang.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import update
from sqlalchemy.orm import Session

from kmz import clock
from kmz.audit.actions import Actor, record
from kmz.booking import queries
from kmz.booking.models import Booking, BookingEvent, BookingRequest, BookingStatus
from kmz.booking.rules import may_become


def move(
    session: Session,
    booking_ids: Collection[int],
    before: Sequence[BookingStatus],
    after: BookingStatus,
    *,
    by: Actor,
    reason: str = "",
) -> list[Booking]:
    """Move those of the bookings that are in one of the states `before`; part of the caller's
    transaction, which also gives seats back and queues the mail.

    Returns the moved ones with everything that mails show; the others were decided already, so
    nobody is told twice. ValueError for a way that the state machine does not know.
    """
    for state in before:
        if not may_become(state, after):
            raise ValueError(f"{state} cannot become {after}")
    moved = session.scalars(
        update(Booking)
        .where(Booking.id.in_(booking_ids), Booking.status.in_(before))
        .values(status=after, sequence=Booking.sequence + 1)
        .returning(Booking.id)
        .execution_options(synchronize_session=False)
    ).all()
    bookings = queries.bookings_by_id(list(moved))
    for booking in bookings:
        session.add(
            BookingEvent(
                booking_id=booking.id,
                status=after,
                at=clock.now(),
                actor=by.actor_name,
                reason=reason,
            )
        )
        record(
            session, f"booking.{after}", by=by, kind="booking", object_id=booking.id, reason=reason
        )
    return bookings


def change_total(session: Session, request_id: int, cents: int) -> None:
    """What was agreed for one booking of the Vorgang costs so much more, or less, from now on."""
    session.execute(
        update(BookingRequest)
        .where(BookingRequest.id == request_id)
        .values(total_cents=BookingRequest.total_cents + cents)
    )
