"""Protecting the office's words from imports, and giving fields back to the feed."""

from collections.abc import Collection

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kmz import clock
from kmz.accounts.models import StaffUser
from kmz.audit.actions import record
from kmz.catalog.models import Course, CourseSource
from kmz.catalog.protection import protected_after
from kmz.db import transaction
from kmz.errors import NotFoundError


def protect_fields(session: Session, course: Course, changed: Collection[str]) -> None:
    """Let no import overwrite what staff just changed in an imported course; part of saving it."""
    names = protected_after(course.protected_fields, changed)
    if names != course.protected_fields and _is_imported(session, course.id):
        course.protected_fields = names


def forget_absence(session: Session, course_id: int) -> None:
    """Staff took the course back themselves: then it stays so, also when the feed has it again."""
    _set_source(session, course_id, missing_since=None)


def release_fields(course_id: int, names: Collection[str], *, by: StaffUser) -> bool:
    """Give fields back to the feed; the next import applies what it says, even if that is old.

    False where none of them is protected.
    """
    with transaction() as session:
        asked = select(Course).where(Course.id == course_id).with_for_update()
        course = session.scalar(asked)
        if course is None:
            raise NotFoundError
        released = [name for name in course.protected_fields if name in names]
        if not released:
            return False
        kept = [name for name in course.protected_fields if name not in released]
        course.protected_fields, course.updated_at = kept, clock.now()
        course.version += 1
        # An empty digest fits no record, so the next import reads this one as changed.
        _set_source(session, course_id, digest="")
        record(
            session, "course.fields_released", by=by, kind="course",
            object_id=course_id, fields=released,
        )  # fmt: skip
        return True


def _is_imported(session: Session, course_id: int) -> bool:
    asked = select(CourseSource.course_id).where(CourseSource.course_id == course_id)
    return session.scalar(asked) is not None


def _set_source(session: Session, course_id: int, **values: object) -> None:
    session.execute(
        update(CourseSource).where(CourseSource.course_id == course_id).values(**values),
        execution_options={"synchronize_session": False},
    )
