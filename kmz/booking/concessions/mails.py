"""Which mail a decision about an Ermäßigung causes (M30)."""

from sqlalchemy.orm import Session

from kmz.booking.mail_links import bookings_link
from kmz.booking.models import Booking, ConcessionStatus
from kmz.booking.my_bookings.queries import find_mandate
from kmz.booking.timeline import due_on
from kmz.booking.transfers import transfer_of
from kmz.mail.actions import queue_mail


def send_decision(session: Session, booking: Booking, *, fee_before: int, reason: str) -> None:
    """M30: whether the Ermäßigung is recognised, and what is to be paid now. It announces a changed
    debit as well (L47).
    """
    is_verified = booking.concession_status == ConcessionStatus.VERIFIED
    said = "anerkannt" if is_verified else "nicht anerkannt"
    request = booking.request
    queue_mail(
        session,
        kind="M30",
        to=request.email,
        subject=f"Ermäßigung {said}: {booking.course.number} {booking.course.title}"[:180],
        template="booking/concession_decided",
        name=request.partner_name,
        booking=booking,
        course=booking.course,
        is_verified=is_verified,
        fee_before=fee_before,
        reason=reason,
        mandate=find_mandate(booking) if booking.open_cents else None,
        transfer=transfer_of(request, [booking]),
        due_on=due_on(booking),
        link=bookings_link(request),
    )
