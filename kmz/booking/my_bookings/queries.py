"""Reading Meine Anmeldungen (U28–U33); every read starts at the owner."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from kmz import clock
from kmz.banking.models import SepaMandate
from kmz.booking.models import (
    Booking,
    BookingRequest,
    BookingStatus,
    Withdrawal,
    WithdrawalLine,
)
from kmz.booking.queries import mandate_of, owned_by
from kmz.booking.rules import BookingOwner
from kmz.catalog.models import Course, CourseSession
from kmz.catalog.queries import sessions_with_places
from kmz.db import db
from kmz.errors import NotFoundError

PAGE_SIZE = 50

_CONFIRMED = Booking.status == BookingStatus.CONFIRMED
# U33: the list holds what was ever firmly booked, also when it has ended since.
_FIRM = Booking.confirmed_at.is_not(None)
_LAST_DAY = func.coalesce(Course.ends_on, Course.starts_on)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to see: a phase or an end ("" for all), booked since when, which page."""

    status: str = ""
    since: date | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class Totals:
    """How many courses are firmly booked now, how many ever were, the day of the first request of
    these and of all, and how many bookings are wanted.
    """

    confirmed: int
    firm: int
    first_on: date | None
    earliest_on: date | None
    wanted: int


# The phases are derived from the course's days, not stored (domain.md 1.6). Ends may be looked for
# by their name, also of what was never firmly booked.
ENDS = {
    "abgesagt": BookingStatus.CANCELLED_BY_PROVIDER,
    "storniert": BookingStatus.CANCELLED_BY_CUSTOMER,
    "widerrufen": BookingStatus.WITHDRAWN,
    "umgebucht": BookingStatus.REBOOKED,
    "abgelehnt": BookingStatus.REJECTED,
    "verfallen": BookingStatus.EXPIRED,
}


def _is_wanted(wanted: Wanted, today: date) -> ColumnElement[bool]:
    has_begun, is_over = Course.starts_on <= today, today > _LAST_DAY
    phases = {
        "": _FIRM,
        "abgeschlossen": and_(_CONFIRMED, is_over),
        "laufend": and_(_CONFIRMED, has_begun, today <= _LAST_DAY),
        "bevorstehend": and_(_CONFIRMED, func.coalesce(Course.starts_on > today, True)),
    }
    end = ENDS.get(wanted.status)
    fits = phases[wanted.status] if end is None else Booking.status == end
    if wanted.since is None:
        return fits
    return and_(fits, Booking.requested_at >= clock.berlin_moment(wanted.since))


def totals(customer_id: int, wanted: Wanted) -> Totals:
    """All numbers of the page in one query."""
    row = db.session.execute(
        select(
            func.count().filter(_CONFIRMED),
            func.count().filter(_FIRM),
            func.min(Booking.requested_at).filter(_FIRM),
            func.min(Booking.requested_at),
            func.count().filter(_is_wanted(wanted, clock.today())),
        )
        .select_from(Booking)
        .join(Booking.course)
        .where(Booking.customer_id == customer_id)
    ).one()
    moments: list[datetime | None] = [row[2], row[3]]
    first, earliest = (clock.in_berlin(one).date() if one else None for one in moments)
    return Totals(row[0], row[1], first, earliest, row[4])


def list_bookings(customer_id: int, wanted: Wanted) -> list[Booking]:
    """One page of what is wanted, the latest course first (U32), each with its course's line."""
    query = (
        select(Booking)
        .join(Booking.course)
        .where(Booking.customer_id == customer_id, _is_wanted(wanted, clock.today()))
        .order_by(Course.starts_on.desc().nulls_last(), Booking.id.desc())
        .limit(PAGE_SIZE)
        .offset((wanted.page - 1) * PAGE_SIZE)
        .options(
            joinedload(Booking.course).load_only(Course.number, Course.title, Course.starts_on)
        )
    )
    return list(db.session.scalars(query))


def get_booking(owner: BookingOwner, booking_id: int) -> Booking:
    """One of the owner's bookings with everything its page shows; a foreign id is not found."""
    query = (
        select(Booking).where(Booking.id == booking_id, owned_by(owner)).options(*page_details())
    )
    booking = db.session.scalar(query)
    if booking is None:
        raise NotFoundError
    return booking


def find_mandate(booking: Booking) -> SepaMandate | None:
    """The mandate by which the fee of a booking is collected."""
    return mandate_of(booking.request) if booking.fee_cents else None


def page_details() -> tuple[ExecutableOption, ...]:
    """Loads course with sessions and places, events, and the request with its other bookings."""
    return (
        joinedload(Booking.course).options(sessions_with_places()),
        joinedload(Booking.concession_reason),
        joinedload(Booking.request).options(
            joinedload(BookingRequest.customer),
            selectinload(BookingRequest.bookings).joinedload(Booking.course),
        ),
        selectinload(Booking.events),
    )


def open_bookings(customer_id: int) -> list[Booking]:
    """What was received and is not firmly booked yet, the newest first (U33)."""
    query = (
        select(Booking)
        .where(Booking.customer_id == customer_id, Booking.status == BookingStatus.REQUESTED)
        .order_by(Booking.id.desc())
        .options(joinedload(Booking.course), joinedload(Booking.request))
    )
    return list(db.session.scalars(query))


def booking_totals(customer_id: int) -> tuple[int, date | None, date | None]:
    """How many courses are firmly booked, since which day, and the next session's day."""
    query = select(func.count(), func.min(Booking.requested_at)).where(
        Booking.customer_id == customer_id, Booking.status == BookingStatus.CONFIRMED
    )
    count, first = db.session.execute(query).one()
    next_day = db.session.scalar(
        select(func.min(CourseSession.day))
        .join(Booking, Booking.course_id == CourseSession.course_id)
        .where(
            Booking.customer_id == customer_id,
            Booking.status == BookingStatus.CONFIRMED,
            CourseSession.day >= clock.today(),
            CourseSession.is_cancelled.is_(False),
        )
    )
    since = clock.in_berlin(first).date() if count else None
    return count, since, next_day


def open_withdrawal(booking_id: int) -> Withdrawal | None:
    """The latest Widerruf of a booking that the office has not settled yet."""
    query = (
        select(Withdrawal)
        .join(Withdrawal.lines)
        .where(WithdrawalLine.booking_id == booking_id, Withdrawal.settled_at.is_(None))
        .order_by(Withdrawal.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)
