"""Courses that a full feed no longer has: they leave the programme, and nothing of them is lost."""

from collections.abc import Collection, Sequence

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kmz import clock
from kmz.audit.actions import Actor, record
from kmz.catalog.actions.version import bump_catalog_version
from kmz.catalog.imports.report import Named
from kmz.catalog.models import Course, CourseSource
from kmz.db import db, transaction


class ShrinkingFeedError(Exception):
    """A full feed that would take more than half of its source's courses out of the programme."""

    def __init__(self, offline: int, published: int) -> None:
        super().__init__(
            f"Die Datei soll der ganze Bestand sein, aber {offline} von {published} "
            "veröffentlichten Kursen dieser Quelle fehlen darin, also mehr als die Hälfte."
        )


def count_published(source: str) -> int:
    """How many courses of the source are in the programme."""
    asked = (
        select(func.count())
        .select_from(CourseSource)
        .join(Course, Course.id == CourseSource.course_id)
        .where(CourseSource.source == source, Course.published_at.is_not(None))
    )
    return db.session.scalar(asked) or 0


def missing_courses(source: str, keys: Collection[str]) -> list[Named]:
    """The published courses of the source whose keys are not among these.

    A course that was missing before and that staff published all the same stays.
    """
    asked = (
        select(CourseSource.external_id, Course.id, Course.number, Course.title, Course.seats_taken)
        .join(Course, Course.id == CourseSource.course_id)
        .where(
            CourseSource.source == source,
            CourseSource.missing_since.is_(None),
            Course.published_at.is_not(None),
        )
        .order_by(Course.id)
    )
    rows = db.session.execute(asked).all()
    return [
        Named(course_id, number, title, bookings)
        for external_id, course_id, number, title, bookings in rows
        if external_id not in keys
    ]


def take_offline(courses: Sequence[Named], source: str, *, by: Actor) -> None:
    """One batch, one transaction. Bookings stay; a course that staff took back stays theirs."""
    with transaction() as session:
        ids = _lock_published(session, [course.course_id for course in courses])
        now = clock.now()
        session.execute(
            update(Course)
            .where(Course.id.in_(ids))
            .values(
                published_at=None,
                withdrawn_at=now,
                updated_at=now,
                version=Course.version + 1,
                changed_in=bump_catalog_version(session),
            ),
            execution_options={"synchronize_session": False},
        )
        session.execute(
            update(CourseSource).where(CourseSource.course_id.in_(ids)).values(missing_since=now),
            execution_options={"synchronize_session": False},
        )
        record(session, "catalog.withdrawn", by=by, kind="course", source=source, courses=ids)


def _lock_published(session: Session, ids: Collection[int]) -> list[int]:
    asked = select(Course.id).where(Course.id.in_(ids), Course.published_at.is_not(None))
    return list(session.scalars(asked.order_by(Course.id).with_for_update()))
