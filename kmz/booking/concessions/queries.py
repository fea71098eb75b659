"""Reading Ermäßigungen for the office."""

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import contains_eager, joinedload

from kmz.accounts.models import CustomerAccount
from kmz.booking.models import (
    SEAT_HOLDING,
    Booking,
    ConcessionReason,
    ConcessionStatus,
)
from kmz.booking.office import queries as office_queries
from kmz.catalog.models import Course
from kmz.db import db
from kmz.errors import NotFoundError
from kmz.lists import ListFilter, one_page

PAGE_SIZE = 50


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "open":
        return and_(
            Booking.concession_status == ConcessionStatus.CLAIMED,
            Booking.status.in_(SEAT_HOLDING),
        )
    return Booking.concession_status == state


def list_claims(wanted: ListFilter) -> tuple[list[Booking], int]:
    """One page of bookings whose Ermäßigung is "open", "verified" or "refused", those first whose
    course begins first, and how many there are in all.
    """
    query = (
        select(Booking)
        .join(Booking.course)
        .join(Booking.request)
        .outerjoin(Booking.customer)
        .where(CustomerAccount.closed_at.is_(None), _in_state(wanted.state))
        .options(
            contains_eager(Booking.course),
            contains_eager(Booking.request),
            joinedload(Booking.concession_reason),
        )
        .order_by(Course.starts_on.nulls_last(), Booking.id)
    )
    if wanted.words:
        query = query.where(office_queries.matches(wanted.words))
    return one_page(query, wanted.page, PAGE_SIZE)


def get_claim(booking_id: int) -> Booking:
    """A booking for which an Ermäßigung was asked, with everything the office's page shows."""
    booking = office_queries.get_any_booking(booking_id)
    if booking.concession_status == ConcessionStatus.NONE:
        raise NotFoundError
    return booking


def list_reasons() -> list[ConcessionReason]:
    """All reasons in their order, ended ones last."""
    query = select(ConcessionReason)
    order = (
        ConcessionReason.is_active.desc(),
        ConcessionReason.position,
        ConcessionReason.label,
    )
    return list(db.session.scalars(query.order_by(*order)))


def get_reason(reason_id: int) -> ConcessionReason:
    reason = db.session.get(ConcessionReason, reason_id)
    if reason is None:
        raise NotFoundError
    return reason
