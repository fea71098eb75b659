"""Reading what guests booked (L23): by the link in their mail, or by number and address."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from kmz.booking.models import Booking, BookingRequest
from kmz.booking.my_bookings.queries import page_details
from kmz.catalog.queries import sessions_with_places
from kmz.crypto import token_digest
from kmz.db import db
from kmz.errors import NotFoundError


def find_guest_request(token: str) -> BookingRequest | None:
    """The request behind a mailed link, with everything its page shows."""
    query = (
        select(BookingRequest)
        .where(BookingRequest.link_hash == token_digest(token))
        .options(
            joinedload(BookingRequest.customer),
            selectinload(BookingRequest.bookings).options(
                joinedload(Booking.course).options(sessions_with_places()),
                joinedload(Booking.concession_reason),
                selectinload(Booking.events),
            ),
        )
    )
    return db.session.scalar(query)


def get_guest_booking(token: str, booking_id: int) -> Booking:
    """One booking of the request behind a mailed link; others are not found."""
    query = (
        select(Booking)
        .join(Booking.request)
        .where(Booking.id == booking_id, BookingRequest.link_hash == token_digest(token))
        .options(*page_details())
    )
    booking = db.session.scalar(query)
    if booking is None:
        raise NotFoundError
    return booking


def has_guest_requests(key: str) -> bool:
    """Whether a guest with this digest of an address booked something that no account has."""
    query = select(BookingRequest.id).where(
        BookingRequest.guest_key == key, BookingRequest.customer_id.is_(None)
    )
    return db.session.scalar(query.limit(1)) is not None
