"""Erstattungen: finance pays back and says so (L20)."""

from sqlalchemy import select, update

from kmz import clock
from kmz.accounts.models import StaffUser
from kmz.audit.actions import record
from kmz.booking.models import Booking, BookingEvent, Refund
from kmz.booking.rules import REFUNDED
from kmz.db import transaction
from kmz.money import format_cents


def finish_refund(refund_id: int, *, by: StaffUser) -> bool:
    """The money went back by the way it came, and the booking's timeline says so; False when it
    was noted already.
    """
    with transaction() as session:
        # Bookings before refunds, as whoever ends a booking locks them.
        of_booking = select(Refund.booking_id).where(Refund.id == refund_id)
        session.execute(
            select(Booking.id).where(Booking.id == of_booking.scalar_subquery()).with_for_update()
        )
        row = session.execute(
            update(Refund)
            .where(Refund.id == refund_id, Refund.done_at.is_(None))
            .values(done_at=clock.now(), done_by=by.actor_name)
            .returning(Refund.booking_id, Refund.amount_cents)
        ).one_or_none()
        if row is None:
            return False
        session.execute(
            update(Booking)
            .where(Booking.id == row.booking_id)
            .values(paid_cents=Booking.paid_cents - row.amount_cents)
        )
        session.add(
            BookingEvent(
                booking_id=row.booking_id,
                status=REFUNDED,
                at=clock.now(),
                actor=by.actor_name,
                reason=format_cents(row.amount_cents),
            )
        )
        record(
            session,
            "refund.done",
            by=by,
            kind="refund",
            object_id=refund_id,
            booking=row.booking_id,
            cents=row.amount_cents,
        )
        return True
