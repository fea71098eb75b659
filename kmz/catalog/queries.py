"""Reading courses."""

from dataclasses import dataclass, fields
from datetime import date, timedelta

from sqlalchemy import ColumnElement, func, or_, select, union_all
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.strategy_options import _AbstractLoad

from kmz import clock
from kmz.catalog.models import (
    Course,
    CourseInstructor,
    CourseSession,
    ProgramArea,
    Room,
    Semester,
)
from kmz.catalog.rules import NUMBER_SIGNS, number_key
from kmz.catalog.semesters import semester_code, semester_name
from kmz.catalog.similar import SimilarCourse
from kmz.db import db
from kmz.errors import NotFoundError
from kmz.lists import ListFilter, has_words

STAFF_PAGE_SIZE = 50


def sessions_with_places() -> _AbstractLoad:
    """Loads the sessions of courses with rooms and venues: one more query for all courses."""
    return selectinload(Course.sessions).joinedload(CourseSession.room).joinedload(Room.venue)


def course_details() -> tuple[_AbstractLoad, ...]:
    """Loads area, semester, sessions with places, instructors: two more queries in all."""
    return (
        joinedload(Course.program_area).joinedload(ProgramArea.parent),
        joinedload(Course.semester),
        sessions_with_places(),
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


def get_withdrawn_course(slug: str) -> Course:
    """A course that was public once and is no longer; NotFoundError for drafts."""
    query = (
        select(Course)
        .where(Course.slug == slug, Course.published_at.is_(None), Course.withdrawn_at.is_not(None))
        .options(joinedload(Course.program_area).joinedload(ProgramArea.parent))
    )
    course = db.session.scalar(query)
    if course is None:
        raise NotFoundError
    return course


_SAME_FIELD, _SAME_AREA, _SOON = 40, 12, timedelta(weeks=8)


def similar_candidates(course: Course, today: date) -> list[SimilarCourse]:
    """The next courses of the same Fachgebiet and a few of its Programmbereich, in one query.

    The first half ends at its limit in the index, the other one looks at the next weeks only.
    """
    area = course.program_area
    if area is None:
        return []
    top = area.parent_id or area.id
    around = select(ProgramArea.id).where(
        or_(ProgramArea.parent_id == top, ProgramArea.id == top), ProgramArea.id != area.id
    )
    columns = [getattr(Course, field.name) for field in fields(SimilarCourse)]
    upcoming = (
        select(*columns)
        .where(
            Course.published_at.is_not(None),
            Course.cancelled_at.is_(None),
            Course.starts_on >= today,
            Course.id != course.id,
        )
        .order_by(Course.starts_on)
    )
    same = upcoming.where(Course.program_area_id == area.id).limit(_SAME_FIELD).subquery()
    near = (
        upcoming.where(Course.program_area_id.in_(around), Course.starts_on <= today + _SOON)
        .limit(_SAME_AREA)
        .subquery()
    )
    rows = db.session.execute(union_all(select(same), select(near)))
    return [SimilarCourse(*row) for row in rows]


def has_number(number: str) -> ColumnElement[bool]:
    """Whether it is this number, in any spelling; compared within the index of numbers."""
    key = func.lower(Course.number)
    for sign in NUMBER_SIGNS:
        key = func.replace(key, sign, "")
    return Course.id.in_(select(Course.id).where(key == number_key(number)))


def slugs_by_number(number: str) -> list[str]:
    """The public addresses of courses with this number, in any spelling (`191-4632`, `1914632`).

    Also of courses that are gone; published ones first, then the latest.
    """
    query = (
        select(Course.slug)
        .where(
            has_number(number),
            or_(Course.published_at.is_not(None), Course.withdrawn_at.is_not(None)),
        )
        .order_by(Course.published_at.is_(None), Course.id.desc())
    )
    return list(db.session.scalars(query))


def get_course(course_id: int) -> Course:
    """Any course with everything, for the office."""
    query = select(Course).where(Course.id == course_id).options(*course_details())
    course = db.session.scalar(query)
    if course is None:
        raise NotFoundError
    return course


def all_areas() -> list[ProgramArea]:
    """Programmbereiche and Fachgebiete in the order of their codes."""
    return list(db.session.scalars(select(ProgramArea).order_by(ProgramArea.code)))


def all_rooms() -> list[Room]:
    """Rooms with their venues, for the office's choice."""
    query = select(Room).join(Room.venue).options(joinedload(Room.venue))
    rooms = db.session.scalars(query)
    return sorted(rooms, key=lambda room: (room.venue.name, room.name))


_UPCOMING_SEMESTERS = 3
_HALF_A_YEAR = timedelta(days=183)


def semesters_to_choose() -> dict[str, str]:
    """Names by code, newest first: those that courses have, and the present and next two ones."""
    names = {
        code: semester_name(code)
        for code in (
            semester_code(clock.today() + count * _HALF_A_YEAR)
            for count in range(_UPCOMING_SEMESTERS)
        )
    }
    names |= {row.code: row.name for row in db.session.scalars(select(Semester))}
    return dict(sorted(names.items(), reverse=True))


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
        "aktuell": [
            Course.published_at.is_not(None),
            or_(Course.ends_on >= today, Course.ends_on.is_(None)),
        ],
        "entwurf": [Course.published_at.is_(None)],
        "abgesagt": [Course.cancelled_at.is_not(None)],
        "vorbei": [Course.ends_on < today],
    }
    return conditions.get(state, [])


@dataclass(frozen=True, slots=True)
class StaffList:
    """One page of the office's list, how many courses fit in all, and on how many pages."""

    courses: list[Course]
    total: int
    page: int
    page_count: int


def list_courses_for_staff(wanted: ListFilter) -> StaffList:
    """Courses for the office, the latest first day first; a page beyond the last is the last."""
    query = select(Course).where(*_in_state(wanted.state))
    if wanted.words:
        query = query.where(has_words(wanted.words, Course.number, Course.title))
    counted = query.with_only_columns(func.count(), maintain_column_froms=True)
    total = db.session.scalar(counted) or 0
    page_count = max(1, -(-total // STAFF_PAGE_SIZE))
    page = min(wanted.page, page_count)
    ordered = query.order_by(Course.starts_on.desc().nulls_first(), Course.id.desc())
    found = ordered.limit(STAFF_PAGE_SIZE).offset((page - 1) * STAFF_PAGE_SIZE)
    return StaffList(list(db.session.scalars(found)), total, page, page_count)
