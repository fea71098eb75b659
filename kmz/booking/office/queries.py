"""Reading bookings for the office; what is kept of closed accounts is not for it (L28)."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import contains_eager, joinedload, load_only, selectinload

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.booking.models import SEAT_HOLDING, Booking, BookingRequest, BookingStatus
from kmz.booking.queries import booking_details
from kmz.catalog.models import Course
from kmz.catalog.search.words import fold
from kmz.db import db
from kmz.errors import NotFoundError
from kmz.lists import has_words, one_page

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class StaffFilter:
    """What the office looks for: a state ("" for all), only minors or everybody, words, the page
    (from 1).
    """

    status: str = BookingStatus.REQUESTED
    only_minors: bool = False
    words: str = ""
    page: int = 1


def list_bookings(wanted: StaffFilter) -> tuple[list[Booking], int]:
    """One page of bookings, the oldest request first, and how many there are in all."""
    query = (
        select(Booking)
        .join(Booking.course)
        .join(Booking.request)
        .outerjoin(Booking.customer)
        .where(CustomerAccount.closed_at.is_(None))
        .options(joinedload(Booking.course), contains_eager(Booking.request))
        .order_by(Booking.requested_at, Booking.id)
    )
    if wanted.status:
        query = query.where(Booking.status == wanted.status)
    if wanted.only_minors:
        query = query.where(Booking.is_minor)
    if wanted.words:
        query = query.where(matches(wanted.words))
    return one_page(query, wanted.page, PAGE_SIZE)


def matches(words: str) -> ColumnElement[bool]:
    """Whether a booking, joined with course, request and customer, is what somebody looks for."""
    partner = BookingRequest.contract_partner
    return has_words(
        words,
        Course.number,
        Course.title,
        *(partner[name].as_string() for name in ("last_name", "first_name", "email")),
        CustomerAccount.email,
        BookingRequest.reference,
        Booking.participant_last_name,
    )


def get_any_booking(booking_id: int) -> Booking:
    """A booking with everything the office's detail page and the mails show."""
    query = (
        select(Booking)
        .outerjoin(Booking.customer)
        .where(Booking.id == booking_id, CustomerAccount.closed_at.is_(None))
        .options(
            *booking_details(),
            selectinload(Booking.events),
            joinedload(Booking.concession_reason),
        )
    )
    booking = db.session.scalar(query)
    if booking is None:
        raise NotFoundError
    return booking


def attendees_of(course_id: int) -> list[Booking]:
    """Who holds a seat in a course, by name; only what a list to print may tell."""
    query = (
        select(Booking)
        .outerjoin(Booking.customer)
        .where(
            Booking.course_id == course_id,
            Booking.status.in_(SEAT_HOLDING),
            CustomerAccount.closed_at.is_(None),
        )
        .options(
            load_only(
                Booking.participant_first_name,
                Booking.participant_last_name,
                Booking.is_minor,
                Booking.status,
            )
        )
    )
    found = db.session.scalars(query)
    return sorted(
        found, key=lambda one: fold(f"{one.participant_last_name} {one.participant_first_name}")
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """What the dashboard tells at a glance; money in cents."""

    requested: int
    overdue: int
    confirmed: int
    below_minimum: int
    open_cents: int


def figures(overdue_after_days: int) -> Figures:
    """Counts for the dashboard in two queries."""
    old = clock.now() - timedelta(days=overdue_after_days)
    requested = Booking.status == BookingStatus.REQUESTED
    confirmed = Booking.status == BookingStatus.CONFIRMED
    row = db.session.execute(
        select(
            func.count().filter(requested),
            func.count().filter(requested, Booking.requested_at < old),
            func.count().filter(confirmed),
            func.coalesce(func.sum(Booking.fee_cents).filter(confirmed), 0),
        ).select_from(Booking)
    ).one()
    today = clock.today()
    occupied = Course.seats_taken + func.coalesce(Course.external_participants, 0)
    below = db.session.scalar(
        select(func.count()).where(
            Course.published_at.is_not(None),
            Course.cancelled_at.is_(None),
            Course.starts_on.between(today, today + timedelta(days=14)),
            occupied < Course.min_participants,
        )
    )
    return Figures(row[0], row[1], row[2], below or 0, row[3])
