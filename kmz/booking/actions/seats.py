"""The one path to a seat.

Taking a seat is an UPDATE of the course row that only succeeds while one is free: it locks the row
on both databases (SQLite ignores SELECT … FOR UPDATE), and the condition is checked under that
lock.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, update
from sqlalchemy.orm import Session

from kmz.catalog.light import LightCourse, light_columns
from kmz.catalog.models import Course
from kmz.db import count_changed

# Made once: putting a statement together costs more than running it.
_TAKE = (
    update(Course)
    .where(
        Course.id == bindparam("course"),
        Course.cancelled_at.is_(None),
        Course.published_at.is_not(None),
        Course.seats_taken + func.coalesce(Course.external_participants, 0)
        < Course.max_participants,
    )
    .values(seats_taken=Course.seats_taken + 1)
    .returning(*light_columns())
)


def take_seats(connection: Connection, course_ids: Iterable[int]) -> list[LightCourse]:
    """Take one seat per listed course; the courses that had one left, as they are now.

    A course that is missing from the answer had none left, or is gone: then roll back. Courses are
    locked in the order of their ids, so that two carts cannot block each other.
    """
    taken = (_take(connection, course_id) for course_id in sorted(course_ids))
    return [course for course in taken if course is not None]


def _take(connection: Connection, course_id: int) -> LightCourse | None:
    row = connection.execute(_TAKE, {"course": course_id}).one_or_none()
    return LightCourse(*row) if row else None


def give_seat_back(session: Session, course_id: int) -> None:
    """Free the seat of a booking that ended."""
    count_changed(
        session,
        update(Course)
        .where(Course.id == course_id, Course.seats_taken > 0)
        .values(seats_taken=Course.seats_taken - 1),
    )
