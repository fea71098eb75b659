"""Reading forms that are open and the requests they became; the owner comes first."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Row, exists, select
from sqlalchemy.orm import joinedload, load_only

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.booking.models import (
    SEAT_HOLDING,
    Booking,
    BookingDraft,
    BookingRequest,
    ConcessionReason,
    SeatHold,
)
from kmz.booking.queries import draft_owned
from kmz.booking.rules import CartOwner
from kmz.catalog import light
from kmz.catalog.models import Course, CourseSession, Room, Venue
from kmz.content.queries import TERMS_NUMBER, terms_name
from kmz.db import db
from kmz.errors import NotFoundError


def find_customer(owner: CartOwner) -> CustomerAccount | None:
    """The account behind a customer's cart; visitors have none."""
    return db.session.get(CustomerAccount, owner.customer_id) if owner.customer_id else None


def get_draft(owner: CartOwner, key: str) -> BookingDraft:
    """The owner's own draft; a foreign key is not found."""
    return get_opened(owner, key).draft


class Opened(NamedTuple):
    """A draft with what decides how it goes on: whether it was booked already, whether it holds a
    seat that the Warteliste offered, and the version of the AGB now.
    """

    draft: BookingDraft
    is_booked: bool
    has_offer: bool
    terms: str


_HAS_OFFER = exists().where(SeatHold.draft_id == BookingDraft.id, SeatHold.offer_id.is_not(None))


def get_opened(owner: CartOwner, key: str) -> Opened:
    """The owner's own draft; a foreign key is not found."""
    query = (
        select(BookingDraft, BookingRequest.id, _HAS_OFFER, TERMS_NUMBER)
        .outerjoin(BookingRequest, BookingRequest.draft_key == BookingDraft.key)
        .where(BookingDraft.key == key, draft_owned(owner))
    )
    row = db.session.execute(query).one_or_none()
    if row is None:
        raise NotFoundError
    draft, request_id, has_offer, number = row
    return Opened(draft, request_id is not None, has_offer, terms_name(number))


def open_drafts(owner: CartOwner) -> list[BookingDraft]:
    """The owner's latest forms that are not booked yet, the newest first."""
    query = (
        select(BookingDraft)
        .outerjoin(BookingRequest, BookingRequest.draft_key == BookingDraft.key)
        .where(draft_owned(owner), BookingRequest.id.is_(None))
        .order_by(BookingDraft.id.desc())
        .limit(10)
    )
    return list(db.session.scalars(query))


def form_courses(course_ids: list[int]) -> list[Course]:
    """Courses with what the form asks and shows of them, by id."""
    shown = load_only(
        Course.number,
        Course.slug,
        Course.title,
        Course.starts_on,
        Course.fee_cents,
        Course.concession_allowed,
        Course.min_age,
        Course.max_age,
        Course.requirements,
    )
    query = select(Course).where(Course.id.in_(course_ids)).order_by(Course.id).options(shown)
    return list(db.session.scalars(query))


def summary_courses(course_ids: list[int]) -> list[Course]:
    """Courses with what the summary shows of them and decides by, sessions and places too."""
    shown = [getattr(Course, column) for column in light.COLUMNS]
    place = joinedload(Course.sessions).joinedload(CourseSession.room).joinedload(Room.venue)
    query = (
        select(Course)
        .where(Course.id.in_(course_ids))
        .order_by(Course.id)
        .options(load_only(*shown, Course.requirements), place.load_only(Venue.name))
    )
    return list(db.session.scalars(query).unique())


def attended_sessions(customer_id: int, days: Collection[date]) -> list[Row[Any]]:
    """The sessions on these days of courses in which the customer's people hold a seat: booking,
    its person and course, day and times; ordered by booking.
    """
    query = (
        select(
            Booking.id.label("booking_id"),
            Booking.participant_first_name,
            Booking.participant_last_name,
            Course.title,
            CourseSession.day,
            CourseSession.starts_at,
            CourseSession.ends_at,
            CourseSession.is_cancelled,
        )
        .join(Course, Course.id == Booking.course_id)
        .join(CourseSession, CourseSession.course_id == Course.id)
        .where(
            Booking.customer_id == customer_id,
            Booking.status.in_(SEAT_HOLDING),
            CourseSession.day.in_(days),
        )
        .order_by(Booking.id, CourseSession.position)
    )
    return list(db.session.execute(query))


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
    found = db.session.scalars(
        query.options(
            joinedload(BookingRequest.bookings)
            .joinedload(Booking.course)
            .load_only(Course.number, Course.title, Course.starts_on),
            joinedload(BookingRequest.customer),
        )
    )
    return found.unique().one_or_none()


def get_request(owner: CartOwner, draft_key: str) -> BookingRequest:
    request = find_request(owner, draft_key)
    if request is None:
        raise NotFoundError
    return request
