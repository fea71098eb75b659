"""The programme as Open-vhs 1.2: valid, whole, without private data, and readable again."""

import re
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import selectinload

from kmz import clock
from kmz.audit.actions import SYSTEM
from kmz.catalog.actions.version import mark_changed
from kmz.catalog.cli import export_command
from kmz.catalog.feeds import openvhs as openvhs_feed
from kmz.catalog.feeds import openvhs_export
from kmz.catalog.imports import openvhs
from kmz.catalog.imports.formats import FORMATS
from kmz.catalog.imports.imported import ImportedCourse
from kmz.catalog.imports.run import ImportOrder, import_courses
from kmz.catalog.models import (
    Course,
    CourseInstructor,
    CourseSession,
    Instructor,
    ProgramArea,
    Room,
    Venue,
)
from kmz.catalog.queries import course_details
from kmz.db import db, transaction
from tests.catalog.imports.cases import CASES
from tests.catalog.imports.writers import WRITERS, file_of
from tests.factories import make_course

SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("openvhs-1.2.xsd"))
ADDRESS = "/feeds/openvhs.xml"


def exported(client: FlaskClient) -> list[ImportedCourse]:
    """The courses of the file, which must be valid."""
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    data = answer.get_data()
    SCHEMA.validate(BytesIO(data))
    return [openvhs.parse_record(record) for record in openvhs.read_records(data)]


def test_an_empty_programme_is_a_valid_file(client: FlaskClient) -> None:
    assert exported(client) == []


def test_only_published_courses_that_are_to_come_are_in_it(client: FlaskClient) -> None:
    today = clock.today()
    shown = make_course(title="Zu sehen")
    make_course(title="Läuft", starts_on=today - timedelta(days=3))
    make_course(title="Vorbei", starts_on=today - timedelta(days=40))
    make_course(title="Entwurf", published_at=None)
    make_course(title="Abgesagt", cancelled_at=clock.now())
    with transaction() as session:
        undated = session.get_one(Course, make_course(title="Ohne Beginn").id)
        undated.starts_on = undated.ends_on = None
    read = exported(client)
    assert [course.title for course in read] == ["Zu sehen", "Läuft"]
    assert read[0].external_id == str(shown.id)


def test_everything_that_the_format_can_say_is_said(client: FlaskClient) -> None:
    room = Room(name="", accessible=True, venue=Venue(name="Haus", street="Weg 1", city="Ort"))
    course = make_course(
        number="271-1",
        subtitle="Teil <1>",
        description_html="<p>Eins &amp; <b>zwei</b></p><ul><li>Drei</li></ul>",
        notes_html="<p>Dazu</p>",
        material="Heft & Stift <A4>",
        requirements="Stufe A1",
        tags=["A2", "Reise"],
        area_code="4.06",
        format="hybrid",
        level="A2.1",
        target_group="Frauen; Ältere",
        teaching_units=20,
        seats_taken=2,
        external_participants=3,
        reduced_fee_cents=4900,
        concession_allowed=True,
        fee_note="zzgl. Material",
        educational_leave=True,
        links=[
            {"kind": "attachment", "name": "Plan", "url": "https://a.example/plan.pdf"},
            {"kind": "attachment", "name": "böse", "url": "javascript:x"},
            {"kind": "geheim", "name": "", "url": "https://a.example/"},
        ],
    )
    with transaction() as session:
        session.add(room)
        for one in session.scalars(select(CourseSession).filter_by(course_id=course.id)):
            one.room = room
    (read,) = exported(client)
    assert (read.number, read.subtitle, read.level) == ("271-1", "Teil <1>", "A2.1")
    assert read.description_html == course.description_html
    assert (read.notes_html, read.material) == ("<p>Dazu</p>", "Heft & Stift <A4>")
    assert (read.requirements, read.tags, read.program_area_code) == (
        "Stufe A1", ["A2", "Reise"], "4.06",
    )  # fmt: skip
    assert (read.format, read.target_group, read.teaching_units) == ("hybrid", "Frauen; Ältere", 20)
    assert (read.min_participants, read.external_participants, read.max_participants) == (5, 5, 10)
    assert (read.fee_cents, read.reduced_fee_cents, read.concession_allowed) == (9800, 4900, True)
    assert read.fee_note == "erm. Preis: 49,00\xa0€; zzgl. Material".replace("\xa0", " ")
    assert read.educational_leave
    place = read.sessions[0].place
    assert place is not None
    assert (place.name, place.street, place.accessible) == ("Haus", "Weg 1", True)
    assert [link["url"] for link in read.links] == [
        "http://localhost/kurs/271-1",
        "https://a.example/plan.pdf",
    ]


def test_teachers_and_what_the_office_alone_knows_stay_out(client: FlaskClient) -> None:
    course = make_course(search_words="geheimwort", cancellation_reason="intern")
    with transaction() as session:
        person = Instructor(first_name="Ada", last_name="Privatfrau")
        session.add(CourseInstructor(course_id=course.id, instructor=person, position=1))
    text = client.get(ADDRESS).get_data(as_text=True)
    for private in ("Privatfrau", "geheimwort", "intern", "dozent"):
        assert private not in text


def test_a_session_that_is_off_is_left_out(client: FlaskClient) -> None:
    course = make_course(sessions=3)
    with transaction() as session:
        rows = session.scalars(select(CourseSession).filter_by(course_id=course.id, position=1))
        rows.one().is_cancelled = True
    (read,) = exported(client)
    assert len(read.sessions) == 2


def test_odd_letters_leave_the_file_well_formed(client: FlaskClient) -> None:
    make_course(title='<Kurs> & "mehr" ]]>\x0b\x1b\ufffe', subtitle="\x0c")
    (read,) = exported(client)
    assert read.title == '<Kurs> & "mehr" ]]>'


def facts_of_row(course: Course, areas: dict[int, str]) -> dict[str, Any]:
    """What 1.2 can say of a course of ours."""
    sessions = [one for one in course.sessions if not one.is_cancelled]
    room = next((one.room for one in sessions if one.room), None)
    same = (
        "number", "title", "subtitle", "description_html", "notes_html", "tags", "target_group",
        "teaching_units", "min_participants", "max_participants", "fee_cents",
        "reduced_fee_cents", "starts_on", "ends_on", "format", "material",
        "requirements", "educational_leave",
    )  # fmt: skip
    return {name: getattr(course, name) for name in same} | {
        "concession_allowed": course.concession_allowed and course.fee_cents is not None,
        "level": course.level,
        "area": areas.get(course.program_area_id or 0),
        "moments": [(one.day, one.starts_at, one.ends_at) for one in sessions],
        "place": (room.venue.name, room.venue.postal_code, room.venue.street) if room else None,
    }


def facts_of_import(course: ImportedCourse, names: dict[str, Any]) -> dict[str, Any]:
    place = course.sessions[0].place if course.sessions else None
    own = {
        "area": course.program_area_code,
        "moments": [(one.day, one.starts_at, one.ends_at) for one in course.sessions],
        "place": (place.name, place.postal_code, place.street) if place else None,
    }
    return {name: own[name] if name in own else getattr(course, name) for name in names}


@pytest.mark.parametrize("feed", ["berlin", "kufer"])
def test_what_was_exported_is_read_as_the_same_courses(client: FlaskClient, feed: str) -> None:
    """All cases of the import but those with something over, off or missing in the format."""
    left_out = {"begonnen", "kurs_abgesagt", "termin_entfaellt", "ortetermine_null"}
    courses = [
        case.course.but(key=f"{number}", number=f"{case.course.number}~{number}")
        for number, (name, case) in enumerate(CASES.items())
        if name not in left_out
    ]
    summer = (date(2026, 8, 1) - clock.today()).days
    with clock.moved_by(days=summer):
        data = file_of(feed, *map(WRITERS[feed], courses))
        order = ImportOrder(source=feed, file_format=FORMATS[feed])
        assert import_courses(data, order, by=SYSTEM).new == len(courses)
        read = exported(client)
    rows = db.session.scalars(
        select(Course).order_by(Course.id).options(*course_details(), selectinload(Course.sessions))
    ).all()
    areas = {area.id: area.code for area in db.session.scalars(select(ProgramArea))}
    assert len(read) == len(rows) == len(courses)
    for row, course in zip(rows, read, strict=True):
        facts = facts_of_row(row, areas)
        assert facts_of_import(course, facts) == facts


def test_a_reader_who_has_the_file_gets_304_until_something_changes(
    client: FlaskClient,
) -> None:
    course = make_course()
    with clock.moved_by(hours=2):
        first = client.get(ADDRESS)
        tag, since = first.headers["ETag"], first.headers["Last-Modified"]
        reads: list[str] = []

        def note(*call: Any) -> None:
            reads.append(call[2])

        event.listen(db.engine, "before_cursor_execute", note)
        assert client.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 304
        assert client.get(ADDRESS, headers={"If-Modified-Since": since}).status_code == 304
        event.remove(db.engine, "before_cursor_execute", note)
        assert not [one for one in reads if re.search(r"\bcourse\b", one)]
    with clock.moved_by(hours=2, seconds=5):
        with transaction() as session:
            mark_changed(session, [course.id])
        assert client.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 200
    with clock.moved_by(hours=4):
        assert client.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 200


def test_reads_grow_by_two_for_each_piece(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(7):
        make_course()
    monkeypatch.setattr(openvhs_export, "_AT_ONCE", 3)
    reads: list[str] = []

    def note(*call: Any) -> None:
        reads.append(call[2])

    event.listen(db.engine, "before_cursor_execute", note)
    assert client.get(ADDRESS).get_data().count(b"<veranstaltung>") == 7
    event.remove(db.engine, "before_cursor_execute", note)
    assert len([one for one in reads if "FROM course" in one]) == 2 * 3


def test_whole_files_are_limited_for_each_address_but_304_is_free(app: Flask) -> None:
    client = app.test_client()
    tag = client.get(ADDRESS).headers["ETag"]
    for _ in range(40):
        assert client.get(ADDRESS, headers={"If-None-Match": tag}).status_code == 304
    statuses = [client.get(ADDRESS).status_code for _ in range(30)]
    assert statuses == [200] * 29 + [429]


def test_the_command_writes_the_same_file_and_replaces_the_old_one(
    app: Flask, client: FlaskClient, tmp_path: Path
) -> None:
    make_course()
    folder = tmp_path / "ausgabe"
    folder.mkdir()
    file = folder / "kurse.xml"
    file.write_bytes(b"alt")
    result = app.test_cli_runner().invoke(export_command, ["openvhs", str(file)])
    assert result.exit_code == 0, result.output
    assert file.read_bytes() == client.get(ADDRESS).get_data()
    assert list(folder.iterdir()) == [file]
    missing = app.test_cli_runner().invoke(export_command, ["openvhs", str(tmp_path / "x/y.xml")])
    assert missing.exit_code == 1
    assert "lässt sich nicht schreiben" in missing.output


def test_the_statistics_number_of_the_house_stands_in_the_head() -> None:
    head = openvhs_feed.head(house_number="0123456789", house_name="vhs & Co", made_at=clock.now())
    assert b"<guid>0123456789</guid><name>vhs &amp; Co</name>" in head
