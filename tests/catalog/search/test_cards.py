"""What a row of the list says."""

from datetime import date, timedelta
from typing import Any

import pytest

from kmz import clock
from kmz.catalog.models import CourseInstructor, CourseSession, Instructor, Room, Venue
from kmz.catalog.search import catalog_search
from kmz.catalog.search.cards import CourseCard, date_block, fee_text, place_text, when_text
from kmz.db import transaction
from tests.factories import make_course

THURSDAY = date(2027, 2, 18)


def weekly(count: int, *, first: date = THURSDAY) -> list[date]:
    return [first + timedelta(weeks=week) for week in range(count)]


@pytest.mark.parametrize(
    ("days", "times", "text"),
    [
        (weekly(12), {"18:30–20:00 Uhr"}, "Do 18:30–20:00 · 12 Termine"),
        (weekly(1), {"18:30–20:00 Uhr"}, "Do 18:30–20:00 · 1 Termin"),
        (weekly(12), {""}, "Do · 12 Termine"),
        (weekly(2), {"18:30–20:00 Uhr", "18:30–21:00 Uhr"}, "Do · 2 Termine"),
        ([THURSDAY, THURSDAY + timedelta(days=1)], {"10:00 Uhr"}, "Do/Fr 10:00 · 2 Termine"),
        ([], set(), ""),
    ],
)  # fmt: skip
def test_when(days: list[date], times: set[str], text: str) -> None:
    assert when_text(days, times) == text


def test_a_week_of_days_names_its_first_and_last() -> None:
    monday = date(2027, 2, 15)
    days = [monday + timedelta(days=day) for day in range(5)]
    assert when_text(days, {"09:00–16:00 Uhr"}) == "Mo–Fr 09:00–16:00 · 5 Termine"


@pytest.mark.parametrize(
    ("cents", "text"),
    [(9800, "98,00\N{NO-BREAK SPACE}€"), (0, "kostenlos"), (None, "auf Anfrage")],
)
def test_fee(cents: int | None, text: str) -> None:
    assert fee_text(cents) == text


@pytest.mark.parametrize(
    ("venue", "room", "course_format", "text"),
    [
        ("zib", "Raum 2.14", "onsite", "zib, Raum 2.14"),
        ("Ratssaal", "", "onsite", "Ratssaal"),
        ("zib", "Raum 2.14", "online", "Online"),
        ("", "", "onsite", ""),
    ],
)
def test_place(venue: str, room: str, course_format: str, text: str) -> None:
    assert place_text(venue, room, course_format) == text


def test_the_date_block() -> None:
    assert date_block(date(2027, 3, 7)) == ("07", "MÄR 2027")
    assert date_block(None) == ("–", "")


def card_of(course_id: int) -> CourseCard:
    catalog_search().refresh()
    card = catalog_search().card(course_id)
    assert card is not None
    return card


@pytest.mark.usefixtures("app")
def test_a_card_says_what_a_row_shows() -> None:
    course = make_course(
        title="Italienisch", subtitle="Aufbaukurs", number="271-4912", area_code="4.09",
        starts_on=THURSDAY, sessions=12, reduced_fee_cents=4900,
    )  # fmt: skip
    with transaction() as session:
        for position, name in enumerate(("Zweig", "Adler")):
            person = Instructor(title="Dr.", first_name="Kim", last_name=name)
            session.add(person)
            session.flush()
            session.add(
                CourseInstructor(course_id=course.id, instructor_id=person.id, position=position)
            )
    card = card_of(course.id)
    expected: dict[str, Any] = {
        "id": course.id,
        "slug": "271-4912",
        "number": "271-4912",
        "title": "Italienisch",
        "subtitle": "Aufbaukurs",
        "area_number": "4",
        "day_number": "18",
        "month": "FEB 2027",
        "starts_on": THURSDAY,
        "when": "Do 18:30–20:00 · 12 Termine",
        "instructors": "Dr. Kim Zweig, Dr. Kim Adler",
        "fee": "98,00\N{NO-BREAK SPACE}€",
        "reduced_fee": "ermäßigt 49,00\N{NO-BREAK SPACE}€",
    }
    assert {name: getattr(card, name) for name in expected} == expected
    assert card.area_line.startswith("Sprachen · ")


@pytest.mark.usefixtures("app")
def test_cancelled_sessions_are_not_counted_and_the_first_place_is_named() -> None:
    with transaction() as session:
        room = Room(name="Raum 1", venue=Venue(name="zib"))
        session.add(room)
    course = make_course(title="Yoga", starts_on=THURSDAY, sessions=0)
    with transaction() as session:
        for position, day in enumerate(weekly(3)):
            session.add(
                CourseSession(
                    course_id=course.id, position=position, day=day, room_id=room.id,
                    starts_at=clock.berlin_moment(day, 9), is_cancelled=position == 1,
                )
            )  # fmt: skip
    card = card_of(course.id)
    assert (card.when, card.place) == ("Do 09:00 · 2 Termine", "zib, Raum 1")
