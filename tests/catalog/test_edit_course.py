"""The office's form of a course, as a person without JavaScript fills it in."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kmz import clock
from kmz.catalog.models import Course, CourseInstructor, CourseSession, Instructor, Room, Venue
from kmz.catalog.queries import get_course
from kmz.dates import format_day
from kmz.db import db, transaction
from tests.factories import area, make_course, make_staff
from tests.page import Browser, Page
from tests.steps import log_in_staff, send

FIRST = clock.today() + timedelta(days=40)


@pytest.fixture
def office(browser_: Browser) -> Browser:
    make_staff(email="buero@example.org")
    area("2")
    log_in_staff(browser_, "buero@example.org")
    browser_.open("/verwaltung/kurse/neu")
    return browser_


def fill_in(office: Browser, button: str = "Speichern", **changes: str) -> Page:
    values = {
        "number": "271-7001",
        "title": "Korbflechten",
        "description": "<p>Mit Weide.</p>",
        "program_area": str(area("2").id),
        "min_participants": "4",
        "max_participants": "8",
        "min_age": "6",
        "fee": "84,70",
        "sessions_0_day": format_day(FIRST),
        "sessions_0_starts": "18.00",
        "sessions_0_ends": "20:15",
        **changes,
    }
    return office.submit(button, **values)


def saved() -> Course:
    db.session.rollback()
    course_id = db.session.scalar(select(Course.id).order_by(Course.id.desc()))
    assert course_id is not None
    return get_course(course_id)


def snapshot(course: Course) -> dict[str, object]:
    """Everything that saving an unchanged form must leave as it is."""
    skipped = {"version", "updated_at", "changed_in"}
    columns = (column.key for column in Course.__table__.columns if column.key not in skipped)
    return {name: getattr(course, name) for name in columns} | {
        "sessions": [
            (entry.day, entry.starts_at, entry.ends_at, entry.room_id, entry.is_cancelled)
            for entry in course.sessions
        ],
        "people": [link.instructor_id for link in course.instructor_links],
    }


def test_german_input_becomes_a_course(office: Browser) -> None:
    page = fill_in(
        office,
        reduced_fee="40",
        opens="1.12.2026 9 Uhr",
        closes=format_day(FIRST),
        instructors="Dr. Emil Beispiel; Mia Muster;",
        semester="271",
        teaching_units="3",
        new_venue="Werkhof",
        new_room="Raum 3",
        new_street="Hafenweg 7",
        late_entry="y",
    )
    assert "Der Kurs ist gespeichert." in page.text
    course = saved()
    assert (course.fee_cents, course.reduced_fee_cents, course.min_age) == (8470, 4000, 6)
    assert course.sessions[0].starts_at == clock.berlin_moment(FIRST, 18)
    assert course.sessions[0].ends_at == clock.berlin_moment(FIRST, 20, 15)
    assert course.booking_closes_at == clock.berlin_moment(FIRST, 23, 59)
    assert course.semester is not None
    assert course.semester.name == "Frühjahr/Sommer 2027"
    assert course.published_at is None
    assert course.late_entry
    room = course.sessions[0].room
    assert room is not None
    assert (room.venue.name, room.name, room.venue.street) == ("Werkhof", "Raum 3", "Hafenweg 7")


def feed_course() -> Course:
    """A course as feeds bring it: odd number, two rooms, a deadline at noon, a called-off day."""
    course = make_course(
        number="Re 1.006 (H)",
        sessions=4,
        fee_cents=None,
        concession_allowed=True,
        booking_closes_at=clock.berlin_moment(FIRST - timedelta(days=12), 12),
        notes_html="<p>Hinweis</p>",
        description_html="<p>Text</p>",
        external_participants=3,
        tags=["Ferien"],
    )
    with transaction() as session:
        venue = Venue(name="Werkhof", street="Hafenweg 7", postal_code="12345", city="Musterstadt")
        rooms = [Room(name=name, venue=venue) for name in ("Saal", "")]
        teacher = Instructor(title="Dr.", first_name="Ida", last_name="van der Muster")
        session.add_all([*rooms, teacher])
        session.flush()
        found = session.get_one(Course, course.id)
        session.refresh(found, ["sessions", "instructor_links"])
        found.slug, found.program_area_id = "re-1-006-h-2f9c", None
        found.sessions[0].room_id, found.sessions[1].room_id = (room.id for room in rooms)
        found.sessions[2].starts_at = found.sessions[2].ends_at = None
        found.sessions[3].is_cancelled = True
        found.instructor_links.append(CourseInstructor(instructor=teacher, position=0))
    return course


def test_saving_an_imported_course_unchanged_changes_nothing(office: Browser) -> None:
    course_id = feed_course().id
    before = snapshot(get_course(course_id))
    office.open(f"/verwaltung/kurse/{course_id}")
    assert "Der Kurs ist gespeichert." in office.submit("Speichern").text
    db.session.rollback()
    assert snapshot(get_course(course_id)) == before


def test_a_series_fills_the_rows_and_keeps_what_was_typed(office: Browser) -> None:
    page = fill_in(
        office,
        "Reihe einfügen",
        sessions_0_day="",
        sessions_0_starts="",
        sessions_0_ends="",
        series_first=format_day(FIRST),
        series_starts="18:00",
        series_ends="19:30",
        series_count="12",
    )
    assert page.status == 200
    assert saved_count() == 0
    office.submit("Speichern")
    course = saved()
    days = [entry.day for entry in course.sessions]
    assert days == [FIRST + timedelta(weeks=week) for week in range(12)]
    assert course.title == "Korbflechten"
    fill_in_more = office.submit("Reihe einfügen", series_count="3")
    assert fill_in_more.status == 200
    office.submit("Speichern")
    assert len(saved().sessions) == 14


def saved_count() -> int:
    db.session.rollback()
    return len(db.session.scalars(select(Course.id)).all())


@pytest.mark.parametrize(
    "values",
    [
        {"series_count": "3", "sessions_0_day": ""},
        {"series_count": ""},
        {"series_count": "101"},
        {"series_count": "3", "series_first": "31.12.9999"},
    ],
)
def test_a_series_that_makes_no_sense_is_said_at_its_field(
    office: Browser, values: dict[str, str]
) -> None:
    page = fill_in(office, "Reihe einfügen", **values)
    assert page.status == 422
    assert 'id="series_count-fehler"' in page.html
    assert "Korbflechten" in page.html


REFUSED = (
    ("number", "", "Bitte füllen Sie das Feld „Kursnummer“ aus."),
    ("number", "a b", "2 bis 20 Zeichen"),
    ("title", "x" * 301, "höchstens 300 Zeichen"),
    ("title", "a\x00b", "unzulässige Zeichen"),
    ("fee", "", "0 heißt kostenlos"),
    ("fee", "viel", "Betrag wie 45"),
    ("fee", "-5", "Betrag wie 45"),
    ("reduced_fee", "100", "Das ermäßigte Entgelt liegt über dem Entgelt."),
    ("max_participants", "3", "Die Höchstzahl liegt unter der Mindestzahl."),
    ("max_participants", "²", "ganze Zahl"),
    ("min_age", "121", "0 bis 120 Jahren"),
    ("max_age", "5", "Das Höchstalter liegt unter dem Mindestalter."),
    ("closes", "01.01.2099", "Der Anmeldeschluss liegt nach dem ersten Termin."),
    ("closes", "bald", "TT.MM.JJJJ"),
    ("sessions-0-day", "31.02.2027", "Bitte geben Sie das Datum als TT.MM.JJJJ ein."),
    ("sessions-0-day", "01.01.0101", "Bitte geben Sie das Datum als TT.MM.JJJJ ein."),
    ("sessions-0-day", "", "Zu diesen Angaben fehlt der Tag."),
    ("sessions-0-starts", "25:00", "Bitte geben Sie die Uhrzeit als 18:30 ein."),
    ("sessions-0-starts", "", "Zum Ende fehlt der Beginn."),
    ("sessions-0-ends", "17:00", "Das Ende liegt vor dem Beginn."),
    ("sessions-0-room", "Nirgendwo", "Diesen Raum kennen wir nicht."),
    ("program_area", "4711", "Keine gültige Auswahl."),
    ("semester", "999", "Keine gültige Auswahl."),
    ("instructors", "x" * 101, "Ein Name hat höchstens 100 Zeichen."),
)


def test_what_makes_no_sense_is_said_at_its_field_and_kept(office: Browser) -> None:
    for field, value, message in REFUSED:
        office.open("/verwaltung/kurse/neu")
        page = fill_in(office, **{field.replace("-", "_"): value})
        assert page.status == 422, field
        assert message in page.html.partition(f'id="{field}-fehler"')[2].partition("</p>")[0]
        assert f'href="#{field}"' in page.html
        assert page.title.startswith("Fehler: ")
        assert "&lt;p&gt;Mit Weide.&lt;/p&gt;" in page.html
    assert saved_count() == 0


def test_a_known_and_a_new_place_exclude_each_other(office: Browser) -> None:
    page = fill_in(office, new_room="Saal")
    assert "Bitte geben Sie dem neuen Ort einen Namen." in page.text
    fill_in(office, new_venue="Werkhof")
    place = office.page.form(button="Speichern")
    known = next(value for name, value in place.fields if name == "place")
    assert known != "0"
    page = office.submit("Speichern", new_venue="Anderswo")
    assert "Bitte wählen Sie einen Ort oder tragen Sie einen neuen ein." in page.text


def test_a_room_of_its_own_wins_over_the_courses_place(office: Browser) -> None:
    fill_in(office, new_venue="Werkhof", new_room="Saal")
    office.open("/verwaltung/kurse/neu")
    fill_in(office, number="271-2", new_venue="Schule")
    office.submit("Speichern", sessions_0_room="werkhof, saal")
    room = saved().sessions[0].room
    assert room is not None
    assert (room.venue.name, room.name) == ("Werkhof", "Saal")


def test_a_fee_and_on_request_exclude_each_other(office: Browser) -> None:
    assert "nicht beides" in fill_in(office, on_request="y").text
    assert fill_in(office, fee="", on_request="y").status == 200
    assert saved().fee_cents is None


def test_a_number_twice_is_said_at_the_number(office: Browser) -> None:
    make_course(number="271-7001")
    page = fill_in(office)
    assert page.status == 422
    assert 'id="number-fehler">Diese Kursnummer gibt es schon.' in page.html


def test_the_tick_for_a_maximum_below_the_bookings_appears_when_needed(office: Browser) -> None:
    course = make_course(number="271-1", seats_taken=6)
    page = office.open(f"/verwaltung/kurse/{course.id}")
    assert "trotzdem senken" not in page.text
    page = office.submit("Speichern", max_participants="5")
    assert page.status == 422
    assert "6 Plätze sind schon vergeben" in page.text
    page = office.submit("Speichern", accepts_overbooking="y")
    assert "Der Kurs ist gespeichert." in page.text
    assert (saved().max_participants, saved().seats_taken) == (5, 6)


def test_emptying_a_day_takes_the_session_out(office: Browser) -> None:
    fill_in(office, sessions_1_day=format_day(FIRST + timedelta(days=7)))
    office.submit("Speichern", sessions_0_day="", sessions_0_starts="", sessions_0_ends="")
    assert [entry.day for entry in saved().sessions] == [FIRST + timedelta(days=7)]
    assert len(db.session.scalars(select(CourseSession.id)).all()) == 1


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"number": ["271-1", "271-2"]},
        {"sessions__0__day": "1.2.2027", "sessions__999999999__day": "1.2.2027"},
        {f"sessions__{row}__day": "1.2.2027" for row in range(150)},
        {"version": "9" * 400},
        {"program_area": "9" * 400, "place": "-1"},
        {"series": "1", "series_first": "\x00", "series_count": "9" * 5000},
    ],
)
def test_odd_requests_are_refused_with_a_page(office: Browser, sent: dict[str, object]) -> None:
    page = send(office, "/verwaltung/kurse/neu", **sent)
    assert page.status == 422
    assert page.headings == ["Neuer Kurs"]
    assert saved_count() == 0


def test_an_unknown_course_is_not_found(office: Browser) -> None:
    for course_id in ("0", "4711", "-1", "9" * 30, "1e3"):
        assert office.open(f"/verwaltung/kurse/{course_id}").status == 404
    office.open("/verwaltung/kurse/neu")
    for address in ("4711", "4711/veroeffentlichung", "4711/ruecknahme"):
        assert send(office, f"/verwaltung/kurse/{address}").status == 404
        office.open("/verwaltung/kurse/neu")
