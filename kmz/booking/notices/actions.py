"""Noticing that a course is another, and the office's decision who is told.

Every action begins with the lock of the course row, so of two clerks at once one decides.
"""

from collections.abc import Iterable

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kmz import clock, log
from kmz.accounts.models import StaffUser
from kmz.audit.actions import record
from kmz.booking import queries as booking_queries
from kmz.booking.models import Booking, BookingEvent, CourseChange
from kmz.booking.notices import mails, queries
from kmz.booking.notices.problems import CHANGED_AGAIN
from kmz.booking.notices.queries import Comparison, Concerned
from kmz.booking.rules import CHANGE_TOLD
from kmz.booking.waitlist.actions.offers import lock_courses
from kmz.db import count_changed, transaction
from kmz.errors import RefusedError

_MAX_REASON = 300


def notice_changes() -> int:
    """Compare courses that were edited with what their participants were told; a job of the worker.
    Twice notices nothing twice. How many courses are other.
    """
    found = sum(map(notice_change, queries.courses_to_compare()))
    with transaction() as session:
        gone = delete(CourseChange).where(CourseChange.course_id.in_(queries.stale_changes()))
        count_changed(session, gone)
    if found:
        log.event("course.changes_noticed", count=found)
    return found


def notice_change(course_id: int) -> bool:
    """The same for one course; whether somebody is to decide about it."""
    with transaction() as session:
        lock_courses(session, [course_id])
        compared = queries.compare(course_id)
        _leave_alone(compared, compared.unconcerned)
        change = session.get(CourseChange, course_id)
        if not compared.concerned:
            if change is not None:
                session.delete(change)
            return False
        if change is None:
            change = CourseChange(course_id=course_id, noticed_at=clock.now())
            session.add(change)
        change.version, change.lines = compared.version, compared.lines
        return True


def tell(course_id: int, *, version: int | None, note: str, by: StaffUser) -> int | None:
    """Tell everybody who is concerned (M14), one mail for each request; how many people, None when
    it was decided already. RefusedError when the course changed since `version` was shown.
    """
    with transaction() as session:
        compared = _decide(session, course_id, version)
        if not compared.concerned:
            return None
        lines = {one.booking.id: one.lines for one in compared.concerned}
        _leave_alone(compared, [one.booking for one in compared.concerned])
        for one in compared.concerned:
            one.booking.sequence += 1
            session.add(_event(one, by))
        session.flush()
        for bookings in booking_queries.bookings_by_request(list(lines)):
            told = dict.fromkeys(line for one in bookings for line in lines[one.id])
            mails.send_change(session, bookings, list(told), note)
        record(
            session,
            "course.change_told",
            by=by,
            kind="course",
            object_id=course_id,
            bookings=sorted(lines),
            changes=compared.lines,
            note=note,
        )
    log.event("course.change_told", actor=by.actor_name, course=course_id, count=len(lines))
    return len(lines)


def tell_nobody(course_id: int, *, version: int | None, reason: str, by: StaffUser) -> bool:
    """Decide that nobody is told; False when it was decided already. RefusedError as in `tell`."""
    with transaction() as session:
        compared = _decide(session, course_id, version)
        if not compared.concerned:
            return False
        found = [one.booking for one in compared.concerned]
        _leave_alone(compared, found)
        record(
            session,
            "course.change_not_told",
            by=by,
            kind="course",
            object_id=course_id,
            bookings=[booking.id for booking in found],
            changes=compared.lines,
            reason=reason,
        )
    log.event("course.change_not_told", actor=by.actor_name, course=course_id, count=len(found))
    return True


def _decide(session: Session, course_id: int, version: int | None) -> Comparison:
    lock_courses(session, [course_id])
    compared = queries.compare(course_id)
    if compared.concerned and compared.version != version:
        raise RefusedError(CHANGED_AGAIN)
    count_changed(session, delete(CourseChange).where(CourseChange.course_id == course_id))
    return compared


def _leave_alone(compared: Comparison, bookings: Iterable[Booking]) -> None:
    """From here on these know the course as it is now, or need not know more."""
    for booking in bookings:
        booking.told, booking.told_version = compared.facts, compared.version


def _event(one: Concerned, by: StaffUser) -> BookingEvent:
    said = "; ".join(one.lines)
    return BookingEvent(
        booking_id=one.booking.id,
        status=CHANGE_TOLD,
        at=clock.now(),
        actor=by.actor_name,
        reason=said if len(said) <= _MAX_REASON else f"{said[: _MAX_REASON - 2]} …",
    )
