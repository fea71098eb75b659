"""What the way to Kufer and back reads."""

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from kmz.accounts.models import CustomerAccount
from kmz.booking.models import (
    SEAT_HOLDING,
    Booking,
    BookingEvent,
    BookingRequest,
    BookingStatus,
    KuferCorrection,
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


PAGE_SIZE = 50


def _ended_after_the_file() -> Select[Booking]:
    """Bookings that Kufer knows as living and that have ended since."""
    end = select(BookingEvent.id).where(
        BookingEvent.booking_id == Booking.id,
        BookingEvent.status == Booking.status,
        BookingEvent.at > KuferExport.exported_at,
    )
    return (
        select(Booking)
        .join(KuferExport, KuferExport.request_id == Booking.request_id)
        .outerjoin(KuferCorrection, KuferCorrection.booking_id == Booking.id)
        .where(Booking.status.not_in(SEAT_HOLDING), end.exists())
    )


def count_corrections() -> int:
    """How many bookings the office still has to end in Kufer."""
    open_ones = _ended_after_the_file().where(KuferCorrection.booking_id.is_(None))
    return db.session.scalar(open_ones.with_only_columns(func.count(Booking.id))) or 0


def list_corrections(*, done: bool, page: int) -> tuple[list[Booking], int]:
    """One page of bookings that are to be ended in Kufer, or were; and how many there are."""
    is_done = KuferCorrection.booking_id.is_not(None)
    query = _ended_after_the_file().where(is_done if done else ~is_done)
    total = db.session.scalar(query.with_only_columns(func.count(Booking.id))) or 0
    found = query.order_by(KuferCorrection.done_at.desc() if done else Booking.id, Booking.id)
    rows = found.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    return list(
        db.session.scalars(rows.options(joinedload(Booking.course), joinedload(Booking.request)))
    ), total


def needs_correction(booking_id: int) -> bool:
    """Whether Kufer knows a booking as living that has ended."""
    query = _ended_after_the_file().where(Booking.id == booking_id)
    return db.session.scalar(query.with_only_columns(Booking.id)) is not None


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


def has_row(name: str) -> bool:
    """Whether this file was handed over, as far as the database knows."""
    return db.session.scalar(select(KuferExport).where(KuferExport.file_name == name)) is not None


def find_handed_over(*, reference: str = "", name: str = "") -> KuferExport | None:
    """The hand-over of a request, by its Vorgangsnummer or by its file's name."""
    query = select(KuferExport).join(BookingRequest, BookingRequest.id == KuferExport.request_id)
    wanted = BookingRequest.reference == reference if reference else KuferExport.file_name == name
    return db.session.scalar(query.where(wanted))


def waiting_bookings(request_id: int, numbers: list[str] | None) -> list[int]:
    """Bookings of a request that wait for the office: of these courses, where some are named, else
    those that stood in the file. What was booked into by an Umbuchung since, Kufer has never seen.
    """
    query = (
        select(Booking.id)
        .join(Booking.course)
        .where(Booking.request_id == request_id, Booking.status == BookingStatus.REQUESTED)
        .order_by(Booking.id)
    )
    if numbers is not None:
        query = query.where(Course.number.in_(numbers))
    else:
        in_the_file = (
            select(BookingEvent.id)
            .join(KuferExport, KuferExport.request_id == request_id)
            .where(
                BookingEvent.booking_id == Booking.id, BookingEvent.at <= KuferExport.exported_at
            )
        )
        query = query.where(in_the_file.exists())
    return list(db.session.scalars(query))
