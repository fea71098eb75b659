"""A course in the calendar: every Termin, at its time, and what was called off."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar, Event
from werkzeug.test import TestResponse

from kmz import clock
from kmz.catalog.models import Course, CourseSession
from kmz.db import transaction
from tests.catalog.test_show_course import change, place_and_teacher
from tests.factories import make_course


def events_of(answer: TestResponse) -> list[Event]:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = Calendar.from_ical(answer.get_data())
    assert calendar.errors == []
    events = list(calendar.walk("VEVENT"))
    assert all(not event.errors for event in events)
    return events


def change_session(course: Course, position: int, **values: object) -> None:
    with transaction() as session:
        found = session.query(CourseSession).filter_by(course_id=course.id, position=position).one()
        for name, value in values.items():
            setattr(found, name, value)


def test_every_termin_is_an_entry_at_its_time(client: FlaskClient) -> None:
    course = make_course(
        number="271-A", title="Öl; Essig, Salz", sessions=3, starts_on=date(2030, 3, 26)
    )
    place_and_teacher(course)
    answer = client.get("/kurs/271-a.ics")
    assert answer.headers["Content-Disposition"] == "attachment; filename=271-a.ics"
    events = events_of(answer)
    times = [clock.in_berlin(event.start) for event in events]
    assert [f"{time:%d.%m. %H:%M}" for time in times] == [
        *("26.03. 18:30", "02.04. 18:30", "09.04. 18:30")  # through the change to summer time
    ]
    first = events[0]
    assert first.end - first.start == timedelta(minutes=90)
    assert str(first["summary"]) == "Öl; Essig, Salz"
    assert str(first["location"]) == "Werkhof, Raum 3, Hafenweg 7, 12345 Musterstadt"
    assert str(first["url"]) == "http://localhost/kurs/271-a"
    assert "Kursleitung: Dr. Emil Beispiel" in str(first["description"])
    assert first["status"] == "CONFIRMED"


def test_an_entry_keeps_its_name_and_counts_its_versions(client: FlaskClient) -> None:
    course = make_course(number="271-A", sessions=2)
    before = events_of(client.get("/kurs/271-a.ics"))
    change(course, version=7, slug="271-b")
    after = events_of(client.get("/kurs/271-b.ics"))
    assert [event["uid"] for event in before] == [event["uid"] for event in after]
    assert len({event["uid"] for event in before}) == 2
    assert [event["sequence"] for event in after] == [7, 7]


def test_a_termin_without_a_time_takes_the_whole_day(client: FlaskClient) -> None:
    course = make_course(number="271-A", sessions=2)
    change_session(course, 0, starts_at=None, ends_at=None)
    change_session(course, 1, ends_at=None)
    events = events_of(client.get("/kurs/271-a.ics"))
    assert events[0].start == course.starts_on
    assert events[0].end - events[0].start == timedelta(days=1)
    assert "dtend" not in events[1]


def test_what_was_called_off_says_so(client: FlaskClient) -> None:
    course = make_course(number="271-A", sessions=2)
    change_session(course, 1, is_cancelled=True)
    statuses = [event["status"] for event in events_of(client.get("/kurs/271-a.ics"))]
    assert statuses == ["CONFIRMED", "CANCELLED"]
    change(course, cancelled_at=clock.now())
    statuses = [event["status"] for event in events_of(client.get("/kurs/271-a.ics"))]
    assert statuses == ["CANCELLED", "CANCELLED"]


def test_what_is_over_or_has_no_dates_still_has_a_calendar(client: FlaskClient) -> None:
    make_course(number="271-A", starts_on=date(2020, 1, 6))
    make_course(number="271-B", sessions=0)
    assert len(events_of(client.get("/kurs/271-a.ics"))) == 2
    assert events_of(client.get("/kurs/271-b.ics")) == []


@pytest.mark.parametrize("address", ["/kurs/271-a.ics", "/kurs/gibt-es-nicht.ics"])
def test_what_is_not_published_has_none(client: FlaskClient, address: str) -> None:
    make_course(number="271-A", published_at=None)
    assert client.get(address).status_code == 404


def test_no_text_of_a_course_makes_a_line_of_its_own(client: FlaskClient) -> None:
    title = "Kurs\r\nEND:VEVENT\nATTACH:http://boese.example\rX:\u2028\x0b\x85Y"
    course = make_course(number="271-A", sessions=1, title=title)
    place_and_teacher(course)
    answer = client.get("/kurs/271-a.ics")
    [event] = events_of(answer)
    lines = answer.get_data(as_text=True).split("\r\n")
    assert not any(line.startswith(("ATTACH", "X:")) for line in lines)
    assert str(event["summary"]) == "Kurs END:VEVENT ATTACH:http://boese.example X:Y"
    assert all(len(line.encode()) <= 75 for line in lines)
