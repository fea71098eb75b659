"""The Kurserinnerung (domain.md 2.7: M15)."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kmz.booking.mail_links import bookings_link
from kmz.booking.models import Booking
from kmz.mail.actions import queue_mail
from kmz.sanitising import plain_text


def send_reminder(session: Session, bookings: Sequence[Booking]) -> None:
    """M15 for the people of one request in one course."""
    request, course = bookings[0].request, bookings[0].course
    queue_mail(
        session,
        kind="M15",
        to=request.email,
        subject=f"Erinnerung: Bald beginnt {course.title}"[:180],
        template="booking/reminder",
        name=request.partner_name,
        people=[booking.participant_name for booking in bookings],
        course=course,
        notes=plain_text(course.notes_html),
        reference=request.reference,
        link=bookings_link(request),
    )
