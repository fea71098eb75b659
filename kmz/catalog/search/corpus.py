"""Reading the published courses for the search: what lists show, filters count and words find."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, fields
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import CursorResult, Executable, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kmz import clock
from kmz.catalog.light import CourseState
from kmz.catalog.models import (
    CatalogVersion,
    Course,
    CourseInstructor,
    CourseSession,
    Instructor,
    ProgramArea,
    Room,
    Semester,
    SynonymGroup,
    Venue,
)

_AT_ONCE = 2000
_COLUMNS: tuple[InstrumentedAttribute[Any], ...] = (
    Course.id, Course.slug, Course.number, Course.title, Course.subtitle, Course.kind,
    Course.description_html, Course.notes_html, Course.search_words, Course.tags,
    Course.program_area_id, Course.semester_id, Course.district, Course.format, Course.level,
    Course.target_group, Course.reduced_fee_cents, Course.concession_allowed, Course.guaranteed,
    Course.small_group, Course.educational_leave,
)  # fmt: skip
_STATE_COLUMNS = tuple(getattr(Course, column.name) for column in fields(CourseState))


@dataclass(frozen=True, slots=True)
class Area:
    """A Programmbereich or Fachgebiet, kept apart from any database session."""

    id: int
    code: str
    name: str
    slug: str
    parent_id: int | None


@dataclass(slots=True)
class Parts:
    """What belongs to a course but stands in other tables.

    `times` are weekday (0 is Monday), begin and end on the Berlin clock, for each session that has
    them.
    """

    days: list[date] = field(default_factory=list)
    times: list[tuple[int, time, time | None]] = field(default_factory=list)
    places: dict[int, "Place"] = field(default_factory=dict)
    people: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Place:
    """A venue with the room of the first session there."""

    venue_id: int
    venue: str
    room: str
    postal_code: str
    city: str
    latitude: float | None
    longitude: float | None
    accessible: bool | None


@dataclass(frozen=True, slots=True)
class RawCourse:
    """A course as the database has it: its row (see `_COLUMNS`), state and parts."""

    row: Any
    state: CourseState
    parts: Parts


@dataclass(frozen=True, slots=True)
class Shared:
    """What many courses share."""

    areas: dict[int, Area]
    semesters: dict[int, tuple[str, str]]
    synonyms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """The catalogue's number, and the last at which everything had to be read anew."""

    number: int = 0
    rebuilt_in: int = 0


def read_version(session: Session) -> Version:
    """The state of the catalogue in this session; numbers only rise."""
    row = session.execute(select(CatalogVersion.number, CatalogVersion.rebuilt_in)).first()
    return Version(*row) if row else Version()


def read_shared(session: Session) -> Shared:
    """Areas, semesters and synonyms: three queries."""
    areas = session.execute(select(*(getattr(ProgramArea, name) for name in Area.__slots__)))
    semesters = session.execute(select(Semester.id, Semester.code, Semester.name))
    return Shared(
        {row.id: Area(*row) for row in areas},
        {row.id: (row.code, row.name) for row in semesters},
        tuple(session.scalars(select(SynonymGroup.words).order_by(SynonymGroup.id))),
    )


def changed_ids(session: Session, *, since: int) -> list[int]:
    """The courses that changed after this number of the catalogue, published or not."""
    return list(session.scalars(select(Course.id).where(Course.changed_in > since)))


def read_courses(session: Session, ids: Collection[int] | None = None) -> Iterator[RawCourse]:
    """The published courses, all or those of these ids: three queries for each 2,000."""
    if ids is None:
        query = select(Course.id).where(Course.published_at.is_not(None)).order_by(Course.id)
        ids = session.scalars(query).all()
    ordered = sorted(ids)
    for start in range(0, len(ordered), _AT_ONCE):
        yield from _read_batch(session, ordered[start : start + _AT_ONCE])


def _read_batch(session: Session, ids: list[int]) -> list[RawCourse]:
    """A run of ids; bounded by its ends, since thousands of values make a slow query."""
    first, last, wanted = ids[0], ids[-1], set(ids)
    query = (
        select(*_COLUMNS, *_STATE_COLUMNS)
        .where(Course.id.between(first, last), Course.published_at.is_not(None))
        .order_by(Course.id)
    )
    if last - first > 2 * len(ids):
        query = query.where(Course.id.in_(ids))
    rows = [row for row in _rows(session, query) if row.id in wanted]
    parts = _read_parts(session, [row.id for row in rows])
    here = len(_COLUMNS)
    return [RawCourse(row, CourseState(*row[here:]), parts[row.id]) for row in rows]


def _clock_times(starts_at: datetime, ends_at: datetime | None) -> tuple[int, time, time | None]:
    start = clock.in_berlin(starts_at)
    return start.weekday(), start.time(), clock.in_berlin(ends_at).time() if ends_at else None


def _rows(session: Session, query: Executable) -> CursorResult[*tuple[Any, ...]]:
    """The rows as the driver gives them: no objects are wanted, and this is a third quicker."""
    return session.connection().execute(query)


def _read_parts(session: Session, ids: list[int]) -> defaultdict[int, Parts]:
    parts: defaultdict[int, Parts] = defaultdict(Parts)
    if not ids:
        return parts
    bounds = (ids[0], ids[-1])
    sessions = (
        select(
            CourseSession.course_id,
            CourseSession.day,
            CourseSession.starts_at,
            CourseSession.ends_at,
            Venue.id,
            Venue.name,
            Room.name,
            Venue.postal_code,
            Venue.city,
            Room.latitude,
            Room.longitude,
            Room.accessible,
        )
        .outerjoin(Room, Room.id == CourseSession.room_id)
        .outerjoin(Venue, Venue.id == Room.venue_id)
        .where(CourseSession.is_cancelled.is_(False), CourseSession.course_id.between(*bounds))
        .order_by(CourseSession.course_id, CourseSession.position)
    )
    for course_id, day, starts_at, ends_at, venue_id, *place in _rows(session, sessions):
        found = parts[course_id]
        found.days.append(day)
        if starts_at is not None:
            found.times.append(_clock_times(starts_at, ends_at))
        if venue_id is not None:
            found.places.setdefault(venue_id, Place(venue_id, *place))
    people = (
        select(
            CourseInstructor.course_id,
            Instructor.id,
            Instructor.title,
            Instructor.first_name,
            Instructor.last_name,
        )
        .join(Instructor, Instructor.id == CourseInstructor.instructor_id)
        .where(CourseInstructor.course_id.between(*bounds))
        .order_by(CourseInstructor.course_id, CourseInstructor.position)
    )
    for course_id, person_id, *names in _rows(session, people):
        parts[course_id].people.append((person_id, " ".join(filter(None, names))))
    return parts
