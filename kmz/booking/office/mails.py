"""What the office decided (domain.md 2.7: M09, M10, M13)."""

from datetime import date
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from kmz.booking.calendar.file import calendar_of_booking
from kmz.booking.leaving.withdrawal_rules import deadline_of
from kmz.booking.mail_links import bookings_link
from kmz.booking.models import Booking, BookingRequest, PaymentMethod
from kmz.booking.office.terms_file import terms_file
from kmz.booking.queries import mandate_of
from kmz.booking.rules import PAYMENT_NAMES
from kmz.booking.transfers import transfer_of
from kmz.catalog.rules import NO_WITHDRAWAL
from kmz.mail.actions import queue_mail
from kmz.mail.rendering import public_link
from kmz.mail.rules import Attachment
from kmz.recovery.workdays import public_holidays


def send_confirmation(session: Session, booking: Booking) -> None:
    """M09, the Anmeldebestätigung: the contract with all it needs in the mail itself (L05, L47),
    with its Termine and the AGB as files.
    """
    queue_mail(
        session,
        kind="M09",
        to=booking.request.email,
        subject=f"Anmeldebestätigung {booking.course.number} {booking.course.title}"[:180],
        template="booking/confirmation",
        **contract_of(booking),
    )


def contract_of(booking: Booking) -> dict[str, Any]:
    """What `mail/booking/_contract` says, with the files that belong to it: the Termine, and the
    AGB once the contract stands.
    """
    files = [
        Attachment(f"{booking.course.slug}.ics", "text/calendar", calendar_of_booking(booking))
    ]
    if booking.confirmed_at is not None:
        files.append(terms_file(booking.request.accepted_texts["terms"]))
    return {
        "attachments": files,
        "name": booking.request.partner_name,
        "booking": booking,
        "course": booking.course,
        "request": booking.request,
        "mandate": mandate_of(booking.request) if booking.open_cents else None,
        "transfer": transfer_of(booking.request, [booking]),
        "payment": _way_to_pay(booking.request),
        "due_on": booking.due_on,
        "withdrawal_until": deadline_of(booking, public_holidays(current_app.config["KMZ"].land)),
        "no_withdrawal": NO_WITHDRAWAL if booking.has_no_withdrawal_right else "",
        "link": bookings_link(booking.request),
        "withdrawal_link": public_link("/widerruf"),
    }


def _way_to_pay(request: BookingRequest) -> str:
    """How it was agreed to be paid; "" where nothing cost anything when it was booked."""
    method = PaymentMethod(request.payment_method)
    return "" if method == PaymentMethod.NONE else PAYMENT_NAMES[method]


def send_rejection(session: Session, booking: Booking, reason: str) -> None:
    """M10: the office cannot accept the booking."""
    _send_end(
        session, booking, "M10", "Ihre Anmeldung konnten wir nicht annehmen", "rejection", reason
    )


def send_expiry(session: Session, booking: Booking) -> None:
    """M10 with an apology: nobody decided in time."""
    _send_end(session, booking, "M10", "Ihre Anmeldung ist leider verfallen", "expiry", reason="")


def send_course_cancelled(
    session: Session, booking: Booking, reason: str, *, refund_by: date | None
) -> None:
    """M13: the course does not take place; what was paid goes back by a day."""
    subject = "Ihr Kurs fällt leider aus"
    _send_end(session, booking, "M13", subject, "course_cancelled", reason, refund_by=refund_by)


def _send_end(
    session: Session,
    booking: Booking,
    kind: str,
    subject: str,
    template: str,
    reason: str,
    *,
    refund_by: date | None = None,
) -> None:
    queue_mail(
        session,
        kind=kind,
        to=booking.request.email,
        subject=f"{subject}: {booking.course.number}",
        template=f"booking/{template}",
        name=booking.request.partner_name,
        booking=booking,
        course=booking.course,
        reason=reason,
        link=public_link("/kurse"),
        refund_by=refund_by,
    )
