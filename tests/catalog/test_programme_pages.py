"""Semesters, Programmbereiche, venues and Kursleitungen as pages with their courses."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kmz import clock
from kmz.catalog.models import Course, CourseInstructor, CourseSession, Instructor, Room, Semester
from kmz.catalog.models import Venue as VenueRow
from kmz.catalog.programme.queries import PAGE_SIZE
from kmz.catalog.search import engine
from kmz.db import transaction
from tests.catalog.steps import course_links, refresh_search
from tests.factories import make_course
from tests.page import Browser
from tests.statements import counted_statements

MOST = 6


def make_world(*, courses: int = 2) -> dict[str, Any]:
    """Courses of one semester, at one venue, by one person; ids for addresses."""
    made = [make_course(number=f"271-{number:03}", area_code="4.09") for number in range(courses)]
    with transaction() as session:
        venue = VenueRow(name="Werkhof Süd", street="Hafenweg 7", postal_code="12345", city="Ulm")
        room = Room(name="Raum 3", venue=venue, accessible=False)
        person = Instructor(title="Dr.", first_name="Emil", last_name="Beispiel")
        semester = Semester(code="271", name="Frühjahr/Sommer 2027")
        session.add_all([room, person, semester])
        session.flush()
        for course in made:
            session.get_one(Course, course.id).semester_id = semester.id
            session.add(CourseInstructor(course_id=course.id, instructor_id=person.id, position=0))
            session.query(CourseSession).filter_by(course_id=course.id).update({"room_id": room.id})
        ids = {"venue": venue.id, "person": person.id}
    refresh_search()
    return ids


def pages(ids: dict[str, Any]) -> dict[str, str]:
    return {
        "area": "/bereich/bereich-4",
        "field": "/bereich/bereich-4.09",
        "semester": "/semester/271",
        "venue": f"/orte/{ids['venue']}-werkhof-sued",
        "person": f"/kursleitung/{ids['person']}-dr-emil-beispiel",
    }


def test_every_page_lists_its_courses_under_one_heading(browser_: Browser) -> None:
    headings = {
        "area": "Sprachen",
        "field": "Fachgebiet 4.09",
        "semester": "Frühjahr/Sommer 2027",
        "venue": "Werkhof Süd",
        "person": "Dr. Emil Beispiel",
    }
    ids = make_world()
    make_course(number="272-1", area_code="2")
    refresh_search()
    for kind, address in pages(ids).items():
        page = browser_.open(address)
        assert (page.status, page.headings) == (200, [headings[kind]]), kind
        assert course_links(page) == ["/kurs/271-000", "/kurs/271-001"], kind
        assert "2 Kurse" in page.text
        assert "Sie befinden sich hier: Start /" in page.text
        assert page.form(button="In den Warenkorb")


def test_a_course_leads_to_all_of_them_and_the_sitemap_to_the_overviews(browser_: Browser) -> None:
    expected = pages(make_world())
    page = browser_.open("/kurs/271-000")
    links = {link for _, link in page.links}
    assert {expected[kind] for kind in ("field", "semester", "venue", "person")} <= links
    links = {link for _, link in browser_.open("/sitemap").links}
    assert {"/bereich", "/semester", "/orte", "/bereich/bereich-4"} <= links


@pytest.mark.parametrize(
    ("overview", "kind"), [("/bereich", "area"), ("/semester", "semester"), ("/orte", "venue")]
)
def test_every_overview_leads_to_its_pages(browser_: Browser, overview: str, kind: str) -> None:
    expected = pages(make_world())
    page = browser_.open(overview)
    assert len(page.headings) == 1
    assert expected[kind] in {link for _, link in page.links}


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("address", ["/bereich", "/semester", "/orte"])
def test_an_overview_of_nothing_says_what_will_be_there(browser_: Browser, address: str) -> None:
    assert "Sobald Kurse veröffentlicht sind" in browser_.open(address).text


def test_a_venue_tells_how_to_get_there(browser_: Browser) -> None:
    page = browser_.open(pages(make_world())["venue"])
    assert "Hafenweg 7, 12345 Ulm" in page.text
    assert "Raum 3: nicht stufenlos erreichbar" in page.text
    assert page.link("Karte").startswith("https://www.openstreetmap.org/search?query=Hafenweg")


def test_a_wrong_name_leads_to_the_right_address(client: FlaskClient) -> None:
    right = pages(make_world())
    for kind in ("venue", "person"):
        wrong = right[kind].partition("-")[0] + "-anders?seite=2"
        answer = client.get(wrong)
        assert answer.status_code == 301
        assert answer.headers["Location"] == f"{right[kind]}?seite=2"


def test_what_nobody_knows_is_not_found(client: FlaskClient) -> None:
    for address in (
        *("/bereich/x", "/semester/999", "/orte/999-x", "/kursleitung/999-x"),
        *("/orte/x-y", "/orte/1", "/orte/99999999999-x"),
    ):
        assert client.get(address).status_code == 404, address


def test_a_person_without_a_public_course_is_not_known(client: FlaskClient) -> None:
    right = pages(make_world())
    with transaction() as session:
        session.query(Course).update({"published_at": None})
    for kind in ("venue", "person"):
        assert client.get(right[kind]).status_code == 404


def test_courses_that_are_over_leave_an_empty_page(browser_: Browser) -> None:
    right = pages(make_world())
    with transaction() as session:
        past = clock.today() - timedelta(days=30)
        session.query(Course).update({"starts_on": past, "ends_on": past})
        session.query(CourseSession).update({"day": past})
    for address in right.values():
        page = browser_.open(address)
        assert page.status == 200
        assert "Zurzeit kein Kurs" in page.text


def test_long_lists_have_pages(browser_: Browser) -> None:
    right = pages(make_world(courses=PAGE_SIZE + 2))
    first = course_links(browser_.open(right["semester"]))
    second = course_links(browser_.open(f"{right['semester']}?seite=2"))
    assert (len(first), len(second)) == (PAGE_SIZE, 2)
    assert set(first) & set(second) == set()
    assert course_links(browser_.open(f"{right['semester']}?seite=99")) == second


def test_no_page_asks_more_than_a_handful_of_questions(
    app: Flask, browser_: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert app
    monkeypatch.setattr(engine, "_CHECK_EVERY", 1000)
    right = pages(make_world(courses=20))
    for address in (*right.values(), "/bereich", "/semester", "/orte", "/kurs/271-000"):
        browser_.open(address)
        with transaction():
            pass
        with counted_statements() as seen:
            assert browser_.open(address).status == 200
        assert len(seen) <= MOST, (address, seen)
