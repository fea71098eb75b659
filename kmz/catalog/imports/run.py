"""Bringing a course file into the catalogue.

A course is known by its source and the key that it has there. One transaction per batch of 500
courses: others can write in between, and an import that was cut off goes on where it stopped when
it is started again.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from kmz import clock
from kmz.audit.actions import Actor, record
from kmz.catalog.actions.version import bump_catalog_version
from kmz.catalog.areas import slug_of
from kmz.catalog.imports.feed_format import FeedFormat
from kmz.catalog.imports.imported import ImportedCourse, RefusedRecordError
from kmz.catalog.imports.records import digest_of, storable
from kmz.catalog.imports.report import ImportReport, Note, Refusal
from kmz.catalog.imports.stock import Stock
from kmz.catalog.models import Course, CourseInstructor, CourseSession, CourseSource
from kmz.db import db, transaction

BATCH = 500
_NUMBER_IN_SLUG, _GUID_IN_SLUG = 45, 28
# Named alike in what is imported and in the table.
_SAME_COLUMNS = (
    "number", "kind", "title", "subtitle", "description_html", "notes_html", "search_words", "tags",
    "district", "format", "event_type", "level", "target_group", "teaching_units", "starts_on",
    "ends_on", "min_participants", "max_participants", "external_participants", "external_waiting",
    "fee_cents", "reduced_fee_cents", "concession_allowed", "fee_note", "booking_channel", "links",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Item:
    place: str
    course: ImportedCourse
    digest: str


@dataclass(frozen=True, slots=True)
class _Run:
    file_format: FeedFormat
    source: str
    by: Actor
    report: ImportReport

    def refuse(self, place: str, external_id: str, reason: str) -> None:
        self.report.refused.append(Refusal(place, external_id, reason, self.file_format.id_word))


class _DryRunEndError(Exception):
    """Ends a batch's transaction so that nothing of it stays."""


def import_courses(
    data: bytes, *, file_format: FeedFormat, source: str, by: Actor, dry_run: bool = False
) -> ImportReport:
    """Bring every course of a file into the catalogue, published.

    New and changed courses are written, unchanged ones are not touched. Raises UnreadableFileError
    where the file as a whole cannot be read; then nothing was changed. A dry run writes and takes
    back, so that it finds what a real one would.
    """
    report = ImportReport(dry_run=dry_run)
    run = _Run(file_format, source, by, report)
    items = list(_readable(run, file_format.read(data)))
    known = select(CourseSource.external_id, CourseSource.digest).where(
        CourseSource.source == source
    )
    digests = dict(db.session.execute(known).all())
    due = [item for item in items if digests.get(item.course.external_id) != item.digest]
    report.unchanged = len(items) - len(due)
    for start in range(0, len(due), BATCH):
        with suppress(_DryRunEndError):
            _store(run, due[start : start + BATCH])
    return report


def _readable(run: _Run, records: Iterable[Any]) -> Iterator[_Item]:
    """The records that can be courses; the others, and repeated keys, go into the report."""
    first_places: dict[str, str] = {}
    for index, raw in enumerate(records, start=1):
        place, external_id = f"Eintrag {index}", run.file_format.external_id_of(raw)
        if external_id in first_places:
            reason = f"{run.file_format.id_word} kommt schon vor: {first_places[external_id]}"
            run.refuse(place, external_id, reason)
            continue
        try:
            item = _item(run.file_format, place, raw)
        except RefusedRecordError as error:
            run.refuse(place, external_id, str(error))
            continue
        first_places[external_id] = place
        run.report.notes += [Note(place, external_id, text) for text in item.course.notes]
        yield item


def _item(file_format: FeedFormat, place: str, raw: object) -> _Item:
    try:
        course = file_format.parse(storable(raw))
        return _Item(place, course, digest_of(course.record, file_format.reading))
    except RecursionError as error:
        raise RefusedRecordError("Der Eintrag ist zu tief verschachtelt") from error


def _store(run: _Run, items: Sequence[_Item]) -> None:
    """One batch, one transaction; of a dry run nothing stays (_DryRunEndError)."""
    with transaction() as session:
        _write(session, run, items)
        if run.report.dry_run:
            raise _DryRunEndError


def _write(session: Session, run: _Run, items: Sequence[_Item]) -> None:
    # First, because its row lock also keeps two imports from making the same venue.
    number = bump_catalog_version(session)
    now = clock.now()
    stock = Stock(session, [item.course for item in items])
    sources = _sources(session, run.source, items)
    new = [item for item in items if item.course.external_id not in sources]
    changed = [
        (item, source)
        for item in items
        if (source := sources.get(item.course.external_id)) and source.digest != item.digest
    ]
    _insert(session, run, new, stock, now, number)
    _update(session, run, changed, stock, now, number)
    report = run.report
    report.new += len(new)
    report.changed += len(changed)
    report.unchanged += len(items) - len(new) - len(changed)
    record(
        session,
        "catalog.imported",
        by=run.by,
        kind="course",
        source=run.source,
        new=len(new),
        changed=len(changed),
    )


def _sources(session: Session, source: str, items: Sequence[_Item]) -> dict[str, CourseSource]:
    ids = [item.course.external_id for item in items]
    asked = select(CourseSource).where(
        CourseSource.source == source, CourseSource.external_id.in_(ids)
    )
    return {row.external_id: row for row in session.scalars(asked)}


def _insert(
    session: Session, run: _Run, items: Sequence[_Item], stock: Stock, now: datetime, number: int
) -> None:
    taken = set(session.scalars(select(Course.slug))) if items else set()
    courses = []
    for item in items:
        slug = _free_slug(item.course, taken)
        taken.add(slug)
        course = Course(
            **_columns(item.course, stock),
            slug=slug,
            published_at=now,
            cancelled_at=now if item.course.is_cancelled else None,
            created_at=now,
            updated_at=now,
            changed_in=number,
        )
        courses.append(course)
    session.add_all(courses)
    session.flush()  # gives the ids that the rows below name
    pairs = [(item, course.id) for item, course in zip(items, courses, strict=True)]
    _insert_dependents(session, pairs, stock)
    rows = [
        {
            "course_id": course_id,
            "source": run.source,
            "external_id": item.course.external_id,
            "digest": item.digest,
            "record": item.course.record,
            "imported_at": now,
        }
        for item, course_id in pairs
    ]
    if rows:
        session.execute(insert(CourseSource), rows)


def _update(
    session: Session,
    run: _Run,
    changed: Sequence[tuple[_Item, CourseSource]],
    stock: Stock,
    now: datetime,
    number: int,
) -> None:
    """Write changed records over their courses; address, bookings and publication stay."""
    ids = [source.course_id for _, source in changed]
    courses = {row.id: row for row in session.scalars(select(Course).where(Course.id.in_(ids)))}
    for model in (CourseSession, CourseInstructor):
        session.execute(
            delete(model).where(model.course_id.in_(ids)),
            execution_options={"synchronize_session": False},
        )
    for item, source in changed:
        course = courses[source.course_id]
        _follow_cancellation(run, course, item, source, now)
        for name, value in _columns(item.course, stock).items():
            setattr(course, name, value)
        course.updated_at, course.changed_in = now, number
        course.version += 1  # warns a member of staff who has the course open
        source.digest, source.record, source.imported_at = item.digest, item.course.record, now
    session.flush()
    _insert_dependents(session, [(item, source.course_id) for item, source in changed], stock)


def _follow_cancellation(
    run: _Run, course: Course, item: _Item, source: CourseSource, now: datetime
) -> None:
    """The feed takes back only a cancellation that it announced itself, never one of the staff."""
    if not item.course.is_cancelled:
        if course.cancelled_at is not None and _said_cancelled(run.file_format, source.record):
            course.cancelled_at = None
    elif course.cancelled_at is None:
        course.cancelled_at = now
        if course.seats_taken:
            text = "Kurs mit Anmeldungen ist laut Datei abgesagt; Angemeldete wissen es noch nicht"
            run.report.notes.append(Note(item.place, item.course.external_id, text))


def _said_cancelled(file_format: FeedFormat, record: dict[str, Any]) -> bool:
    with suppress(RefusedRecordError):
        return file_format.parse(record).is_cancelled
    return False


def _columns(course: ImportedCourse, stock: Stock) -> dict[str, Any]:
    same = {name: getattr(course, name) for name in _SAME_COLUMNS}
    return same | {
        "program_area_id": stock.area_id(course.program_area_code),
        "semester_id": stock.semester_id(course.semester_code),
    }


def _insert_dependents(session: Session, pairs: Sequence[tuple[_Item, int]], stock: Stock) -> None:
    """Sessions and instructors of courses that have none in the database."""
    sessions = [
        {
            "course_id": course_id,
            "position": position,
            "day": meeting.day,
            "starts_at": meeting.starts_at,
            "ends_at": meeting.ends_at,
            "room_id": stock.room_id(meeting.place),
            "is_cancelled": meeting.is_cancelled,
        }
        for item, course_id in pairs
        for position, meeting in enumerate(item.course.sessions, start=1)
    ]
    instructors = [
        {
            "course_id": course_id,
            "instructor_id": stock.instructor_id(person),
            "position": position,
        }
        for item, course_id in pairs
        for position, person in enumerate(item.course.instructors, start=1)
    ]
    for model, rows in ((CourseSession, sessions), (CourseInstructor, instructors)):
        if rows:
            session.execute(insert(model), rows)


def _free_slug(course: ImportedCourse, taken: set[str]) -> str:
    """The address from the number; a number that is taken gets the guid behind it."""
    guid = slug_of(course.external_id)[:_GUID_IN_SLUG]
    number = slug_of(course.number)[:_NUMBER_IN_SLUG] or guid or "kurs"
    if number not in taken:
        return number
    slug, more = f"{number}-{guid}", 1
    while slug in taken:
        more += 1
        slug = f"{number}-{guid}-{more}"
    return slug
