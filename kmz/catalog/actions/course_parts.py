"""Filling in what a course is made of; part of the transaction that saves it."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kmz.catalog.course_data import CourseData, NewPlace, SessionData
from kmz.catalog.models import Course, CourseInstructor, CourseSession, Instructor, Room, Venue
from kmz.catalog.models import Semester as SemesterRow
from kmz.catalog.semesters import semester_name

_MAX_TITLE = 40
_TITLES = frozenset({"dr", "prof", "dipl", "ing", "med", "phil", "h", "c"})


def fill_parts(session: Session, course: Course, data: CourseData) -> None:
    """Give the course these sessions, instructors and this semester instead of its own."""
    course.semester_id = semester_id_of(session, data.semester_code)
    called_off = {(old.day, old.starts_at) for old in course.sessions if old.is_cancelled}
    new_room = _room_id(session, data.new_place) if data.new_place else None
    instructors = _instructors(session, data.instructors)
    _remove_parts(session, course)
    course.sessions = [
        CourseSession(
            position=position,
            day=entry.day,
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
            room_id=entry.room_id or new_room,
            is_cancelled=(entry.day, entry.starts_at) in called_off,
        )
        for position, entry in enumerate(sorted(data.sessions, key=_in_time))
    ]
    course.instructor_links = [
        CourseInstructor(position=position, instructor=instructors[name])
        for position, name in enumerate(data.instructors)
    ]
    days = [entry.day for entry in data.sessions]
    course.starts_on, course.ends_on = (min(days), max(days)) if days else (None, None)


def _in_time(entry: SessionData) -> tuple[str, str]:
    return entry.day.isoformat(), entry.starts_at.isoformat() if entry.starts_at else ""


def _remove_parts(session: Session, course: Course) -> None:
    """Old rows go first, or their positions would collide with the new ones."""
    if course.id is None:
        return
    session.execute(delete(CourseSession).where(CourseSession.course_id == course.id))
    session.execute(delete(CourseInstructor).where(CourseInstructor.course_id == course.id))
    session.expire(course, ["sessions", "instructor_links"])
    session.refresh(course, ["sessions", "instructor_links"])


def semester_id_of(session: Session, code: str) -> int | None:
    """The semester with this code, made when missing; None for ""."""
    if not code:
        return None
    found = session.scalar(select(SemesterRow).where(SemesterRow.code == code))
    if found is None:
        found = SemesterRow(code=code, name=semester_name(code))
        session.add(found)
        session.flush()
    return found.id


def _room_id(session: Session, place: NewPlace) -> int:
    """The room of this venue, made when missing; without an address the name alone decides."""
    named = select(Venue).where(Venue.name == place.venue).order_by(Venue.id).limit(1)
    address = {"street": place.street, "postal_code": place.postal_code, "city": place.city}
    venue = session.scalar(named.filter_by(**address) if any(address.values()) else named)
    if venue is None:
        venue = Venue(name=place.venue, **address)
        session.add(venue)
        session.flush()
    room = session.scalar(select(Room).where(Room.venue_id == venue.id, Room.name == place.room))
    if room is None:
        room = Room(venue_id=venue.id, name=place.room)
        session.add(room)
        session.flush()
    return room.id


def _instructors(session: Session, names: list[str]) -> dict[str, Instructor]:
    """The people with these full names, in one query; unknown names become new people.

    Where the last name begins is a guess only for new ones: known people are compared as a whole.
    """
    words_of = [name.split() for name in names]
    endings = {" ".join(words[start:]) for words in words_of for start in range(len(words))}
    # Of namesakes the oldest stays: later entries of a dict replace earlier ones.
    query = select(Instructor).order_by(Instructor.id.desc())
    found = session.scalars(query.where(Instructor.last_name.in_(endings)))
    known = {person.full_name: person for person in found}
    return {name: known.get(name) or _new_instructor(name) for name in names}


def _new_instructor(name: str) -> Instructor:
    words = name.split()
    count = 0
    while count < len(words) - 1 and words[count].strip(".").lower() in _TITLES:
        count += 1
    title = " ".join(words[:count])
    if len(title) > _MAX_TITLE:
        title, count = "", 0
    return Instructor(
        salutation="",
        title=title,
        first_name=" ".join(words[count:-1]),
        last_name=words[-1],
    )
