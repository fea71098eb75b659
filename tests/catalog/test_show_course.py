"""The page of one course."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from kmz import clock
from kmz.catalog.actions.courses import publish_course, unpublish_course
from kmz.catalog.actions.watchlist import watch_course
from kmz.catalog.models import Course, Instructor, Room, Venue
from kmz.catalog.models import CourseInstructor as Link
from kmz.dates import format_long_day
from kmz.db import transaction
from tests.factories import make_course, make_customer, make_staff
from tests.page import Browser
from tests.steps import log_in


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


def place_and_teacher(course: Course) -> int:
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
        return room.id


def test_both_ways_to_book_name_the_course(browser_: Browser) -> None:
    make_course(number="271-1", title="Korbflechten")
    page = browser_.open("/kurs/271-1")
    assert page.form(button="Direktbuchung: Korbflechten")
    assert page.form(button="In den Warenkorb: Korbflechten")
    assert page.form(button="Auf die Merkliste: Korbflechten")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"seats_taken": 10}, "Ausgebucht"),
        ({"seats_taken": 10, "waitlist_open": True}, "Ausgebucht – Warteliste möglich"),
        ({"booking_opens_at": clock.now() + timedelta(days=1)}, "Anmeldung ab"),
        ({"starts_on": clock.today() - timedelta(days=1)}, "Kurs läuft bereits"),
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
    ],
)
def test_what_is_over_leads_to_similar_courses_only(
    browser_: Browser, values: dict[str, object], words: str
) -> None:
    change(make_course(number="271-2"), **values)
    make_course(number="271-9", title="Italienisch weiter")
    page = browser_.open("/kurs/271-2")
    assert page.status == 200
    assert words in page.text
    assert page.link("Italienisch weiter") == "/kurs/271-9"
    for button in (
        "In den Warenkorb",
        "Direktbuchung",
        "Auf die Merkliste",
        "bis zur Durchführung",
    ):
        assert button not in page.text


def test_what_is_over_can_still_be_taken_off_the_merkliste(browser_: Browser) -> None:
    course = make_course(number="271-2")
    customer = make_customer(email="andrea@example.org")
    watch_course(customer.id, course.id)
    change(course, cancelled_at=clock.now())
    log_in(browser_, "andrea@example.org")
    assert browser_.open("/kurs/271-2").form(button="Von der Merkliste nehmen")


@pytest.mark.parametrize(
    "values",
    [{"booking_channel": "office"}, {"booking_closes_at": clock.now() - timedelta(days=1)}],
)
def test_where_the_office_books_its_telephone_and_mail_are_named(
    browser_: Browser, values: dict[str, object]
) -> None:
    change(make_course(number="271-2"), **values)
    page = browser_.open("/kurs/271-2")
    assert page.link("+49 1234 56789-0") == "tel:+491234567890"
    assert page.link("support@example.org") == "mailto:support@example.org?subject=Kurs%20271-2"


def test_what_sets_a_course_apart_stands_under_its_title(browser_: Browser) -> None:
    make_course(number="271-2", guaranteed=True, small_group=True, educational_leave=True)
    text = browser_.open("/kurs/271-2").text
    for badge in ("Findet garantiert statt", "Kleingruppe", "Bildungsurlaub"):
        assert badge in text
    assert "bis zur Durchführung" not in text


def test_what_a_course_asks_for_is_said_in_full(browser_: Browser) -> None:
    make_course(
        number="271-2",
        requirements="Grundkenntnisse\n\nEigene Nadel",
        material="Ton nach Verbrauch, ca. 8,00 €, bar an die Kursleitung",
    )
    page = browser_.open("/kurs/271-2")
    assert "Voraussetzungen Grundkenntnisse Eigene Nadel" in page.text
    assert "Material: Ton nach Verbrauch, ca. 8,00 €, bar an die Kursleitung" in page.text


def test_the_way_there_is_a_link_that_loads_nothing_by_itself(browser_: Browser) -> None:
    course = make_course(number="271-2")
    room = place_and_teacher(course)
    change_room(room, accessible=True)
    page = browser_.open("/kurs/271-2")
    assert "Raum 3: stufenlos erreichbar" in page.text
    assert page.link("Karte: Werkhof") == (
        "https://www.openstreetmap.org/search?query=Hafenweg+7%2C+12345+Musterstadt"
    )
    assert not re.search(r"<(img|iframe|object|script|link)[^>]+openstreetmap", page.html)
    assert 'rel="noreferrer external"' in page.html
    change_room(room, accessible=None, latitude=48.4, longitude=9.99)
    page = browser_.open("/kurs/271-2")
    assert "Barrierefreiheit nicht bekannt, bitte fragen Sie nach" in page.text
    assert page.link("Karte: Werkhof") == (
        "https://www.openstreetmap.org/?mlat=48.400000&mlon=9.990000#map=17/48.400000/9.990000"
    )


def change_room(room_id: int, **values: object) -> None:
    with transaction() as session:
        found = session.get_one(Room, room_id)
        for name, value in values.items():
            setattr(found, name, value)


def test_a_course_can_be_passed_on_without_scripts(browser_: Browser) -> None:
    make_course(number="271-2", title="Öl & Essig")
    page = browser_.open("/kurs/271-2")
    assert 'value="http://localhost/kurs/271-2" readonly' in " ".join(page.html.split())
    assert page.link("Per E-Mail") == (
        "mailto:?subject=%C3%96l%20%26%20Essig&body=http%3A//localhost/kurs/271-2"
    )
    assert '<link rel="canonical" href="http://localhost/kurs/271-2">' in page.html


def test_similar_courses_are_of_the_same_kind_and_can_be_booked(browser_: Browser) -> None:
    make_course(number="271-1", title="Töpfern für Anfänger", area_code="2.06")
    make_course(number="271-2", title="Korbflechten", area_code="2.06")
    make_course(number="271-3", title="Töpfern am Abend", area_code="2.06")
    make_course(number="271-4", title="Töpfern kompakt", area_code="2.06", seats_taken=10)
    make_course(number="271-5", title="Töpfern nebenan", area_code="2.07")
    make_course(number="271-6", title="Töpfern auf Englisch", area_code="4.06")
    make_course(number="271-7", title="Töpfern geheim", area_code="2.06", published_at=None)
    page = browser_.open("/kurs/271-1")
    links = [link for _, link in page.links if re.fullmatch("/kurs/271-[2-9]", link)]
    assert links == ["/kurs/271-3", "/kurs/271-2", "/kurs/271-5", "/kurs/271-4"]


def test_a_withdrawn_course_is_gone_and_says_so(browser_: Browser) -> None:
    course = make_course(number="271-2", title="Vorbei", description_html="<p>Text</p>")
    make_course(number="271-3", title="Noch da")
    unpublish_course(course.id, by=make_staff())
    page = browser_.open("/kurs/271-2")
    assert page.status == 410
    assert page.headings == ["Vorbei"]
    assert "Diesen Kurs (271-2) gibt es nicht mehr in unserem Programm." in page.text
    assert page.link("Noch da") == "/kurs/271-3"
    publish_course(course.id, by=make_staff())
    assert browser_.open("/kurs/271-2").status == 200


def test_a_cancelled_course_says_why_and_leads_to_similar_ones(browser_: Browser) -> None:
    course = make_course(number="271-3", area_code="4")
    change(course, cancelled_at=clock.now(), cancellation_reason="Die Kursleitung ist erkrankt.")
    page = browser_.open("/kurs/271-3")
    assert "Die Kursleitung ist erkrankt." in page.text
    assert page.link("Ähnliche Kurse") == "/bereich/bereich-4"


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
