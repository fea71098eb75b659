"""Reading courses."""

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.sql.base import ExecutableOption

from kmz import clock
from kmz.catalog.models import (
    Course,
    CourseInstructor,
    CourseSession,
    ProgramArea,
    Room,
    WatchlistItem,
)
from kmz.db import db
from kmz.errors import NotFoundError

STAFF_PAGE_SIZE = 50


def course_details() -> tuple[ExecutableOption, ...]:
    """Loads area, sessions with places, and instructors: five queries for any number of courses."""
    return (
        joinedload(Course.program_area),
        selectinload(Course.sessions).joinedload(CourseSession.room).joinedload(Room.venue),
        selectinload(Course.instructor_links).joinedload(CourseInstructor.instructor),
    )


def get_published_course(slug: str) -> Course:
    """A published course with everything its page shows; also when it is over or cancelled."""
    query = (
        select(Course)
        .where(Course.slug == slug, Course.published_at.is_not(None))
        .options(*course_details())
    )
    course = db.session.scalar(query)
    if course is None:
        raise NotFoundError
    return course


def get_course(course_id: int) -> Course:
    """Any course with everything, for the office."""
    course = db.session.scalar(
        select(Course).where(Course.id == course_id).options(*course_details())
    )
    if course is None:
        raise NotFoundError
    return course


def find_course_by_slug(slug: str) -> Course | None:
    return db.session.scalar(select(Course).where(Course.slug == slug))


def watched_course_ids(customer_id: int) -> set[int]:
    """The ids of the courses on a customer's Merkliste."""
    query = select(WatchlistItem.course_id).where(WatchlistItem.customer_id == customer_id)
    return set(db.session.scalars(query))


def watched_courses(customer_id: int) -> list[Course]:
    """The courses on a Merkliste that are still published, the newest first."""
    query = (
        select(Course)
        .join(WatchlistItem, WatchlistItem.course_id == Course.id)
        .where(WatchlistItem.customer_id == customer_id, Course.published_at.is_not(None))
        .order_by(WatchlistItem.id.desc())
        .options(*course_details())
    )
    return list(db.session.scalars(query))


def all_areas() -> list[ProgramArea]:
    """Programmbereiche and Fachgebiete in the order of their codes."""
    return list(db.session.scalars(select(ProgramArea).order_by(ProgramArea.code)))


def all_rooms() -> list[Room]:
    """Rooms with their venues, for the office's choice."""
    query = select(Room).join(Room.venue).options(joinedload(Room.venue))
    rooms = db.session.scalars(query)
    return sorted(rooms, key=lambda room: (room.venue.name, room.name))


STAFF_FILTERS = {
    "": "alle Kurse",
    "aktuell": "veröffentlicht, nicht vorbei",
    "entwurf": "Entwürfe",
    "abgesagt": "abgesagt",
    "vorbei": "vorbei",
}


def _in_state(state: str) -> list[ColumnElement[bool]]:
    today = clock.today()
    conditions: dict[str, list[ColumnElement[bool]]] = {
        "aktuell": [Course.published_at.is_not(None), Course.ends_on >= today],
        "entwurf": [Course.published_at.is_(None)],
        "abgesagt": [Course.cancelled_at.is_not(None)],
        "vorbei": [Course.ends_on < today],
    }
    return conditions.get(state, [])


def list_courses_for_staff(*, words: str, state: str, page: int) -> tuple[list[Course], int]:
    """One page of courses for the office, by first day, and how many there are in all."""
    query = select(Course).where(*_in_state(state))
    if words:
        matches = (c.icontains(words, autoescape=True) for c in (Course.number, Course.title))
        query = query.where(or_(*matches))
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    ordered = query.order_by(Course.starts_on.desc().nulls_first(), Course.id)
    found = ordered.limit(STAFF_PAGE_SIZE).offset((page - 1) * STAFF_PAGE_SIZE)
    return list(db.session.scalars(found)), total
