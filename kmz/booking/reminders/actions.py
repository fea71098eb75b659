"""Asking for reminders, or for none, and sending them."""

from datetime import date, timedelta

from sqlalchemy import select, update

from kmz import clock, log
from kmz.audit.actions import Actor, record
from kmz.booking import queries as booking_queries
from kmz.booking.models import Booking, BookingRequest
from kmz.booking.reminders import mails, queries
from kmz.booking.rules import BookingOwner
from kmz.clock import is_daytime
from kmz.db import db, transaction
from kmz.errors import NotFoundError


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
    job of the worker that works by day; nobody is reminded twice. How many mails.

    Who was booked firmly later than that has the Anmeldebestätigung fresh in the mailbox.
    """
    if not days or not is_daytime(clock.now()):
        return 0
    today = clock.today()
    due = queries.courses_to_remind_of(today, today + timedelta(days=days))
    db.session.rollback()
    count = sum(_remind_of(course_id, first - timedelta(days=days)) for course_id, first in due)
    if count:
        log.event("booking.reminded", count=count)
    return count


def _remind_of(course_id: int, reminder_day: date) -> int:
    """One mail for each request with people in the course; how many."""
    with transaction() as session:
        claim = (
            update(Booking)
            .where(
                Booking.course_id == course_id,
                Booking.confirmed_at < clock.berlin_moment(reminder_day),
                *queries.WAITS_FOR_REMINDER,
            )
            .values(reminded_at=clock.now())
            .returning(Booking.id)
            .execution_options(synchronize_session=False)
        )
        groups = booking_queries.bookings_by_request(list(session.scalars(claim)))
        for bookings in groups:
            mails.send_reminder(session, bookings)
        return len(groups)
