"""Reading what guests booked (L23): by the link in their mail, or by number and address."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from kmz.booking.models import Booking, BookingRequest
from kmz.catalog.queries import sessions_with_places
from kmz.crypto import token_digest
from kmz.db import db
from kmz.errors import NotFoundError


def get_guest_request(token: str) -> BookingRequest:
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
    found = db.session.scalar(query)
    if found is None:
        raise NotFoundError
    return found


def has_guest_requests(key: str) -> bool:
    """Whether a guest with this digest of an address booked something that no account has."""
    query = select(BookingRequest.id).where(
        BookingRequest.guest_key == key, BookingRequest.customer_id.is_(None)
    )
    return db.session.scalar(query.limit(1)) is not None
