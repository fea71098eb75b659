"""Reading Merklisten and the courses on them."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from kmz import clock
from kmz.catalog.models import Course, ProgramArea, WatchlistItem
from kmz.catalog.notes import Note, note_of
from kmz.catalog.queries import sessions_with_places
from kmz.catalog.states import state_now
from kmz.db import db


def notes_of(customer_id: int) -> list[Note]:
    """What a customer noted, the newest first; also courses that have left the programme."""
    item = WatchlistItem
    query = (
        select(item.course_id, item.noted_state, item.noted_sessions)
        .where(item.customer_id == customer_id)
        .order_by(item.id.desc())
    )
    return [Note(*row) for row in db.session.execute(query)]


def courses_by_id(course_ids: Iterable[int]) -> dict[int, Course]:
    """Courses with area, sessions and places, whether or not they are in the programme."""
    query = (
        select(Course)
        .where(Course.id.in_(list(course_ids)))
        .options(
            joinedload(Course.program_area).joinedload(ProgramArea.parent), sessions_with_places()
        )
    )
    return {course.id: course for course in db.session.scalars(query)}


def find_watched(course_ids: Iterable[int], slug: str) -> Course | None:
    """The course of this address if it is one of these, also after it has left the programme."""
    query = select(Course).where(Course.slug == slug, Course.id.in_(list(course_ids)))
    return db.session.scalar(query)


def notes_now(course_ids: Iterable[int]) -> dict[int, Note]:
    """How these courses are at this moment."""
    now = clock.now()
    return {
        course_id: note_of(course, state_now(course, now=now))
        for course_id, course in courses_by_id(course_ids).items()
    }
