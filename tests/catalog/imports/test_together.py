"""Imports at the same time as other imports, and as the office."""

import threading

from flask import Flask
from sqlalchemy import func, select

from kmz.catalog.imports.report import ImportReport
from kmz.catalog.models import Course, CourseSession, Room, Venue
from kmz.db import db
from tests.catalog.imports.steps import imported, record
from tests.factories import make_course

RECORDS = [record(str(number)) for number in range(1, 21)]


def at_once(app: Flask, count: int, **order: object) -> list[ImportReport]:
    """The same file by several threads that begin together."""
    start, reports = threading.Barrier(count), []

    def run() -> None:
        with app.app_context():
            start.wait(timeout=10)
            reports.append(imported(*RECORDS, **order))

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    db.session.rollback()
    return reports


def count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def test_two_imports_of_one_file_make_each_course_once(app: Flask) -> None:
    reports = at_once(app, 3)
    assert sorted(report.new for report in reports) == [0, 0, 20]
    assert sum(report.unchanged for report in reports) == 40
    assert (count(Course), count(CourseSession)) == (20, 40)
    assert (count(Venue), count(Room)) == (1, 1)


def test_two_trials_and_nothing_stays(app: Flask) -> None:
    reports = at_once(app, 2, dry_run=True)
    assert [report.new for report in reports] == [20, 20]
    assert (count(Course), count(Venue)) == (0, 0)


def test_a_number_that_the_office_used_stays_with_both(app: Flask) -> None:
    own = make_course(number="N1")
    report = imported(RECORDS[0])
    assert [note.text for note in report.notes] == [
        "Die Kursnummer hat schon ein anderer Kurs; beide bleiben"
    ]
    slugs = db.session.scalars(select(Course.slug).order_by(Course.id)).all()
    assert slugs == [own.slug, "n1-1"]
