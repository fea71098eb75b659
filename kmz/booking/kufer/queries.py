"""What the way to Kufer and back reads."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from kmz.accounts.models import CustomerAccount
from kmz.banking.models import SepaMandate
from kmz.booking.models import (
    SEAT_HOLDING,
    Booking,
    BookingRequest,
    BookingStatus,
    KuferExport,
)
from kmz.catalog.models import Course
from kmz.db import db


def requests_to_hand_over() -> list[int]:
    """Ids of the requests with a living booking that were never handed over, the oldest first.

    Those of closed accounts are kept for the law and go nowhere (L28).
    """
    query = (
        select(BookingRequest.id)
        .outerjoin(BookingRequest.customer)
        .outerjoin(KuferExport, KuferExport.request_id == BookingRequest.id)
        .where(
            KuferExport.request_id.is_(None),
            CustomerAccount.closed_at.is_(None),
            BookingRequest.bookings.any(Booking.status.in_(SEAT_HOLDING)),
        )
        .order_by(BookingRequest.id)
    )
    return list(db.session.scalars(query))


def get_whole_request(request_id: int) -> BookingRequest:
    """A request with its bookings, their courses, and its customer."""
    query = (
        select(BookingRequest)
        .where(BookingRequest.id == request_id)
        .options(
            joinedload(BookingRequest.customer),
            selectinload(BookingRequest.bookings).joinedload(Booking.course),
        )
    )
    return db.session.scalars(query).one()


def mandate_of(request: BookingRequest) -> SepaMandate | None:
    """The mandate it is collected by, unless somebody revoked it."""
    if request.mandate_id is None:
        return None
    mandate = db.session.get(SepaMandate, request.mandate_id)
    return mandate if mandate is not None and mandate.revoked_at is None else None


def has_row(name: str) -> bool:
    """Whether this file was handed over, as far as the database knows."""
    return db.session.scalar(select(KuferExport).where(KuferExport.file_name == name)) is not None


def find_handed_over(*, reference: str = "", name: str = "") -> KuferExport | None:
    """The hand-over of a request, by its Vorgangsnummer or by its file's name."""
    query = select(KuferExport).join(BookingRequest, BookingRequest.id == KuferExport.request_id)
    wanted = BookingRequest.reference == reference if reference else KuferExport.file_name == name
    return db.session.scalar(query.where(wanted))


def waiting_bookings(request_id: int, numbers: list[str] | None) -> list[int]:
    """Bookings of a request that wait for the office; only of these courses, where some are
    named.
    """
    query = (
        select(Booking.id)
        .join(Booking.course)
        .where(Booking.request_id == request_id, Booking.status == BookingStatus.REQUESTED)
        .order_by(Booking.id)
    )
    if numbers is not None:
        query = query.where(Course.number.in_(numbers))
    return list(db.session.scalars(query))
