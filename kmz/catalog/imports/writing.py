"""Writing one batch of imported courses; part of the transaction that stores it."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kmz.catalog.areas import slug_of
from kmz.catalog.imports.feed_format import USUAL_COLUMNS, FeedFormat
from kmz.catalog.imports.imported import ImportedCourse, RefusedRecordError
from kmz.catalog.imports.reading import Item
from kmz.catalog.imports.report import ImportReport, Named, Note
from kmz.catalog.imports.stock import Stock
from kmz.catalog.models import Course, CourseInstructor, CourseSession, CourseSource

_NUMBER_IN_SLUG, _KEY_IN_SLUG = 45, 28
# Rows of their own, not columns.
_LISTS = frozenset({"sessions", "instructors"})
# First and last day follow from the sessions, so who protects these protects those.
_DAYS = frozenset({"starts_on", "ends_on"})

Known = dict[str, tuple[CourseSource, Course]]


@dataclass(slots=True)
class Batch:
    """What is common to the rows of one batch, and what became of them."""

    source: str
    file_format: FeedFormat
    now: datetime
    number: int = 0
    stock: Stock = field(init=False)
    new: int = 0
    changed: int = 0
    back: int = 0
    notes: list[Note] = field(default_factory=list)
    offline: list[Named] = field(default_factory=list)
    protected: list[Named] = field(default_factory=list)

    def note(self, item: Item, text: str) -> None:
        self.notes.append(Note(item.place, item.course.external_id, text))

    def count(self, report: ImportReport, items: int) -> None:
        """Into the report, once the batch has come through."""
        report.new += self.new
        report.changed += self.changed
        report.unchanged += items - self.new - self.changed
        report.back += self.back
        report.notes += self.notes
        report.offline += self.offline
        report.protected += self.protected


def lock_courses(session: Session, batch: Batch, items: Sequence[Item]) -> Known:
    """The courses that are known already, by their key in the source; locked in one order."""
    keys = [item.course.external_id for item in items]
    asked = (
        select(CourseSource, Course)
        .join(Course, Course.id == CourseSource.course_id)
        .where(CourseSource.source == batch.source, CourseSource.external_id.in_(keys))
        .order_by(Course.id)
        .with_for_update()
    )
    return {source.external_id: (source, course) for source, course in session.execute(asked)}


def insert_courses(session: Session, batch: Batch, items: Sequence[Item]) -> None:
    """New courses with all that hangs on them."""
    if not items:
        return
    taken = set(session.scalars(select(Course.slug)))
    courses = [_new_course(batch, item, taken) for item in items]
    made = insert(Course).returning(Course.id, sort_by_parameter_order=True)
    pairs = list(zip(items, session.scalars(made, courses), strict=True))
    _insert_sessions(session, batch, pairs)
    _insert_instructors(session, batch, pairs)
    session.execute(insert(CourseSource), [_source_row(batch, *pair) for pair in pairs])
    batch.new += len(items)


def _new_course(batch: Batch, item: Item, taken: set[str]) -> dict[str, Any]:
    imported, now = item.course, batch.now
    slug = _free_slug(imported, taken)
    if imported.number and slug != _number_slug(imported):
        batch.note(item, "Die Kursnummer hat schon ein anderer Kurs; beide bleiben")
    taken.add(slug)
    columns = (batch.file_format.columns | USUAL_COLUMNS) - _LISTS
    return {name: _value(batch, imported, name) for name in columns} | {
        "slug": slug,
        "published_at": now if imported.is_public else None,
        "cancelled_at": now if imported.is_cancelled else None,
        "created_at": now,
        "updated_at": now,
        "changed_in": batch.number,
    }


def _source_row(batch: Batch, item: Item, course_id: int) -> dict[str, Any]:
    return {
        "course_id": course_id,
        "source": batch.source,
        "external_id": item.course.external_id,
        "digest": item.digest,
        "record": item.course.record,
        "imported_at": batch.now,
        "missing_since": None if item.course.is_public else batch.now,
    }


def update_courses(session: Session, batch: Batch, items: Sequence[Item], known: Known) -> None:
    """Write changed records over their courses; address, bookings and the office's words stay."""
    pairs = [(item, *known[key]) for item in items if (key := item.course.external_id) in known]
    due = [pair for pair in pairs if pair[1].digest != pair[0].digest]
    for item, source, course in pairs:
        _follow_publication(batch, item, source, course)
    for item, source, course in due:
        _overwrite(batch, item, source, course)
    for name, model, insert_rows in (
        ("sessions", CourseSession, _insert_sessions),
        ("instructors", CourseInstructor, _insert_instructors),
    ):
        rows = [
            (item, course.id)
            for item, _, course in due
            if name in batch.file_format.columns and name not in course.protected_fields
        ]
        if rows:
            session.execute(
                delete(model).where(model.course_id.in_([course_id for _, course_id in rows])),
                execution_options={"synchronize_session": False},
            )
            insert_rows(session, batch, rows)
    batch.changed += len(due)


def _overwrite(batch: Batch, item: Item, source: CourseSource, course: Course) -> None:
    _follow_cancellation(batch, item, source, course)
    protected = frozenset(course.protected_fields)
    kept = protected | (_DAYS if "sessions" in protected else frozenset())
    for name in batch.file_format.columns - kept - _LISTS:
        setattr(course, name, _value(batch, item.course, name))
    if protected:
        fields = tuple(course.protected_fields)
        named = Named(course.id, course.number, course.title, course.seats_taken, fields)
        batch.protected.append(named)
    _touch(batch, course)
    source.digest, source.record, source.imported_at = item.digest, item.course.record, batch.now


def _touch(batch: Batch, course: Course) -> None:
    if course.changed_in != batch.number:
        course.version += 1  # warns a member of staff who has the course open
    course.updated_at, course.changed_in = batch.now, batch.number


def _follow_publication(batch: Batch, item: Item, source: CourseSource, course: Course) -> None:
    """A course that an import took offline comes back with the feed; one that staff took back, or
    published although it is missing, stays as it is.
    """
    if item.course.is_public:
        if source.missing_since is None:
            return
        source.missing_since = None
        if course.published_at is None:
            course.published_at, course.withdrawn_at = batch.now, None
            batch.back += 1
            _touch(batch, course)
    elif source.missing_since is None and course.published_at is not None:
        source.missing_since = course.withdrawn_at = batch.now
        course.published_at = None
        named = Named(course.id, course.number, course.title, course.seats_taken)
        batch.offline.append(named)
        _touch(batch, course)


def _follow_cancellation(batch: Batch, item: Item, source: CourseSource, course: Course) -> None:
    """The feed takes back only a cancellation that it announced itself, never one of the staff, who
    give a reason.
    """
    if not item.course.is_cancelled:
        by_feed = course.cancelled_at is not None and not course.cancellation_reason
        if by_feed and _said_cancelled(batch.file_format, source.record):
            course.cancelled_at = None
    elif course.cancelled_at is None:
        course.cancelled_at = batch.now
        if course.seats_taken:
            text = "Kurs mit Anmeldungen ist laut Datei abgesagt; Angemeldete wissen es noch nicht"
            batch.note(item, text)


def _said_cancelled(file_format: FeedFormat, record: dict[str, Any]) -> bool:
    with suppress(RefusedRecordError):
        return file_format.parse(record).is_cancelled
    return False


def _value(batch: Batch, imported: ImportedCourse, name: str) -> Any:
    if name == "program_area_id":
        return batch.stock.area_id(imported.program_area_code)
    if name == "semester_id":
        return batch.stock.semester_id(imported.semester_code)
    return getattr(imported, name)


def _insert_sessions(session: Session, batch: Batch, pairs: Sequence[tuple[Item, int]]) -> None:
    rows = [
        {
            "course_id": course_id,
            "position": position,
            "day": meeting.day,
            "starts_at": meeting.starts_at,
            "ends_at": meeting.ends_at,
            "room_id": batch.stock.room_id(meeting.place),
            "is_cancelled": meeting.is_cancelled,
        }
        for item, course_id in pairs
        for position, meeting in enumerate(item.course.sessions, start=1)
    ]
    if rows:
        session.execute(insert(CourseSession), rows)


def _insert_instructors(session: Session, batch: Batch, pairs: Sequence[tuple[Item, int]]) -> None:
    rows = [
        {
            "course_id": course_id,
            "instructor_id": batch.stock.instructor_id(person),
            "position": position,
        }
        for item, course_id in pairs
        for position, person in enumerate(item.course.instructors, start=1)
    ]
    if rows:
        session.execute(insert(CourseInstructor), rows)


def _number_slug(course: ImportedCourse) -> str:
    return slug_of(course.number)[:_NUMBER_IN_SLUG]


def _free_slug(course: ImportedCourse, taken: set[str]) -> str:
    """The address from the number; a number that is taken gets the key behind it."""
    key = slug_of(course.external_id)[:_KEY_IN_SLUG]
    number = _number_slug(course) or key or "kurs"
    if number not in taken:
        return number
    slug, more = f"{number}-{key}", 1
    while slug in taken:
        more += 1
        slug = f"{number}-{key}-{more}"
    return slug
