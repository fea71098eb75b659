"""Which mails bookings cause (domain.md 2.7: M08, M09, M10, M13)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from flask import current_app
from sqlalchemy.orm import Session

from kmz.accounts.light import LightCustomer
from kmz.banking.models import SepaMandate
from kmz.booking.calendar import calendar_of_booking
from kmz.booking.drafted import ContractPartner
from kmz.booking.models import Booking, BookingRequest, PaymentMethod
from kmz.booking.prices import Price
from kmz.booking.rules import PAYMENT_NAMES, ParticipantName
from kmz.booking.withdrawal_rules import deadline_of
from kmz.catalog.light import LightCourse
from kmz.catalog.rules import NO_WITHDRAWAL
from kmz.mail.actions import queue_mail
from kmz.mail.rendering import public_link
from kmz.mail.rules import Attachment
from kmz.recovery.workdays import public_holidays


class ReceiptLine(NamedTuple):
    """One booking as the receipt shows it."""

    course: LightCourse
    person: ParticipantName
    price: Price


def send_receipt(
    session: Session,
    buyer: LightCustomer | ContractPartner,
    request: dict[str, Any],
    lines: Sequence[ReceiptLine],
    mandate: SepaMandate | None,
    *,
    guest_token: str = "",
) -> None:
    """M08, the Eingangsbestätigung: everything that was sent; not yet a contract (L04).

    `request` is the row as it is written. Customers find it under Meine Anmeldungen, guests by the
    link with their token, which stands in no other place.
    """
    path = f"/buchung/{guest_token}" if guest_token else "/konto/anmeldungen"
    queue_mail(
        session,
        kind="M08G" if guest_token else "M08",
        to=buyer.email,
        subject=f"Eingangsbestätigung {request['reference']}",
        template="booking/receipt",
        name=buyer.full_name,
        request=request,
        lines=lines,
        mandate=mandate,
        payment=PAYMENT_NAMES[PaymentMethod(request["payment_method"])],
        link=public_link(path),
    )


def send_confirmation(session: Session, booking: Booking) -> None:
    """M09, the Anmeldebestätigung: the contract with all it needs in the mail itself (L05, L47),
    and its Termine as a calendar file.
    """
    calendar = calendar_of_booking(booking)
    queue_mail(
        session,
        kind="M09",
        to=booking.request.email,
        subject=f"Anmeldebestätigung {booking.course.number} {booking.course.title}"[:180],
        template="booking/confirmation",
        attachments=(Attachment(f"{booking.course.slug}.ics", "text/calendar", calendar),),
        name=booking.request.partner_name,
        booking=booking,
        course=booking.course,
        request=booking.request,
        mandate=_mandate(session, booking.request) if booking.fee_cents else None,
        due_on=booking.due_on,
        withdrawal_until=deadline_of(booking, public_holidays(current_app.config["KMZ"].land)),
        no_withdrawal=NO_WITHDRAWAL if booking.course.withdrawal_right == "excluded" else "",
        link=public_link("/konto/anmeldungen"),
        withdrawal_link=public_link("/widerruf"),
    )


def send_guest_link(session: Session, request: BookingRequest, token: str) -> None:
    """M29: where a guest sees the booking; the token stands in no other place."""
    queue_mail(
        session,
        kind="M29",
        to=str(request.contract_partner["email"]),
        subject=f"Ihre Buchung {request.reference}",
        template="booking/guest_link",
        name=request.partner_name,
        reference=request.reference,
        link=public_link(f"/buchung/{token}"),
    )


def send_rejection(session: Session, booking: Booking, reason: str) -> None:
    """M10: the office cannot accept the booking."""
    _send_end(
        session, booking, "M10", "Ihre Anmeldung konnten wir nicht annehmen", "rejection", reason
    )


def send_expiry(session: Session, booking: Booking) -> None:
    """M10 with an apology: nobody decided in time."""
    _send_end(session, booking, "M10", "Ihre Anmeldung ist leider verfallen", "expiry", reason="")


def send_course_cancelled(session: Session, booking: Booking, reason: str) -> None:
    """M13: the course does not take place."""
    _send_end(session, booking, "M13", "Ihr Kurs fällt leider aus", "course_cancelled", reason)


def _send_end(
    session: Session, booking: Booking, kind: str, subject: str, template: str, reason: str
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
    )


def _mandate(session: Session, request: BookingRequest) -> SepaMandate | None:
    return session.get(SepaMandate, request.mandate_id) if request.mandate_id else None
