"""Courses with something in every place, for the tests of looks."""

from flask import current_app

from kmz import clock
from kmz.catalog.models import Course, CourseInstructor, CourseSession, Instructor, Room, Semester
from kmz.catalog.models import Venue as VenueRow
from kmz.catalog.programme.addresses import instructor_url, venue_url
from kmz.db import transaction
from tests.browser.conftest import LONG_TITLE
from tests.factories import make_course


def fill_programme() -> dict[str, object]:
    """A course that has everything, 271-2090, and one that is gone, 271-2091."""
    course = make_course(
        number="271-2090",
        title=f"Alles über {LONG_TITLE}",
        subtitle="Mit allem, was es gibt",
        area_code="1.06",
        sessions=6,
        teaching_units=12,
        min_participants=8,
        seats_taken=5,
        reduced_fee_cents=4900,
        fee_note="zzgl. Brennkosten",
        material="Ton nach Verbrauch, ca. 8,00 €, bar an die Kursleitung",
        requirements=f"Freude am Werken\nKenntnisse in {LONG_TITLE}",
        description_html="<p>Wir drehen, drücken und glasieren.</p><ul><li>Schale</li></ul>",
        notes_html="<p>Bitte eine Schürze mitbringen.</p>",
        small_group=True,
        educational_leave=True,
        level="A2",
        min_age=16,
        target_group="Erwachsene",
        tags=["Ton", LONG_TITLE],
        booking_closes_at=clock.now(),
    )
    make_course(number="271-2091", published_at=None, withdrawn_at=clock.now(), area_code="1.06")
    for number in range(3):
        make_course(number=f"271-209{number + 2}", title=f"Glasieren {number}", area_code="1.06")
    with transaction() as session:
        venue = VenueRow(
            name=f"Haus {LONG_TITLE}", street="Hafenweg 7", postal_code="12345", city="Musterstadt"
        )
        rooms = [Room(name=f"Raum {number}", venue=venue, accessible=True) for number in (1, 2)]
        person = Instructor(title="Dr.", first_name="Emil", last_name=LONG_TITLE)
        semester = Semester(code="271", name="Frühjahr/Sommer 2027")
        session.add_all([*rooms, person, semester])
        session.flush()
        found = session.get_one(Course, course.id)
        found.semester_id = semester.id
        session.refresh(found, ["sessions"])
        for position, entry in enumerate(found.sessions):
            _place(entry, rooms[position % 2])
        session.add(CourseInstructor(course_id=course.id, instructor_id=person.id, position=0))
    with current_app.test_request_context():
        return {"venue": venue_url(venue), "instructor": instructor_url(person)}


def _place(entry: CourseSession, room: Room) -> None:
    entry.room_id = room.id
    entry.is_cancelled = entry.position == 1
