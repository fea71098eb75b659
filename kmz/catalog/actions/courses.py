"""What the office does with courses: create, change, publish, take back, cancel."""

import re
import unicodedata

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import StaffUser
from kmz.audit.actions import record
from kmz.catalog import problems
from kmz.catalog.actions.version import bump_catalog_version
from kmz.catalog.course_data import CourseData
from kmz.catalog.models import (
    Course,
    CourseInstructor,
    CourseSession,
    Instructor,
    Room,
    Venue,
)
from kmz.catalog.queries import course_details
from kmz.db import transaction, violated
from kmz.errors import NotFoundError, RefusedError
from kmz.sanitising import clean_html


def slug_of(number: str) -> str:
    """The address of a course number: lower-case ASCII, everything else a hyphen."""
    plain = unicodedata.normalize("NFKD", number.lower()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def save_course(
    data: CourseData, *, course_id: int | None, version: int | None, by: StaffUser
) -> Course:
    """Create a course (no id) or change one; RefusedError when the number is taken or somebody
    else has changed the course since `version` was shown (P10)."""
    try:
        with transaction() as session:
            course = _course_to_change(session, course_id, version)
            before = {name: getattr(course, name, None) for name in data.plain_fields}
            _fill(session, course, data)
            session.add(course)
            session.flush()
            changed = [name for name, value in data.plain_fields.items() if before[name] != value]
            action = "course.changed" if course_id else "course.created"
            record(session, action, by=by, kind="course", object_id=course.id, fields=changed)
            bump_catalog_version(session)
            return course
    except IntegrityError as error:
        if violated(error, "uq_course_slug"):
            raise RefusedError(problems.NUMBER_TAKEN) from error
        raise


def _course_to_change(session: Session, course_id: int | None, version: int | None) -> Course:
    now = clock.now()
    if course_id is None:
        return Course(created_at=now, updated_at=now, version=1, sessions=[], instructor_links=[])
    course = _locked(session, course_id)
    if course.version != version:
        raise RefusedError(problems.CHANGED_MEANWHILE)
    course.version += 1
    course.updated_at = now
    return course


def _locked(session: Session, course_id: int) -> Course:
    query = (
        select(Course)
        .where(Course.id == course_id)
        .options(*course_details())
        .with_for_update(of=Course)
    )
    course = session.scalar(query)
    if course is None:
        raise NotFoundError
    return course


def _fill(session: Session, course: Course, data: CourseData) -> None:
    for name, value in data.plain_fields.items():
        setattr(course, name, value)
    course.slug = slug_of(data.number)
    course.description_html = clean_html(data.description)
    days = [entry.day for entry in data.sessions]
    course.starts_on, course.ends_on = (min(days), max(days)) if days else (None, None)
    _replace_parts(session, course)
    course.sessions = [
        CourseSession(
            position=position,
            day=entry.day,
            starts_at=entry.starts_at,
            ends_at=entry.ends_at,
            room_id=_room_id(session, entry.room_id, data.new_place),
        )
        for position, entry in enumerate(data.sessions)
    ]
    course.instructor_links = [
        CourseInstructor(position=position, instructor=_instructor(session, name))
        for position, name in enumerate(dict.fromkeys(data.instructors))
    ]


def _replace_parts(session: Session, course: Course) -> None:
    """Old sessions go first, or their positions would collide with the new ones."""
    if course.id is None:
        return
    session.execute(delete(CourseSession).where(CourseSession.course_id == course.id))
    session.execute(delete(CourseInstructor).where(CourseInstructor.course_id == course.id))
    session.expire(course, ["sessions", "instructor_links"])
    session.refresh(course, ["sessions", "instructor_links"])


def _room_id(
    session: Session, room_id: int | None, new_place: tuple[str, str] | None
) -> int | None:
    if room_id is not None or new_place is None:
        return room_id
    venue_name, room_name = new_place
    venue = session.scalar(select(Venue).where(Venue.name == venue_name).limit(1))
    if venue is None:
        venue = Venue(name=venue_name, street="", postal_code="", city="")
        session.add(venue)
        session.flush()
    room = session.scalar(select(Room).where(Room.venue_id == venue.id, Room.name == room_name))
    if room is None:
        room = Room(venue_id=venue.id, name=room_name)
        session.add(room)
        session.flush()
    return room.id


def _instructor(session: Session, name: tuple[str, str]) -> Instructor:
    first_name, last_name = name
    query = select(Instructor).where(
        Instructor.title == "",
        Instructor.first_name == first_name,
        Instructor.last_name == last_name,
    )
    found = session.scalar(query)
    return found or Instructor(salutation="", title="", first_name=first_name, last_name=last_name)


def publish_course(course_id: int, *, by: StaffUser) -> None:
    """Show a course in the catalogue; RefusedError when something is missing for that."""
    with transaction() as session:
        course = _locked(session, course_id)
        missing = problems.publishing_problems(course)
        if missing:
            raise RefusedError(*missing)
        course.published_at = course.published_at or clock.now()
        record(session, "course.published", by=by, kind="course", object_id=course.id)
        bump_catalog_version(session)


def unpublish_course(course_id: int, *, by: StaffUser) -> None:
    """Take a course out of the catalogue; bookings stay as they are."""
    with transaction() as session:
        course = _locked(session, course_id)
        course.published_at = None
        record(session, "course.unpublished", by=by, kind="course", object_id=course.id)
        bump_catalog_version(session)


def mark_cancelled(session: Session, course_id: int, *, reason: str, by: StaffUser) -> Course:
    """Cancel a course, as part of the transaction that also ends its bookings."""
    course = _locked(session, course_id)
    if course.cancelled_at is not None:
        raise RefusedError(problems.CANCELLED_ALREADY)
    course.cancelled_at = clock.now()
    course.cancellation_reason = reason
    course.version += 1
    record(session, "course.cancelled", by=by, kind="course", object_id=course.id, reason=reason)
    bump_catalog_version(session)
    return course
