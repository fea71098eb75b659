"""The receipt of a question (M28, ours)."""

from sqlalchemy.orm import Session

from kmz.contact.models import ContactRequest
from kmz.contact.rules import CALLBACK_WINDOWS
from kmz.mail.actions import queue_mail
from kmz.mail.strangers import without_links


def send_receipt(session: Session, request: ContactRequest, *, course: str) -> None:
    """What came in, to the address that was typed; links in it are left out."""
    queue_mail(
        session,
        kind="M28",
        to=request.email,
        subject=f"Eingangsbestätigung Ihrer Anfrage {request.reference}",
        template="contact/receipt",
        reference=request.reference,
        name=without_links(request.name),
        at=request.created_at,
        course=course,
        booking_reference=request.booking_reference,
        phone=request.phone,
        window=CALLBACK_WINDOWS.get(request.callback_window, ""),
        message=without_links(request.message),
    )
