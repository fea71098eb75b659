"""What the office does with courses: create, change, publish, take back, cancel."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import StaffUser
from kmz.audit.actions import record
from kmz.catalog import problems
from kmz.catalog.actions.booking_openings import inherit_opening
from kmz.catalog.actions.course_parts import fill_parts
from kmz.catalog.actions.import_protection import forget_absence, protect_fields
from kmz.catalog.actions.version import mark_changed
from kmz.catalog.areas import slug_of
from kmz.catalog.course_data import CourseData
from kmz.catalog.models import Course
from kmz.catalog.queries import course_details
from kmz.db import transaction, violated
from kmz.errors import NotFoundError, RefusedError
from kmz.sanitising import clean_html

# Two people may name the same new place, person or semester at the same moment; the second time
# the other's row is there.
_MADE_MEANWHILE = (
    "uq_venue_name_street_postal_code_city",
    "uq_room_venue_id_name",
    "uq_instructor_title_first_name_last_name",
    "uq_semester_code",
)


def save_course(
    data: CourseData, *, course_id: int | None, version: int | None, by: StaffUser
) -> Course:
    """Create a course (no id) or change one; the HTML is sanitised here.

    RefusedError when the number is taken, when somebody else has changed the course since `version`
    was shown (P10), or when more people are booked than the new maximum allows and staff did not
    say that they know. NotFoundError for an unknown id.
    """
    try:
        return _save(data, course_id, version, by)
    except IntegrityError as error:
        if violated(error, "uq_course_slug"):
            raise RefusedError(problems.NUMBER_TAKEN) from error
        if not any(violated(error, name) for name in _MADE_MEANWHILE):
            raise
        return _save(data, course_id, version, by)


def _save(data: CourseData, course_id: int | None, version: int | None, by: StaffUser) -> Course:
    with transaction() as session:
        course = _course_to_change(session, course_id, version)
        _check(session, course, data)
        before = _audited(course)
        _fill(session, course, data)
        session.add(course)
        session.flush()
        inherit_opening(session, course)
        after = _audited(course)
        changed = [name for name, value in after.items() if before[name] != value]
        action = "course.changed" if course_id else "course.created"
        if course_id:
            protect_fields(session, course, _own(course, changed))
        record(session, action, by=by, kind="course", object_id=course.id, fields=changed)
        mark_changed(session, [course.id])
        return course


def _course_to_change(session: Session, course_id: int | None, version: int | None) -> Course:
    now = clock.now()
    if course_id is None:
        return Course(
            number="",
            slug="",
            seats_taken=0,
            max_participants=0,
            created_at=now,
            updated_at=now,
            version=1,
            sessions=[],
            instructor_links=[],
        )
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
        .with_for_update(of=Course, key_share=True)
    )
    course = session.scalar(query)
    if course is None:
        raise NotFoundError
    return course


def _check(session: Session, course: Course, data: CourseData) -> None:
    if data.number != course.number and _is_taken(session, course, data.number):
        raise RefusedError(problems.NUMBER_TAKEN)
    found = problems.lowering_problems(course, data.plain_fields["max_participants"] or 0)
    if found and not data.accepts_overbooking:
        raise RefusedError(*found)


def _is_taken(session: Session, course: Course, number: str) -> bool:
    same = select(Course.id).where(func.lower(Course.number) == number.lower())
    return any(found != course.id for found in session.scalars(same))


def _audited(course: Course) -> dict[str, Any]:
    """What an audit entry compares; sessions and instructors as plain values."""
    plain = {
        column.key: getattr(course, column.key)
        for column in Course.__table__.columns
        if column.key
        not in {
            "id",
            "version",
            "updated_at",
            "created_at",
            "protected_fields",
            "opening_inherited",
        }
    }
    sessions = [(s.day, s.starts_at, s.ends_at, s.room_id) for s in course.sessions]
    people = [link.instructor.full_name for link in course.instructor_links]
    return plain | {"sessions": sessions, "instructors": people}


def _own(course: Course, changed: list[str]) -> list[str]:
    """Without what the course only inherits."""
    return [name for name in changed if name != "booking_opens_at" or not course.opening_inherited]


def _fill(session: Session, course: Course, data: CourseData) -> None:
    if course.slug == slug_of(course.number):  # made from the number, so it goes with it
        course.slug = slug_of(data.number)
    had_reduction = course.reduced_fee_cents is not None
    for name, value in data.plain_fields.items():
        setattr(course, name, value)
    course.opening_inherited = False
    if course.reduced_fee_cents is not None:
        course.concession_allowed = True
    elif had_reduction:
        course.concession_allowed = False
    course.description_html = clean_html(data.description)
    course.notes_html = clean_html(data.notes)
    fill_parts(session, course, data)


def publish_course(course_id: int, *, by: StaffUser) -> None:
    """Show a course in the catalogue; RefusedError when something is missing for that."""
    with transaction() as session:
        course = _locked(session, course_id)
        if course.published_at is not None:
            return
        missing = problems.publishing_problems(course)
        if missing:
            raise RefusedError(*missing)
        course.published_at = course.updated_at = clock.now()
        course.withdrawn_at = None
        record(session, "course.published", by=by, kind="course", object_id=course.id)
        mark_changed(session, [course.id])


def unpublish_course(course_id: int, *, by: StaffUser) -> None:
    """Take a course out of the catalogue; bookings stay as they are."""
    with transaction() as session:
        course = _locked(session, course_id)
        if course.published_at is None:
            return
        course.published_at = None
        course.withdrawn_at = course.updated_at = clock.now()
        forget_absence(session, course.id)
        record(session, "course.unpublished", by=by, kind="course", object_id=course.id)
        mark_changed(session, [course.id])


def mark_cancelled(session: Session, course_id: int, *, reason: str, by: StaffUser) -> Course:
    """Cancel a course, as part of the transaction that also ends its bookings.

    RefusedError when staff have cancelled it already. What a feed called off has no reason yet, and
    nobody was told.
    """
    course = _locked(session, course_id)
    if course.cancellation_reason:
        raise RefusedError(problems.CANCELLED_ALREADY)
    course.updated_at = clock.now()
    course.cancelled_at = course.cancelled_at or course.updated_at
    course.cancellation_reason = reason
    course.version += 1
    record(session, "course.cancelled", by=by, kind="course", object_id=course.id, reason=reason)
    mark_changed(session, [course.id])
    return course
