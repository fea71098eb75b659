"""What the office changed in an imported course survives, until it is given back."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.accounts.models import StaffUser
from kmz.audit.models import AuditEntry
from kmz.catalog.actions.import_protection import release_fields
from kmz.catalog.models import Course
from kmz.catalog.queries import get_course
from kmz.db import db
from tests.catalog.imports.sample import dated, texts
from tests.catalog.imports.sample import session as meeting
from tests.catalog.imports.steps import counts, course, imported, record
from tests.factories import make_course, make_staff
from tests.page import Browser, Page
from tests.steps import send

OTHER = {
    "untertitel": "Neu",
    "name": "Anderer Titel",
    "preis": {"betrag": "99.00", "rabatt_moeglich": "false", "zusatz": None},
    "ortetermine": dated(meeting("2026-10-05")),
    "dozent": None,
}


@pytest.fixture
def staff(app: Flask) -> StaffUser:
    assert app
    return make_staff()


def edited(office: Browser, course_id: int, **values: str) -> Page:
    office.open(f"/verwaltung/kurse/{course_id}")
    page = office.submit("Speichern", **values)
    assert "gespeichert" in page.text, page.text
    db.session.rollback()
    return page


def test_what_the_office_typed_survives_the_import(office: Browser) -> None:
    imported(record("1"))
    page = edited(office, course().id, title="Unser Titel", fee="70,00")
    assert course().protected_fields == ["title", "fee_cents"]
    assert "Von der Verwaltung geändert, der Import überschreibt das nicht (2)" in page.text
    report = imported(record("1", **OTHER))
    assert counts(report) == (0, 1, 0, 0)
    assert [named.fields for named in report.protected] == [("title", "fee_cents")]
    now = get_course(course().id)
    assert (now.title, now.fee_cents, now.subtitle) == ("Unser Titel", 7000, "Neu")
    assert [one.day for one in now.sessions] == [date(2026, 10, 5)]
    assert now.instructor_links == []


def test_sessions_and_instructors_are_protected_with_their_days(office: Browser) -> None:
    imported(record("1"))
    edited(office, course().id, instructors="Mia Muster", sessions_1_day="15.09.2026")
    assert course().protected_fields == ["instructors", "sessions"]
    imported(record("1", **OTHER))
    now = get_course(course().id)
    assert [one.day for one in now.sessions] == [date(2026, 9, 7), date(2026, 9, 15)]
    assert (now.starts_on, now.ends_on) == (date(2026, 9, 7), date(2026, 9, 15))
    assert [link.instructor.full_name for link in now.instructor_links] == ["Mia Muster"]
    assert now.title == "Anderer Titel"


def test_saving_without_a_change_protects_nothing(office: Browser) -> None:
    long = "Erster Absatz.\r\n\r\nZweiter: • eins\n• zwei & <b>drei</b>"
    imported(record("1", text=texts(long, "Bitte Matte mitbringen"), untertitel="- als  -"))
    edited(office, course().id)
    assert course().protected_fields == []


def test_a_course_of_the_office_needs_no_protection(office: Browser) -> None:
    own = make_course(description_html="<p>Text</p>")
    edited(office, own.id, title="Anders")
    assert db.session.get_one(Course, own.id).protected_fields == []


def test_fields_are_given_back_to_the_feed(office: Browser) -> None:
    imported(record("1"))
    edited(office, course().id, title="Unser Titel", fee="70,00")
    course_id = course().id
    office.open(f"/verwaltung/kurse/{course_id}")
    page = office.submit("Dem Import zurückgeben", fields="title")
    assert "gilt für diese Angaben wieder die Kursdatei" in page.text
    assert course().protected_fields == ["fee_cents"]
    assert course().title == "Unser Titel"
    assert counts(imported(record("1"))) == (0, 1, 0, 0)
    assert (course().title, course().fee_cents) == ("Englisch A2.1 am Abend", 7000)
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "course.fields_released")
    ).one()
    assert (entry.object_id, entry.details) == (course_id, {"fields": ["title"]})


def test_giving_back_nothing_changes_nothing(office: Browser) -> None:
    imported(record("1"))
    edited(office, course().id, title="Unser Titel")
    course_id, version = course().id, course().version
    office.open(f"/verwaltung/kurse/{course_id}")
    page = send(office, f"/verwaltung/kurse/{course_id}/importschutz", fields=["id", "slug"])
    assert "Bitte kreuzen Sie mindestens eine Angabe an" in page.text
    assert (course().protected_fields, course().version) == (["title"], version)
    assert send(office, "/verwaltung/kurse/999/importschutz", fields="title").status == 404


def test_who_has_the_course_open_is_warned_of_an_import(staff: StaffUser) -> None:
    imported(record("1"))
    before = course().version
    imported(record("1", untertitel="neu"))
    assert course().version == before + 1
    assert not release_fields(course().id, {"title"}, by=staff)
