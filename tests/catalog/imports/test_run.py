"""Bringing a file into the database: once, again, changed, broken, on trial."""

from datetime import date

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, selectinload

from kmz import clock
from kmz.audit.actions import SYSTEM
from kmz.catalog.actions.courses import mark_cancelled
from kmz.catalog.imports import run
from kmz.catalog.imports.formats import FORMATS
from kmz.catalog.imports.report import ImportReport
from kmz.catalog.imports.run import ImportOrder, import_courses
from kmz.catalog.models import (
    CatalogVersion,
    Course,
    CourseSession,
    CourseSource,
    ProgramArea,
    Room,
    Venue,
)
from kmz.db import transaction
from tests.catalog.imports.sample import address, dated, feed, record_2020, record_2026
from tests.catalog.imports.sample import session as meeting
from tests.factories import make_staff


def imported(*records: object, dry_run: bool = False) -> ImportReport:
    return imported_file(feed(*records), dry_run=dry_run)


def imported_file(data: bytes, *, dry_run: bool = False) -> ImportReport:
    order = ImportOrder(source="berlin", file_format=FORMATS["berlin"], dry_run=dry_run)
    return import_courses(data, order, by=SYSTEM)


def counts(report: ImportReport) -> tuple[int, int, int, int]:
    return report.new, report.changed, report.unchanged, len(report.refused)


def version(session: Session) -> int:
    session.rollback()
    return session.scalar(select(CatalogVersion.number)) or 0


def only_course(session: Session) -> Course:
    session.rollback()
    session.expire_all()
    return session.scalars(select(Course).options(selectinload(Course.sessions))).one()


def test_a_new_course_is_published_and_known_by_its_source(session: Session) -> None:
    assert counts(imported(record_2026())) == (1, 0, 0, 0)
    course = only_course(session)
    assert course.published_at is not None
    assert course.slug == "mi402-121h"
    assert [one.day for one in course.sessions] == [date(2026, 9, 7), date(2026, 9, 14)]
    source = session.scalars(select(CourseSource)).one()
    assert (source.source, source.external_id) == ("berlin", "789304")
    assert "ansprechperson" not in source.record
    assert version(session) == 1


def test_both_dialects_fit_into_one_catalogue(session: Session) -> None:
    assert counts(imported(record_2026(), record_2020())) == (2, 0, 0, 0)
    areas = session.execute(select(ProgramArea.code, ProgramArea.parent_id)).all()
    assert {code for code, parent in areas if parent is None} == set("1234567")
    assert {code for code, parent in areas if parent is not None} == {"4.06"}


def test_a_second_import_changes_nothing(session: Session) -> None:
    imported(record_2026(), record_2020(guid="2"))
    before = session.execute(select(Course.id, Course.updated_at, Course.version)).all()
    bumped = version(session)
    with clock.moved_by(days=1):
        again = imported(record_2026(), record_2020(guid="2"))
    assert counts(again) == (0, 0, 2, 0)
    session.rollback()
    assert session.execute(select(Course.id, Course.updated_at, Course.version)).all() == before
    assert version(session) == bumped


def test_a_new_contact_person_is_no_change(session: Session) -> None:
    imported(record_2026())
    assert counts(imported(record_2026(ansprechperson={"name": "Neu"}))) == (0, 0, 1, 0)


def test_a_changed_record_changes_its_course_in_place(session: Session) -> None:
    imported(record_2026())
    with transaction() as writing:
        course = writing.scalars(select(Course)).one()
        course.seats_taken, first_id = 2, course.id
    changed = record_2026(nummer="Neu-1", ortetermine=dated(meeting("2026-10-05")))
    assert counts(imported(changed)) == (0, 1, 0, 0)
    course = only_course(session)
    assert (course.id, course.number, course.slug) == (first_id, "Neu-1", "mi402-121h")
    assert (course.seats_taken, course.version) == (2, 2)
    assert [one.day for one in course.sessions] == [date(2026, 10, 5)]
    assert session.scalar(select(func.count()).select_from(CourseSession)) == 1
    assert version(session) == 2


def test_a_dry_run_counts_alike_and_keeps_nothing(session: Session) -> None:
    records = (record_2026(), record_2026(guid="2"), record_2026(guid="2"), "kaputt")
    report = imported(*records, dry_run=True)
    assert counts(report) == (2, 0, 0, 2)
    assert report.lines()[0].startswith("Probelauf, nichts wurde gespeichert: 2 neu")
    assert session.scalar(select(func.count()).select_from(Course)) == 0
    assert version(session) == 0
    assert counts(imported(*records)) == (2, 0, 0, 2)


def test_broken_records_are_named_and_the_rest_is_kept(session: Session) -> None:
    report = imported(record_2026(guid="1"), {"guid": "2"}, 7, record_2026(guid="4"))
    assert counts(report) == (2, 0, 0, 2)
    assert report.lines() == [
        "2 neu, 0 geändert, 0 unverändert, 2 abgelehnt",
        "Abgelehnt: Eintrag 2 (guid 2): name fehlt",
        "Abgelehnt: Eintrag 3: Der Eintrag ist kein Objekt",
        "Hinweis: Die Kursnummer hat schon ein anderer Kurs; beide bleiben (1-mal: guid 4)",
    ]


def test_of_a_repeated_guid_the_first_readable_record_counts(session: Session) -> None:
    report = imported(record_2026(name=""), record_2026(name="Eins"), record_2026(name="Zwei"))
    assert [str(refusal) for refusal in report.refused] == [
        "Eintrag 1 (guid 789304): name fehlt",
        "Eintrag 3 (guid 789304): guid kommt schon vor: Eintrag 2",
    ]
    assert only_course(session).title == "Eins"


def test_repeated_numbers_get_addresses_of_their_own(session: Session) -> None:
    imported(record_2026(guid="1"), record_2026(guid="2"), record_2026(guid="3", nummer="/Ü 1*"))
    imported(record_2026(guid="4", nummer="MI402-121H "))
    session.rollback()
    slugs = session.scalars(select(Course.slug).order_by(Course.id)).all()
    assert slugs == ["mi402-121h", "mi402-121h-2", "ue-1", "mi402-121h-4"]


def test_places_are_shared_and_rooms_remember_what_is_known(session: Session) -> None:
    unknown = {"laengengrad": None, "breitengrad": None, "behindertenzugang": None}
    imported(
        record_2026(guid="1"),
        record_2026(guid="2", ortetermine=dated(meeting("2026-09-07"), **unknown)),
        record_2026(guid="3", ortetermine=dated(meeting("2026-09-07"), raum="Aula")),
        record_2026(guid="4", ortetermine={"adresse": address(strasse="B-Weg 2"), "termin": None}),
    )
    assert session.scalar(select(func.count()).select_from(Venue)) == 1
    room = session.scalars(select(Room).where(Room.name == "Raum 1.12")).one()
    assert (room.latitude, room.longitude, room.accessible) == (52.528086, 13.396134, True)


def test_the_feed_calls_a_course_off_and_back_on(session: Session) -> None:
    imported(record_2026())
    imported(record_2026(name="ABGESAGT: Englisch"))
    assert only_course(session).cancelled_at is not None
    imported(record_2026(name="Englisch"))
    assert only_course(session).cancelled_at is None


def test_a_cancellation_by_the_staff_outlives_the_feed(session: Session) -> None:
    imported(record_2026())
    with transaction() as writing:
        course = writing.scalars(select(Course)).one()
        mark_cancelled(writing, course.id, reason="Zu wenige", by=make_staff())
    for said in ({"untertitel": "neu"}, {"name": "ABGESAGT: Englisch"}, {"name": "Englisch"}):
        imported(record_2026(**said))
        assert only_course(session).cancelled_at is not None


def test_calling_off_a_course_with_bookings_is_reported(session: Session) -> None:
    imported(record_2026())
    with transaction() as writing:
        writing.scalars(select(Course)).one().seats_taken = 1
    report = imported(record_2026(name="ABGESAGT: Englisch"))
    assert any("Kurs mit Anmeldungen" in line for line in report.lines())


def test_batches_commit_one_by_one(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 2)
    records = [record_2026(guid=str(guid), nummer=f"N{guid}") for guid in range(1, 6)]
    assert counts(imported(*records)) == (5, 0, 0, 0)
    assert version(session) == 3
    assert session.scalar(select(func.count()).select_from(Venue)) == 1


def test_letters_that_no_database_stores_are_dropped(session: Session) -> None:
    data = feed(record_2026(name="Yo\x00ga LONE", neu="\x00")).replace(b"LONE", b"\\udcff")
    report = imported_file(data)
    assert counts(report) == (1, 0, 0, 0)
    assert only_course(session).title == "Yoga"


def test_reads_do_not_grow_with_the_number_of_courses(session: Session) -> None:
    reads: list[str] = []

    def count(*event_of_sqlalchemy: object) -> None:
        statement = str(event_of_sqlalchemy[2])
        reads.extend([statement] if statement.startswith("SELECT") else [])

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", count)
    records = [record_2026(guid=str(guid), nummer=f"N{guid}") for guid in range(60)]
    imported(*records[:10])
    few = len(reads)
    imported(*records[10:])
    event.remove(engine, "before_cursor_execute", count)
    assert len(reads) - few <= few
