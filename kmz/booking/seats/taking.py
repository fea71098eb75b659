"""The one path to a seat.

Taking or holding a seat is an UPDATE of the course row that only succeeds while one is free: it
locks the row on both databases (SQLite ignores SELECT … FOR UPDATE), and the condition is checked
under that lock. Whatever locks several rows takes them in this order: holds, courses by id, then
everything else; so no two wait for each other.
"""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, delete, func, or_, update
from sqlalchemy.orm import Session

from kmz.booking.models import SeatHold
from kmz.booking.waitlist.actions.offers import hand_out
from kmz.catalog.light import LightCourse, light_columns
from kmz.catalog.models import Course
from kmz.db import count_changed

# Seats that nobody has, holds or waits for.
FREE_FOR_ANYBODY = (
    Course.max_participants
    - Course.seats_taken
    - func.coalesce(Course.external_participants, 0)
    - Course.seats_held
    - Course.seats_waiting
)

# Made once: putting a statement together costs more than running it. `held` seats are the booking's
# own; for these it asks nobody, `more` than these have to be free for anybody.
_TAKE = (
    update(Course)
    .where(
        Course.id == bindparam("course"),
        Course.cancelled_at.is_(None),
        Course.published_at.is_not(None),
        or_(bindparam("more") <= 0, bindparam("more") <= FREE_FOR_ANYBODY),
    )
    .values(
        seats_taken=Course.seats_taken + bindparam("seats"),
        seats_held=Course.seats_held - bindparam("held"),
    )
    .returning(*light_columns())
)
_LET_GO = (
    update(Course)
    .where(Course.id == bindparam("course"))
    .values(seats_held=Course.seats_held - bindparam("held"))
)
_OWN_HOLDS = (
    delete(SeatHold)
    .where(SeatHold.draft_id == bindparam("draft"))
    .returning(SeatHold.course_id, SeatHold.seats, SeatHold.offer_id)
)


class TakenSeats(NamedTuple):
    """The courses in which all wanted seats were taken, as they are now; the seats by course that
    the draft held; and the ids of the offers of the Warteliste that were used up by it.
    """

    courses: list[LightCourse]
    held: Mapping[int, int]
    offer_ids: list[int]


def take_seats(connection: Connection, draft_id: int, wanted: Mapping[int, int]) -> TakenSeats:
    """Take seats by course id, first those that the draft holds; its holds end with it.

    A course that is missing from the answer had too few left, or is gone: then roll back. Courses
    are locked in the order of their ids, so that two carts cannot block each other.
    """
    held: Counter[int] = Counter()
    offer_ids = []
    for course_id, seats, offer_id in connection.execute(_OWN_HOLDS, {"draft": draft_id}):
        held[course_id] += seats
        offer_ids += [offer_id] if offer_id is not None else []
    courses = []
    for course_id in sorted({*wanted, *held}):
        seats, own = wanted.get(course_id, 0), held[course_id]
        if not seats:
            connection.execute(_LET_GO, {"course": course_id, "held": own})
            continue
        values = {"course": course_id, "seats": seats, "held": own, "more": seats - own}
        row = connection.execute(_TAKE, values).one_or_none()
        if row is not None:
            courses.append(LightCourse(*row))
    return TakenSeats(courses, held, offer_ids)


def give_seat_back(session: Session, course_id: int) -> None:
    """Free the seat of a booking that ended; who waits longest is offered it."""
    count_changed(
        session,
        update(Course)
        .where(Course.id == course_id, Course.seats_taken > 0)
        .values(seats_taken=Course.seats_taken - 1),
    )
    hand_out(session, course_id)
