"""Courses that are other than their participants were last told, and who is concerned.

Nothing of it costs an import anything: every edit raises `course.version`, and a booking remembers
the version up to which nothing is left to say. Only courses where the two differ are compared.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import contains_eager

from kmz import clock
from kmz.booking import queries as booking_queries
from kmz.booking.course_facts import Facts, changes
from kmz.booking.models import SEAT_HOLDING, Booking, CourseChange
from kmz.catalog.models import Course
from kmz.db import db
from kmz.lists import one_page

PAGE_SIZE = 50
_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Concerned:
    """A booking with what its participant does not know yet."""

    booking: Booking
    lines: list[str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A course beside what its participants were told: those for whom something is other, and those
    for whom nothing is.
    """

    version: int
    facts: Facts
    concerned: Sequence[Concerned]
    unconcerned: Sequence[Booking]

    @property
    def lines(self) -> list[str]:
        """All that is other for anybody, each once."""
        return list(dict.fromkeys(line for one in self.concerned for line in one.lines))


def _is_concerned() -> ColumnElement[bool]:
    """Whether a booking, joined with its course, may have something to be told."""
    last = func.coalesce(Course.ends_on, Course.starts_on)
    return and_(
        Booking.status.in_(SEAT_HOLDING),
        Booking.told_version < Course.version,
        Course.cancelled_at.is_(None),
        # What moved may have ended before: a day in the past is no reason to say nothing.
        or_(last.is_(None), last >= clock.today() - timedelta(days=1)),
    )


def concerned_bookings() -> Select[int]:
    """Course ids of bookings that may have something to be told."""
    return select(Booking.course_id).join(Booking.course).where(_is_concerned())


def courses_to_compare() -> list[int]:
    """Courses edited since they were last compared; so many as one run of the job looks at."""
    known = and_(CourseChange.course_id == Course.id, CourseChange.version == Course.version)
    query = (
        select(Course.id)
        .outerjoin(CourseChange, known)
        .where(Course.id.in_(concerned_bookings()), CourseChange.course_id.is_(None))
        .order_by(Course.id)
        .limit(_AT_ONCE)
    )
    return list(db.session.scalars(query))


def compare(course_id: int) -> Comparison:
    """The course as it is now beside what everybody was told."""
    version = db.session.scalar(select(Course.version).where(Course.id == course_id)) or 0
    facts = booking_queries.course_facts([course_id])
    query = (
        select(Booking)
        .join(Booking.course)
        .where(Booking.course_id == course_id, _is_concerned())
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    )
    concerned, unconcerned = [], []
    for booking in db.session.scalars(query):
        told = told_facts(booking)
        lines = changes(told, facts[course_id], today=clock.today()) if told else []
        if lines:
            concerned.append(Concerned(booking, lines))
        else:
            unconcerned.append(booking)
    return Comparison(version, facts.get(course_id, {}), concerned, unconcerned)


def told_facts(booking: Booking) -> Facts | None:
    """What somebody was last told; None for bookings older than this rule."""
    return booking.told or booking.agreed.get("facts")


def count_changes() -> int:
    """How many courses wait for a decision."""
    query = select(func.count()).select_from(CourseChange)
    open_ones = query.where(CourseChange.course_id.in_(concerned_bookings()))
    return db.session.scalar(open_ones) or 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list: a course that changed, and how many bookings are concerned."""

    change: CourseChange
    course: Course
    people: int


def list_changes(page: int) -> tuple[list[Entry], int]:
    """One page of courses that wait for a decision, the next to begin first."""
    query = (
        select(CourseChange)
        .join(Course, Course.id == CourseChange.course_id)
        .where(CourseChange.course_id.in_(concerned_bookings()))
        .order_by(Course.starts_on.nulls_last(), Course.id)
        .options(contains_eager(CourseChange.course))
    )
    found, total = one_page(query, page, PAGE_SIZE)
    ids = [change.course_id for change in found]
    counted = (
        select(Booking.course_id, func.count())
        .join(Booking.course)
        .where(Booking.course_id.in_(ids), _is_concerned())
        .group_by(Booking.course_id)
    )
    people = {row[0]: row[1] for row in db.session.execute(counted)}
    return [
        Entry(change, change.course, people.get(change.course_id, 0)) for change in found
    ], total


def stale_changes() -> Select[int]:
    """Courses on the list where nobody is left who could be told."""
    return select(CourseChange.course_id).where(CourseChange.course_id.not_in(concerned_bookings()))
