"""Bringing a course file into the catalogue.

A course is known by (source, guid). One transaction per batch of 500 courses: others can write in
between, and an import that was cut off goes on where it stopped when it is started again.
"""

from collections.abc import Iterator, Sequence
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
from kmz.catalog.imports.berlin import external_id_of, parse_record
from kmz.catalog.imports.imported import ImportedCourse, RefusedRecordError
from kmz.catalog.imports.keywords import says_cancelled
from kmz.catalog.imports.records import digest_of, read_records, storable
from kmz.catalog.imports.report import ImportReport, Note, Refusal
from kmz.catalog.imports.scalars import text_of
from kmz.catalog.imports.stock import Stock
from kmz.catalog.models import Course, CourseInstructor, CourseSession, CourseSource
from kmz.db import db, transaction

BERLIN = "berlin"
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


class _DryRunEndError(Exception):
    """Ends a batch's transaction so that nothing of it stays."""


def import_berlin(data: bytes, *, by: Actor, dry_run: bool = False) -> ImportReport:
    """Bring every course of a Berlin file (either dialect) into the catalogue, published.

    New and changed courses are written, unchanged ones are not touched. Raises UnreadableFileError
    where the file as a whole cannot be read; then nothing was changed. A dry run writes and takes
    back, so that it finds what a real one would.
    """
    report = ImportReport(dry_run=dry_run)
    items = list(_readable(read_records(data), report))
    known = select(CourseSource.external_id, CourseSource.digest).where(
        CourseSource.source == BERLIN
    )
    digests = dict(db.session.execute(known).all())
    due = [item for item in items if digests.get(item.course.external_id) != item.digest]
    report.unchanged = len(items) - len(due)
    for start in range(0, len(due), BATCH):
        with suppress(_DryRunEndError):
            _store(due[start : start + BATCH], report, by)
    return report


def _readable(records: list[Any], report: ImportReport) -> Iterator[_Item]:
    """The records that can be courses; the others, and repeated guids, go into the report."""
    first_places: dict[str, str] = {}
    for index, raw in enumerate(records, start=1):
        place, external_id = f"Eintrag {index}", external_id_of(raw)
        if external_id in first_places:
            reason = f"guid kommt schon vor: {first_places[external_id]}"
            report.refused.append(Refusal(place, external_id, reason))
            continue
        try:
            item = _item(place, raw)
        except RefusedRecordError as error:
            report.refused.append(Refusal(place, external_id, str(error)))
            continue
        first_places[external_id] = place
        report.notes += [Note(place, external_id, text) for text in item.course.notes]
        yield item


def _item(place: str, raw: object) -> _Item:
    try:
        course = parse_record(storable(raw))
        return _Item(place, course, digest_of(course.record))
    except RecursionError as error:
        raise RefusedRecordError("Der Eintrag ist zu tief verschachtelt") from error


def _store(items: Sequence[_Item], report: ImportReport, by: Actor) -> None:
    """One batch, one transaction; of a dry run nothing stays (_DryRunEndError)."""
    with transaction() as session:
        _write(session, items, report, by)
        if report.dry_run:
            raise _DryRunEndError


def _write(session: Session, items: Sequence[_Item], report: ImportReport, by: Actor) -> None:
    # First, because its row lock also keeps two imports from making the same venue.
    number = bump_catalog_version(session)
    now = clock.now()
    stock = Stock(session, [item.course for item in items])
    sources = _sources(session, items)
    new = [item for item in items if item.course.external_id not in sources]
    changed = [
        (item, source)
        for item in items
        if (source := sources.get(item.course.external_id)) and source.digest != item.digest
    ]
    _insert(session, new, stock, now, number)
    _update(session, changed, stock, now, number, report)
    report.new += len(new)
    report.changed += len(changed)
    report.unchanged += len(items) - len(new) - len(changed)
    record(
        session,
        "catalog.imported",
        by=by,
        kind="course",
        source=BERLIN,
        new=len(new),
        changed=len(changed),
    )


def _sources(session: Session, items: Sequence[_Item]) -> dict[str, CourseSource]:
    ids = [item.course.external_id for item in items]
    asked = select(CourseSource).where(
        CourseSource.source == BERLIN, CourseSource.external_id.in_(ids)
    )
    return {source.external_id: source for source in session.scalars(asked)}


def _insert(
    session: Session, items: Sequence[_Item], stock: Stock, now: datetime, number: int
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
            "source": BERLIN,
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
    changed: Sequence[tuple[_Item, CourseSource]],
    stock: Stock,
    now: datetime,
    number: int,
    report: ImportReport,
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
        _follow_cancellation(course, item, source, now, report)
        for name, value in _columns(item.course, stock).items():
            setattr(course, name, value)
        course.updated_at, course.changed_in = now, number
        course.version += 1  # warns a member of staff who has the course open
        source.digest, source.record, source.imported_at = item.digest, item.course.record, now
    session.flush()
    _insert_dependents(session, [(item, source.course_id) for item, source in changed], stock)


def _follow_cancellation(
    course: Course, item: _Item, source: CourseSource, now: datetime, report: ImportReport
) -> None:
    """The feed takes back only a cancellation that it announced itself, never one of the staff."""
    if not item.course.is_cancelled:
        if says_cancelled(text_of(source.record.get("name"))):
            course.cancelled_at = None
    elif course.cancelled_at is None:
        course.cancelled_at = now
        if course.seats_taken:
            text = "Kurs mit Anmeldungen ist laut Datei abgesagt; Angemeldete wissen es noch nicht"
            report.notes.append(Note(item.place, item.course.external_id, text))


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
