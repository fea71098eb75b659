"""The one path to a seat.

Taking a seat is an UPDATE of the course row that only succeeds while one is free: it locks the row
on both databases (SQLite ignores SELECT … FOR UPDATE), and the condition is checked under that
lock.
"""

from collections.abc import Iterable

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from kmz.catalog.models import Course
from kmz.db import count_changed


def take_seats(session: Session, course_ids: Iterable[int]) -> list[int]:
    """Take one seat per listed course; the ids whose course had none left (then roll back).

    Courses are locked in the order of their ids, so that two carts cannot block each other.
    """
    wanted = sorted(course_ids)
    return [course_id for course_id in wanted if not _take(session, course_id)]


def _take(session: Session, course_id: int) -> bool:
    occupied = Course.seats_taken + func.coalesce(Course.external_participants, 0)
    taken = count_changed(
        session,
        update(Course)
        .where(
            Course.id == course_id,
            Course.cancelled_at.is_(None),
            Course.published_at.is_not(None),
            occupied < Course.max_participants,
        )
        .values(seats_taken=Course.seats_taken + 1),
    )
    return taken == 1


def give_seat_back(session: Session, course_id: int) -> None:
    """Free the seat of a booking that ended."""
    count_changed(
        session,
        update(Course)
        .where(Course.id == course_id, Course.seats_taken > 0)
        .values(seats_taken=Course.seats_taken - 1),
    )
