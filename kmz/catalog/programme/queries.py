"""Reading what courses have in common, and one page of the courses that share it."""

from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from kmz.catalog.models import (
    Course,
    CourseInstructor,
    CourseSession,
    Instructor,
    ProgramArea,
    Room,
    Semester,
    Venue,
)
from kmz.db import db
from kmz.errors import NotFoundError

Row = TypeVar("Row")

PAGE_SIZE = 25
# As far as offsets go without reading half the table.
_LAST_PAGE = 400


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of courses by id, how many there are in all, and on how many pages."""

    course_ids: list[int]
    total: int
    page: int
    page_count: int


def is_current(today: date) -> ColumnElement[bool]:
    """Published, and not over yet."""
    return Course.published_at.is_not(None) & or_(Course.ends_on >= today, Course.ends_on.is_(None))


def list_page(condition: ColumnElement[bool], *, page: int, today: date) -> Listing:
    """The current courses that fit, what is still to come first; a page beyond the last is the
    last. Two queries.
    """
    fitting = select(Course.id).where(condition, is_current(today))
    total = db.session.scalar(select(func.count()).select_from(fitting.subquery())) or 0
    page_count = min(max(1, -(-total // PAGE_SIZE)), _LAST_PAGE)
    page = min(page, page_count)
    ordered = fitting.order_by(
        Course.starts_on.is_(None), Course.starts_on < today, Course.starts_on, Course.id
    )
    ids = db.session.scalars(ordered.limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE))
    return Listing(list(ids), total, page, page_count)


def in_area(area: ProgramArea) -> ColumnElement[bool]:
    """The courses of a Programmbereich with all its Fachgebiete, or of one Fachgebiet."""
    if area.parent_id is not None:
        return Course.program_area_id == area.id
    below = select(ProgramArea.id).where(ProgramArea.parent_id == area.id)
    return or_(Course.program_area_id == area.id, Course.program_area_id.in_(below))


def in_semester(semester: Semester) -> ColumnElement[bool]:
    return Course.semester_id == semester.id


def at_venue(venue: Venue, today: date) -> ColumnElement[bool]:
    """The courses that have a Termin there, from today on."""
    there = (
        select(CourseSession.course_id)
        .join(CourseSession.room)
        .where(Room.venue_id == venue.id, CourseSession.day >= today)
    )
    return Course.id.in_(there)


def taught_by(instructor: Instructor) -> ColumnElement[bool]:
    links = select(CourseInstructor.course_id)
    return Course.id.in_(links.where(CourseInstructor.instructor_id == instructor.id))


def get_area(slug: str) -> ProgramArea:
    query = select(ProgramArea).where(ProgramArea.slug == slug)
    return _found(db.session.scalar(query.options(joinedload(ProgramArea.parent))))


def get_semester(code: str) -> Semester:
    return _found(db.session.scalar(select(Semester).where(Semester.code == code)))


def get_venue(venue_id: int) -> Venue:
    """A venue that the public knows, because a published course is or was there."""
    known = (
        exists()
        .where(CourseSession.room_id == Room.id, Room.venue_id == Venue.id)
        .where(Course.id == CourseSession.course_id, Course.published_at.is_not(None))
    )
    return _found(db.session.scalar(select(Venue).where(Venue.id == venue_id, known)))


def get_instructor(instructor_id: int) -> Instructor:
    """Somebody whom the public knows, because a published course names the person."""
    known = exists().where(
        CourseInstructor.instructor_id == Instructor.id,
        Course.id == CourseInstructor.course_id,
        Course.published_at.is_not(None),
    )
    query = select(Instructor).where(Instructor.id == instructor_id, known)
    return _found(db.session.scalar(query))


def _found(row: Row | None) -> Row:
    if row is None:
        raise NotFoundError
    return row


def rooms_of(venue: Venue) -> list[Room]:
    """The rooms of a venue by name, with the venue."""
    query = select(Room).where(Room.venue_id == venue.id).options(joinedload(Room.venue))
    return sorted(db.session.scalars(query), key=lambda room: room.name)


def counts_by_area(today: date) -> dict[int, int]:
    """How many current courses stand directly in each Programmbereich or Fachgebiet."""
    return _counts(Course.program_area_id, today)


def counts_by_semester(today: date) -> dict[int, int]:
    return _counts(Course.semester_id, today)


def _counts(column: InstrumentedAttribute[int | None], today: date) -> dict[int, int]:
    query = select(column, func.count()).where(is_current(today)).group_by(column)
    return {row[0]: row[1] for row in db.session.execute(query) if row[0] is not None}


def all_semesters() -> list[Semester]:
    """The newest first."""
    return list(db.session.scalars(select(Semester).order_by(Semester.code.desc())))


def venues_in_use(today: date) -> list[Venue]:
    """Venues where a current course has a Termin, by town and name."""
    used = (
        exists()
        .where(CourseSession.room_id == Room.id, Room.venue_id == Venue.id)
        .where(CourseSession.day >= today, Course.id == CourseSession.course_id)
        .where(Course.published_at.is_not(None))
    )
    return list(db.session.scalars(select(Venue).where(used).order_by(Venue.city, Venue.name)))
