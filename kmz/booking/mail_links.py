"""Where mails send people to their bookings.

Guests ask for a fresh link there: that of the Eingangsbestätigung is kept by nobody.
"""

from kmz.booking.models import Booking, BookingRequest
from kmz.mail.rendering import public_link


def bookings_link(request: BookingRequest) -> str:
    """Meine Anmeldungen, for guests the page behind which theirs are."""
    return public_link("/konto/anmeldungen" if request.customer_id else "/buchung")


def booking_link(booking: Booking) -> str:
    """The page of one booking, for guests the same as above."""
    link = bookings_link(booking.request)
    return f"{link}/{booking.id}" if booking.request.customer_id else link
