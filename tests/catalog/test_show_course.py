"""The page of one course."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from kmz import clock
from kmz.catalog.models import Course, Instructor, Room, Venue
from kmz.catalog.models import CourseInstructor as Link
from kmz.dates import format_long_day
from kmz.db import transaction
from tests.factories import make_course
from tests.page import Browser


def change(course: Course, **values: object) -> None:
    with transaction() as session:
        found = session.get_one(Course, course.id)
        for name, value in values.items():
            setattr(found, name, value)


def test_the_page_says_everything_about_a_course(browser_: Browser) -> None:
    course = make_course(
        number="271-4632",
        title="Italienisch für Kinder",
        subtitle="Aufbaukurs II",
        area_code="4.09",
        sessions=10,
        teaching_units=20,
        fee_cents=9800,
        reduced_fee_cents=4900,
        fee_note="zzgl. Material",
        level="A2",
        target_group="Kinder von 8 bis 10 Jahren",
        tags=["Sprache", "Ferien"],
        min_participants=5,
        seats_taken=2,
        booking_closes_at=clock.now() + timedelta(days=20),
        description_html="<p>Wir <b>spielen</b>.</p>",
        notes_html="<p>Bitte Stifte mitbringen.</p>",
    )
    place_and_teacher(course)
    page = browser_.open("/kurs/271-4632")
    assert page.headings == ["Italienisch für Kinder"]
    assert course.starts_on is not None
    for text in (
        "Sie befinden sich hier: Start / Programm / Italienisch für Kinder",
        "Fachgebiet 4.09",
        "Aufbaukurs II",
        "10 Termine, 20 UE",
        format_long_day(course.starts_on),
        "18:30–20:00 Uhr",
        "Werkhof, Raum 3",
        "Hafenweg 7, 12345 Musterstadt",
        "Dr. Emil Beispiel",
        "98,00 €",
        "ermäßigt 49,00 € (Nachweis erforderlich)",
        "zzgl. Material",
        "noch 3 Anmeldungen bis zur Durchführung",
        "5 bis 10",
        "Anmeldeschluss",
        "Plätze frei",
        "A2",
        "Kinder von 8 bis 10 Jahren",
        "Sprache, Ferien",
        "Bitte Stifte mitbringen.",
    ):
        assert text in page.text, text
    assert "<b>spielen</b>" in page.html
    assert f'<time datetime="{course.starts_on.isoformat()}">' in page.html


def place_and_teacher(course: Course) -> None:
    with transaction() as session:
        venue = Venue(name="Werkhof", street="Hafenweg 7", postal_code="12345", city="Musterstadt")
        room = Room(name="Raum 3", venue=venue)
        teacher = Instructor(title="Dr.", first_name="Emil", last_name="Beispiel")
        session.add_all([room, teacher])
        session.flush()
        found = session.get_one(Course, course.id)
        session.refresh(found, ["sessions", "instructor_links"])
        for entry in found.sessions:
            entry.room_id = room.id
        found.instructor_links.append(Link(instructor=teacher, position=0))


def test_both_ways_to_book_name_the_course(browser_: Browser) -> None:
    make_course(number="271-1", title="Korbflechten")
    page = browser_.open("/kurs/271-1")
    assert page.link("Direktbuchung: Korbflechten") == "/buchen?kurs=271-1"
    assert page.form(button="In den Warenkorb: Korbflechten")
    assert page.form(button="Auf die Merkliste: Korbflechten")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"cancelled_at": clock.now(), "cancellation_reason": "Zu wenige"}, "Kurs abgesagt"),
        (
            {
                "starts_on": clock.today() - timedelta(days=9),
                "ends_on": clock.today() - timedelta(days=2),
            },
            "Kurs beendet",
        ),
        ({"seats_taken": 10}, "Ausgebucht"),
        ({"booking_closes_at": clock.now() - timedelta(days=1)}, "Anmeldeschluss vorbei"),
        ({"booking_channel": "office"}, "bitte rufen Sie uns an"),
        ({"fee_cents": None}, "auf Anfrage"),
    ],
)
def test_what_cannot_be_booked_stays_readable_and_offers_only_the_heart(
    browser_: Browser, values: dict[str, object], words: str
) -> None:
    change(make_course(number="271-2"), **values)
    page = browser_.open("/kurs/271-2")
    assert page.status == 200
    assert words in page.text
    assert "In den Warenkorb" not in page.text
    assert "Direktbuchung" not in page.text
    assert page.form(button="Auf die Merkliste")


def test_a_cancelled_course_says_why_and_leads_to_similar_ones(browser_: Browser) -> None:
    course = make_course(number="271-3", area_code="4")
    change(course, cancelled_at=clock.now(), cancellation_reason="Die Kursleitung ist erkrankt.")
    page = browser_.open("/kurs/271-3")
    assert "Die Kursleitung ist erkrankt." in page.text
    assert page.link("Ähnliche Kurse") == "/kurse?bereich=bereich-4"


def test_a_session_that_is_called_off_does_not_count(browser_: Browser) -> None:
    course = make_course(number="271-4", sessions=3)
    with transaction() as session:
        found = session.get_one(Course, course.id)
        session.refresh(found, ["sessions"])
        found.sessions[1].is_cancelled = True
    page = browser_.open("/kurs/271-4")
    assert "2 Termine" in page.text
    assert "entfällt" in page.text


def test_a_course_without_dates_place_or_text_has_a_page(browser_: Browser) -> None:
    change(
        make_course(number="271-5", sessions=0), starts_on=None, ends_on=None, program_area_id=None
    )
    page = browser_.open("/kurs/271-5")
    assert page.status == 200
    assert "Die Termine werden noch bekannt gegeben." in page.text


def test_drafts_and_unknown_addresses_are_not_found(client: FlaskClient) -> None:
    make_course(number="271-6", published_at=None)
    for address in ("271-6", "gibt-es-nicht", "%00", "%ff", "x" * 3000, "..%2f..%2f", "271-6%20"):
        assert client.get(f"/kurs/{address}").status_code == 404, address


def test_titles_and_tags_cannot_carry_markup(browser_: Browser) -> None:
    make_course(number="271-7", title="<script>alert(1)</script>", tags=["<img src=x>"])
    page = browser_.open("/kurs/271-7")
    assert "<script>alert(1)" not in page.html
    assert "<img src=x>" not in page.html
