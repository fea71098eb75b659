"""The link by which guests see their booking (domain.md 2.7: M29)."""

from sqlalchemy.orm import Session

from kmz.booking.models import BookingRequest
from kmz.mail.actions import queue_mail
from kmz.mail.rendering import public_link


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
