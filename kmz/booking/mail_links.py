"""Where mails send people to their bookings."""

from kmz.booking.models import BookingRequest
from kmz.mail.rendering import public_link


def bookings_link(request: BookingRequest) -> str:
    """Meine Anmeldungen; guests ask for a fresh link, because theirs stands in no other place."""
    return public_link("/konto/anmeldungen" if request.customer_id else "/buchung")
