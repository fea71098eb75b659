"""Of which courses people want to be reminded."""

from datetime import date

from sqlalchemy import func, select

from kmz.booking.models import Booking, BookingRequest, BookingStatus
from kmz.catalog.models import Course, CourseSession
from kmz.db import db

# A firm seat whose people asked, and were not reminded yet.
WAITS_FOR_REMINDER = (
    Booking.status == BookingStatus.CONFIRMED,
    Booking.reminded_at.is_(None),
    Booking.request_id.in_(
        select(BookingRequest.id).where(BookingRequest.reminders_since.is_not(None))
    ),
)


def courses_to_remind_of(after: date, until: date) -> list[tuple[int, date]]:
    """Courses that begin in these days, for which somebody waits for a reminder; each with its
    first day. Termine that were called off are none.
    """
    first_session = (
        select(func.min(CourseSession.day))
        .where(CourseSession.course_id == Course.id, CourseSession.is_cancelled.is_(False))
        .scalar_subquery()
    )
    first_day = func.coalesce(first_session, Course.starts_on)
    query = select(Course.id, first_day).where(
        Course.cancelled_at.is_(None),
        first_day > after,
        first_day <= until,
        Course.id.in_(select(Booking.course_id).where(*WAITS_FOR_REMINDER)),
    )
    return [(course_id, first) for course_id, first in db.session.execute(query)]
