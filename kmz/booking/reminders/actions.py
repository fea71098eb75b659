"""Asking for reminders, or for none, and sending them."""

from datetime import timedelta
from itertools import groupby
from operator import attrgetter

from sqlalchemy import select, update

from kmz import clock, log
from kmz.audit.actions import Actor, record
from kmz.booking import queries as booking_queries
from kmz.booking.models import Booking, BookingRequest, BookingStatus
from kmz.booking.reminders import mails
from kmz.booking.rules import BookingOwner
from kmz.catalog.models import Course
from kmz.db import transaction
from kmz.errors import NotFoundError

# So many bookings at once; the job runs again soon.
_AT_ONCE = 200


def set_reminders(owner: BookingOwner, booking_id: int, *, wanted: bool, by: Actor) -> None:
    """Remind the people of this booking's request of its courses, or stop it; twice is once.
    NotFoundError when the booking is not the owner's.
    """
    with transaction() as session:
        own = select(Booking.request_id).where(
            Booking.id == booking_id, booking_queries.owned_by(owner)
        )
        request_id = session.scalar(own)
        if request_id is None:
            raise NotFoundError
        request = session.get_one(BookingRequest, request_id, with_for_update=True)
        if wanted == (request.reminders_since is not None):
            return
        request.reminders_since = clock.now() if wanted else None
        record(
            session,
            "booking.reminders_on" if wanted else "booking.reminders_off",
            by=by,
            kind="booking_request",
            object_id=request.id,
        )


def send_reminders(*, days: int) -> int:
    """Remind of courses whose first day is so many days away, or fewer (M15); 0 days for never. A
    job of the worker; nobody is reminded twice. How many mails.

    Who was booked firmly later than that has the Anmeldebestätigung fresh in the mailbox.
    """
    if not days:
        return 0
    today = clock.today()
    due = (
        select(Booking.id, Booking.confirmed_at, Course.starts_on)
        .join(Booking.course)
        .join(Booking.request)
        .where(
            Booking.status == BookingStatus.CONFIRMED,
            Booking.reminded_at.is_(None),
            BookingRequest.reminders_since.is_not(None),
            Course.cancelled_at.is_(None),
            Course.starts_on > today,
            Course.starts_on <= today + timedelta(days=days),
        )
        .order_by(Booking.id)
    )
    with transaction() as session:
        ids = [
            booking_id
            for booking_id, confirmed_at, first_day in session.execute(due)
            if confirmed_at and first_day
            if clock.in_berlin(confirmed_at).date() < first_day - timedelta(days=days)
        ]
        claim = (
            update(Booking)
            .where(Booking.id.in_(ids[:_AT_ONCE]), Booking.reminded_at.is_(None))
            .values(reminded_at=clock.now())
            .returning(Booking.id)
            .execution_options(synchronize_session=False)
        )
        claimed = list(session.scalars(claim)) if ids else []
        bookings = booking_queries.bookings_by_id(claimed) if claimed else []
        in_one_mail = attrgetter("request_id", "course_id")
        groups = [
            list(group) for _, group in groupby(sorted(bookings, key=in_one_mail), in_one_mail)
        ]
        for group in groups:
            mails.send_reminder(session, group)
    if groups:
        log.event("booking.reminded", count=len(groups))
    return len(groups)
