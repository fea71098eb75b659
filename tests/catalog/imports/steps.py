"""Steps that stories about imports share."""

from typing import Any

from sqlalchemy import select

from kmz.audit.actions import SYSTEM
from kmz.catalog.imports.formats import FORMATS
from kmz.catalog.imports.report import ImportReport
from kmz.catalog.imports.run import ImportOrder, import_courses
from kmz.catalog.models import Course, CourseSource
from kmz.db import db
from tests.catalog.imports.sample import feed, record_2026

BERLIN = FORMATS["berlin"]


def imported(*records: object, **order: Any) -> ImportReport:
    """Import a Berlin file with these records; the rest are fields of the order."""
    return imported_file(feed(*records), **order)


def imported_file(data: bytes, **order: Any) -> ImportReport:
    values = {"source": "berlin", "file_format": BERLIN} | order
    return import_courses(data, ImportOrder(**values), by=SYSTEM)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    """New, changed, unchanged, refused."""
    return report.new, report.changed, report.unchanged, len(report.refused)


def record(guid: str, **changes: Any) -> dict[str, Any]:
    """A clean record with a number of its own."""
    return record_2026(guid=guid, nummer=f"N{guid}", **changes)


def course(guid: str = "1", source: str = "berlin") -> Course:
    """The course of a key, as it is now."""
    db.session.rollback()
    db.session.expire_all()
    asked = select(Course).join(CourseSource, CourseSource.course_id == Course.id)
    return db.session.scalars(
        asked.where(CourseSource.external_id == guid, CourseSource.source == source)
    ).one()


def is_public(guid: str) -> bool:
    return course(guid).published_at is not None
