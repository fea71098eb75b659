"""Bringing a course file into the catalogue.

A course is known by its source and the key that it has there. One transaction per batch of 500
courses: others can write in between, and an import that was cut off goes on where it stopped when
it is started again. The file is read twice: the first time shows whether it can be read to its end
and which courses it holds, so nothing has changed where it is refused.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kmz import clock
from kmz.audit.actions import Actor, record
from kmz.catalog.actions.booking_openings import inherit_openings
from kmz.catalog.actions.version import bump_catalog_version
from kmz.catalog.imports.feed_format import FeedFormat
from kmz.catalog.imports.missing import (
    ShrinkingFeedError,
    count_published,
    missing_courses,
    take_offline,
)
from kmz.catalog.imports.reading import Item, keys_of, readable
from kmz.catalog.imports.report import ImportReport
from kmz.catalog.imports.stock import Stock
from kmz.catalog.imports.writing import Batch, insert_courses, lock_courses, update_courses
from kmz.catalog.models import Course, CourseSource
from kmz.db import db, one_at_a_time, transaction

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOrder:
    """What to do with a file.

    `is_full`: it holds everything of its source, so what it lacks leaves the programme.
    `may_shrink`: even if that is more than half. `after_batch` is called between two transactions.
    """

    source: str
    file_format: FeedFormat
    is_full: bool = False
    dry_run: bool = False
    may_shrink: bool = False
    after_batch: Callable[[], object] = lambda: None


class _DryRunEndError(Exception):
    """Ends a batch's transaction so that nothing of it stays."""


def import_courses(data: bytes, order: ImportOrder, *, by: Actor) -> ImportReport:
    """Bring every course of a file into the catalogue, published.

    New and changed courses are written, unchanged ones are not touched. Raises UnreadableFileError
    where the file as a whole cannot be read, ShrinkingFeedError where it would empty the programme;
    then nothing was changed. A dry run writes and takes back, so that it finds what a real one
    would.
    """
    file_format = order.file_format
    report = ImportReport(dry_run=order.dry_run, id_word=file_format.id_word)
    keys = keys_of(file_format, file_format.read(data))
    report.published = count_published(order.source)
    missing = missing_courses(order.source, keys) if order.is_full else []
    report.offline += missing
    if report.shrinks and not (order.may_shrink or order.dry_run):
        raise ShrinkingFeedError(len(missing), report.published)
    for items in _batches(
        _due(readable(file_format, file_format.read(data), report), order, report)
    ):
        _store(items, order, report, by)
        order.after_batch()
    if not order.dry_run:
        for start in range(0, len(missing), BATCH):
            take_offline(missing[start : start + BATCH], order.source, by=by)
            order.after_batch()
    return report


def _due(items: Iterable[Item], order: ImportOrder, report: ImportReport) -> Iterator[Item]:
    """The courses that are new, changed, or back; the unchanged ones are counted."""
    asked = select(CourseSource.external_id, CourseSource.digest, CourseSource.missing_since)
    known = {
        external_id: (digest, missing_since is not None)
        for external_id, digest, missing_since in db.session.execute(
            asked.where(CourseSource.source == order.source)
        )
    }
    db.session.rollback()
    for item in items:
        digest, is_missing = known.get(item.course.external_id, ("", False))
        if digest == item.digest and not (is_missing and item.course.is_public):
            report.unchanged += 1
        else:
            yield item


def _batches(items: Iterator[Item]) -> Iterator[list[Item]]:
    batch: list[Item] = []
    for item in items:
        batch.append(item)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _store(items: Sequence[Item], order: ImportOrder, report: ImportReport, by: Actor) -> None:
    """One batch. The second time, what staff made in the same moment (a place, a person, a course
    with this number) is there.
    """
    try:
        _store_once(items, order, report, by)
    except IntegrityError:
        _store_once(items, order, report, by)


def _store_once(items: Sequence[Item], order: ImportOrder, report: ImportReport, by: Actor) -> None:
    """One transaction; of a dry run nothing stays."""
    with suppress(_DryRunEndError):
        with transaction() as session:
            batch = _write(session, items, order, by)
            if order.dry_run:
                batch.count(report, len(items))
                raise _DryRunEndError
        batch.count(report, len(items))


def _write(session: Session, items: Sequence[Item], order: ImportOrder, by: Actor) -> Batch:
    # Two imports take turns, so that they do not make the same venue; and rows of courses are
    # locked before the version's row, as everybody else does, or the two would wait for each other.
    one_at_a_time(session, "catalog import")
    batch = Batch(order.source, order.file_format, now=clock.now())
    known = lock_courses(session, batch, items)
    batch.number = bump_catalog_version(session)
    batch.stock = Stock(session, [item.course for item in items])
    insert_courses(session, batch, [item for item in items if item.course.external_id not in known])
    update_courses(session, batch, items, known)
    session.flush()
    inherit_openings(session, Course.changed_in == batch.number)
    record(
        session,
        "catalog.imported",
        by=by,
        kind="course",
        source=order.source,
        new=batch.new,
        changed=batch.changed,
    )
    return batch
