"""What the office decides: fest einbuchen, ablehnen, and what a cancelled course means for
bookings.
"""

from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import StaffUser
from kmz.audit.actions import Actor
from kmz.booking import queries as booking_queries
from kmz.booking.leaving.actions.ending import end_bookings, owe
from kmz.booking.models import SEAT_HOLDING, Booking, BookingStatus
from kmz.booking.office import mails
from kmz.booking.timeline import first_due_on
from kmz.booking.transitions import move
from kmz.catalog.actions.courses import mark_cancelled
from kmz.catalog.models import Course
from kmz.db import transaction


def confirm_bookings(booking_ids: list[int], *, by: Actor) -> list[Booking]:
    """Fest einbuchen: those still open become confirmed and get their Anmeldebestätigung (M09).

    Bookings that somebody else decided meanwhile are left alone, so nobody gets two mails; and
    those in courses that were called off.
    """
    with transaction() as session:
        takes_place = (
            select(Booking.id)
            .join(Booking.course)
            .where(Booking.id.in_(booking_ids), Course.cancelled_at.is_(None))
        )
        ids = session.scalars(takes_place).all()
        changed = move(session, ids, (BookingStatus.REQUESTED,), BookingStatus.CONFIRMED, by=by)
        for booking in changed:
            booking.confirmed_at = clock.now()
            if booking.fee_cents:
                booking.due_on = first_due_on(clock.today())
            mails.send_confirmation(session, booking)
        return changed


def reject_booking(booking_id: int, *, reason: str, by: StaffUser) -> bool:
    """Ablehnen: the seat is free again, the customer is told why (M10). False when already
    decided.
    """
    with transaction() as session:
        ended = end_bookings(
            session,
            [booking_id],
            (BookingStatus.REQUESTED,),
            BookingStatus.REJECTED,
            by=by,
            reason=reason,
        )
        for booking in ended:
            owe(session, booking, 0, cause="rejection", by=by)
            mails.send_rejection(session, booking, reason)
        return bool(ended)


def cancel_course(course_id: int, *, reason: str, by: StaffUser) -> int:
    """Kurs absagen: the course is cancelled, every living booking ends free of charge, what was
    paid goes back, everybody is told (M13).

    Returns how many bookings ended.
    """
    with transaction() as session:
        mark_cancelled(session, course_id, reason=reason, by=by)
        ended = end_bookings(
            session,
            booking_queries.seat_holders(course_id),
            SEAT_HOLDING,
            BookingStatus.CANCELLED_BY_PROVIDER,
            by=by,
            reason=reason,
        )
        for booking in ended:
            refund_by = owe(session, booking, 0, cause="course_cancelled", by=by)
            mails.send_course_cancelled(session, booking, reason, refund_by=refund_by)
        return len(ended)
