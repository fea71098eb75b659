"""When booking opens for a semester or a Programmbereich in it, and handing that on to courses.

The time is written into the courses themselves (`booking_opens_at`, marked by `opening_inherited`),
so that search, lists, feeds and the last click read one column and cannot disagree.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.audit.actions import Actor, record
from kmz.catalog.actions.course_parts import semester_id_of
from kmz.catalog.actions.version import mark_changed, rebuild_search
from kmz.catalog.models import BookingOpening, Course
from kmz.catalog.opening_queries import inherited_opening
from kmz.db import transaction, violated
from kmz.errors import NotFoundError, Problem, RefusedError

TAKEN = Problem(
    "opening.taken", "Dafür gibt es schon einen Buchungsstart. Ändern Sie ihn unten.", "area"
)
# More changed courses than these are read again together with all others.
_MANY = 500


def add_opening(
    semester_code: str, program_area_id: int | None, opens_at: datetime, *, by: Actor
) -> BookingOpening:
    """Open a semester, or one Programmbereich in it, at a moment. RefusedError when that was said
    already.
    """
    try:
        with transaction() as session:
            row = BookingOpening(
                semester_id=semester_id_of(session, semester_code),
                program_area_id=program_area_id,
                opens_at=opens_at,
            )
            session.add(row)
            session.flush()
            _note(session, "opening.added", row, by, semester=semester_code)
            _hand_on(session, row)
            return row
    except IntegrityError as error:
        if any(violated(error, name) for name in _ONE_EACH):
            raise RefusedError(TAKEN) from error
        raise


_ONE_EACH = ("uq_booking_opening_semester_id_program_area_id", "uq_booking_opening_semester_id")


def move_opening(opening_id: int, opens_at: datetime, *, by: Actor) -> None:
    """Another moment; NotFoundError when it is gone."""
    with transaction() as session:
        row = _get(session, opening_id)
        before, row.opens_at = row.opens_at, opens_at
        session.flush()
        _note(session, "opening.moved", row, by, before=before.isoformat())
        _hand_on(session, row)


def delete_opening(opening_id: int, *, by: Actor) -> None:
    """Its courses inherit what is said further up, or nothing."""
    with transaction() as session:
        row = _get(session, opening_id)
        session.delete(row)
        session.flush()
        _note(session, "opening.deleted", row, by)
        _hand_on(session, row)


def _get(session: Session, opening_id: int) -> BookingOpening:
    row = session.get(BookingOpening, opening_id, with_for_update=True)
    if row is None:
        raise NotFoundError
    return row


def _note(session: Session, action: str, row: BookingOpening, by: Actor, **more: str) -> None:
    record(
        session,
        action,
        by=by,
        kind="booking_opening",
        object_id=row.id,
        semester_id=row.semester_id,
        program_area_id=row.program_area_id,
        opens_at=row.opens_at.isoformat(),
        **more,
    )


def _hand_on(session: Session, row: BookingOpening) -> None:
    changed = inherit_openings(session, Course.semester_id == row.semester_id)
    if len(changed) > _MANY:
        rebuild_search(session)
    elif changed:
        mark_changed(session, changed)


def inherit_openings(session: Session, which: ColumnElement[bool]) -> list[int]:
    """Give these courses what they inherit, unless they have a time of their own; part of the
    caller's transaction, who tells the search. Returns the changed ones.
    """
    inherited = inherited_opening()
    due = (
        which,
        or_(Course.opening_inherited, Course.booking_opens_at.is_(None)),
        Course.booking_opens_at.is_distinct_from(inherited),
    )
    # In one order, as bookings lock them, or the two would wait for each other.
    ids = list(session.scalars(select(Course.id).where(*due).order_by(Course.id).with_for_update()))
    if ids:
        session.execute(
            update(Course)
            .where(*due)
            .values(
                booking_opens_at=inherited,
                opening_inherited=inherited.is_not(None),
                updated_at=clock.now(),
            ),
            execution_options={"synchronize_session": False},
        )
    return ids


def inherit_opening(session: Session, course: Course) -> None:
    """The same for one course that is being saved; its row is locked and flushed."""
    if course.booking_opens_at is None:
        asked = select(inherited_opening()).where(Course.id == course.id)
        course.booking_opens_at = session.scalar(asked)
        course.opening_inherited = course.booking_opens_at is not None
