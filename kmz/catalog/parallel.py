"""Parallel courses: the same thing at another time or place."""

from typing import Protocol

from sqlalchemy import or_, select

from kmz import clock
from kmz.catalog.models import Course
from kmz.catalog.queries import sessions_with_places
from kmz.db import db


class Titled(Protocol):
    """What makes two courses parallel; a whole course or a row."""

    @property
    def id(self) -> int: ...
    @property
    def title(self) -> str: ...
    @property
    def semester_id(self) -> int | None: ...


def are_parallel(one: Titled, other: Titled) -> bool:
    """Two courses of one semester with one title, in any case and spacing; numbers differ."""
    return (
        one.id != other.id
        and one.semester_id is not None
        and one.semester_id == other.semester_id
        and _title_key(one.title) == _title_key(other.title)
    )


def _title_key(title: str) -> str:
    return " ".join(title.split()).casefold()


def parallel_courses(course: Course) -> list[Course]:
    """The published courses parallel to this one that are not cancelled or over, with sessions and
    places, the sooner first.

    Titles are compared here: SQLite knows upper and lower case of plain letters only.
    """
    if course.semester_id is None:
        return []
    last_day = or_(Course.ends_on >= clock.today(), Course.ends_on.is_(None))
    of_semester = select(Course.id, Course.title, Course.semester_id).where(
        Course.semester_id == course.semester_id,
        Course.published_at.is_not(None),
        Course.cancelled_at.is_(None),
        last_day,
    )
    ids = [row.id for row in db.session.execute(of_semester) if are_parallel(course, row)]
    if not ids:
        return []
    query = select(Course).where(Course.id.in_(ids)).order_by(Course.starts_on, Course.id)
    return list(db.session.scalars(query.options(sessions_with_places())))
