"""Reading forms that are open and the requests they became; the owner comes first."""

from datetime import date

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.booking.checkout.drafted import DraftContent
from kmz.booking.models import (
    SEAT_HOLDING,
    Booking,
    BookingDraft,
    BookingRequest,
    ConcessionReason,
    SeatHold,
)
from kmz.booking.rules import CartOwner
from kmz.catalog.models import Course
from kmz.crypto import token_digest
from kmz.db import db
from kmz.errors import NotFoundError


def find_customer(owner: CartOwner) -> CustomerAccount | None:
    """The account behind a customer's cart; visitors have none."""
    return db.session.get(CustomerAccount, owner.customer_id) if owner.customer_id else None


def draft_owned(owner: CartOwner) -> ColumnElement[bool]:
    """Whether a draft is this customer's, or this visitor's."""
    if owner.customer_id is not None:
        return BookingDraft.customer_id == owner.customer_id
    return and_(
        BookingDraft.token_hash == token_digest(owner.token or ""),
        BookingDraft.customer_id.is_(None),
    )


def get_draft(owner: CartOwner, key: str) -> BookingDraft:
    """The owner's own draft; a foreign key is not found."""
    draft = db.session.scalar(
        select(BookingDraft).where(BookingDraft.key == key, draft_owned(owner))
    )
    if draft is None:
        raise NotFoundError
    return draft


def find_open_draft(owner: CartOwner, course_ids: list[int]) -> BookingDraft | None:
    """The owner's latest form for the same courses that is not booked yet."""
    query = (
        select(BookingDraft)
        .outerjoin(BookingRequest, BookingRequest.draft_key == BookingDraft.key)
        .where(draft_owned(owner), BookingRequest.id.is_(None))
        .order_by(BookingDraft.id.desc())
        .limit(10)
    )
    wanted = sorted(course_ids)
    for draft in db.session.scalars(query):
        if sorted(DraftContent.from_json(draft.content).course_ids) == wanted:
            return draft
    return None


def attended_sessions(customer_id: int, since: date, until: date) -> list[Booking]:
    """The customer's bookings that hold a seat, with the sessions of courses that take place
    between two days.
    """
    query = (
        select(Booking)
        .join(Booking.course)
        .where(
            Booking.customer_id == customer_id,
            Booking.status.in_(SEAT_HOLDING),
            Course.starts_on <= until,
            Course.ends_on >= since,
        )
        .options(
            contains_eager(Booking.course).load_only(Course.title).selectinload(Course.sessions)
        )
    )
    return list(db.session.scalars(query))


def holds_of(draft_id: int) -> dict[int, SeatHold]:
    """The seats that an open form holds, by course; those whose time is over do not count."""
    query = select(SeatHold).where(SeatHold.draft_id == draft_id, SeatHold.expires_at > clock.now())
    return {hold.course_id: hold for hold in db.session.scalars(query)}


def concession_reasons() -> list[ConcessionReason]:
    """The reasons for an Ermäßigung that the form offers, in their order."""
    query = select(ConcessionReason).where(ConcessionReason.is_active)
    order = query.order_by(ConcessionReason.position, ConcessionReason.label)
    return list(db.session.scalars(order))


def find_request(owner: CartOwner, draft_key: str) -> BookingRequest | None:
    """The request that the owner's draft became, with its bookings and courses."""
    query = select(BookingRequest).where(BookingRequest.draft_key == draft_key)
    if owner.customer_id is not None:
        query = query.where(BookingRequest.customer_id == owner.customer_id)
    else:
        own = select(BookingDraft.key).where(draft_owned(owner))
        query = query.where(BookingRequest.draft_key.in_(own))
    return db.session.scalar(
        query.options(
            selectinload(BookingRequest.bookings).joinedload(Booking.course),
            joinedload(BookingRequest.customer),
        )
    )


def is_booked(draft: BookingDraft) -> bool:
    """Whether the form was booked already."""
    query = select(BookingRequest.id).where(BookingRequest.draft_key == draft.key)
    return db.session.scalar(query) is not None


def get_request(owner: CartOwner, draft_key: str) -> BookingRequest:
    request = find_request(owner, draft_key)
    if request is None:
        raise NotFoundError
    return request
