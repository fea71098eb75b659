"""The confirmation of an Umbuchung (ours: M34); of a firm booking it is the contract, too (L05)."""

from datetime import date

from sqlalchemy.orm import Session

from kmz.booking.models import Booking
from kmz.booking.office.mails import contract_of
from kmz.booking.queries import bookings_by_id
from kmz.mail.actions import queue_mail


def send_rebooked(session: Session, old: Booking, new: Booking, *, refund_by: date | None) -> None:
    """From which course into which, what it costs, and the Termine as a calendar file."""
    (booking,) = bookings_by_id([new.id])
    contract = contract_of(booking)
    queue_mail(
        session,
        kind="M34",
        to=booking.request.email,
        subject=f"Umbuchung bestätigt: {booking.course.number} {booking.course.title}"[:180],
        template="booking/rebooked",
        old_course=old.course,
        is_firm=booking.confirmed_at is not None,
        refund_by=refund_by,
        refund_cents=booking.paid_cents - booking.fee_cents,
        **contract,
    )
