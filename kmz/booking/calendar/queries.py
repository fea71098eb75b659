"""Reading what a personal calendar shows."""

from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload

from kmz import clock
from kmz.booking.models import Booking, CalendarFeed, WaitlistEntry
from kmz.catalog.models import Course
from kmz.catalog.queries import course_details
from kmz.crypto import token_digest
from kmz.db import db

# Calendars keep what is over by themselves; what they are told anew need not grow for ever.
_TOLD_FOR = timedelta(days=90)


def find_feed(customer_id: int) -> CalendarFeed | None:
    """Whether and since when a customer has a personal calendar."""
    return db.session.get(CalendarFeed, customer_id)


def find_owner(token: str) -> int | None:
    """Whose calendar a token opens."""
    return db.session.scalar(
        select(CalendarFeed.customer_id).where(CalendarFeed.token_hash == token_digest(token))
    )


def bookings_for_calendar(customer_id: int) -> list[Booking]:
    """Bookings in courses that are not long over, with everything that a calendar tells of them."""
    query = (
        select(Booking)
        .join(Booking.course)
        .where(Booking.customer_id == customer_id, _is_told())
        .order_by(Booking.id)
        .options(joinedload(Booking.course).options(*course_details()))
    )
    return list(db.session.scalars(query))


def entries_for_calendar(customer_id: int) -> list[WaitlistEntry]:
    """The same of the Warteliste."""
    query = (
        select(WaitlistEntry)
        .join(WaitlistEntry.course)
        .where(WaitlistEntry.customer_id == customer_id, _is_told())
        .order_by(WaitlistEntry.id)
        .options(joinedload(WaitlistEntry.course).options(*course_details()))
    )
    return list(db.session.scalars(query))


def _is_told() -> ColumnElement[bool]:
    last = func.coalesce(Course.ends_on, Course.starts_on)
    return or_(last.is_(None), last >= clock.today() - _TOLD_FOR)
