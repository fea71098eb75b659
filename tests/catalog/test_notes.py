"""What a note remembers, and which changes it tells (U40)."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmz import clock
from kmz.catalog import notes
from kmz.catalog.models import Course, CourseSession, Room
from kmz.catalog.notes import Note
from kmz.catalog.rules import Availability, CourseAvailability

DAY = date(2027, 2, 18)


def session(
    day: date = DAY, hour: int = 18, place: int | None = 1, *, is_cancelled: bool = False
) -> CourseSession:
    return CourseSession(
        day=day,
        starts_at=clock.berlin_moment(day, hour),
        ends_at=clock.berlin_moment(day, hour + 2),
        room=None if place is None else Room(venue_id=place, name="Raum"),
        is_cancelled=is_cancelled,
    )


def said(before: list[CourseSession], now: list[CourseSession], state: str = "free") -> list[str]:
    note = Note(1, state, notes.fingerprint(before))
    return [change.text for change in notes.changes_since(note, Course(sessions=now), light(state))]


def light(code: str) -> Availability:
    return Availability(CourseAvailability(code), "", "", bookable=False)


def told(before: str, now: str) -> list[str]:
    found = notes.changes_since(Note(1, before), Course(sessions=[]), light(now))
    return [change.code for change in found]


@pytest.mark.parametrize(
    ("before", "now", "code"),
    [
        ("free", "few", "few"),
        ("free", "full", "full"),
        ("few", "waitlist", "full"),
        ("full", "free", "free"),
        ("waitlist", "few", "free"),
        ("not_open_yet", "free", "opened"),
        ("free", "cancelled", "cancelled"),
        ("full", "cancelled", "cancelled"),
    ],
)
def test_what_a_person_should_know_is_told(before: str, now: str, code: str) -> None:
    assert told(before, now) == [code]


@pytest.mark.parametrize(
    ("before", "now"),
    [("free", "free"), ("few", "free"), ("full", "waitlist"), ("", "full"), ("free", "running")],
)
def test_what_is_no_news_is_not_told(before: str, now: str) -> None:
    assert told(before, now) == []


def test_other_days_times_and_places_are_told_apart() -> None:
    later = date(2027, 3, 4)
    assert said([session()], [session()]) == []
    assert said([session()], [session(hour=19)]) == ["Verlegt: neue Uhrzeiten"]
    assert said([session()], [session(place=2)]) == ["Verlegt: neue Orte"]
    assert said([session()], [session(later)]) == ["Verlegt: neue Termine"]
    assert said([session()], [session(later, place=2)]) == ["Verlegt: neue Termine und Orte"]


def test_a_session_that_was_called_off_is_a_change_and_the_order_is_none() -> None:
    other = date(2027, 2, 25)
    both = [session(), session(other)]
    assert said(both, list(reversed(both))) == []
    off = [session(), session(other, is_cancelled=True)]
    assert said(both, off) == ["Verlegt: neue Termine"]
    assert said([], [session()]) == ["Verlegt: neue Termine und Orte"]


def test_nobody_is_told_that_a_cancelled_course_moved() -> None:
    note = Note(1, "free", notes.fingerprint([session()]))
    found = notes.changes_since(note, Course(sessions=[]), light("cancelled"))
    assert [change.code for change in found] == ["cancelled"]


def test_without_a_memory_nothing_has_changed() -> None:
    course = Course(sessions=[session()])
    assert notes.changes_since(Note(1), course, light("full")) == []


def test_fifty_notes_fit_into_a_cookie() -> None:
    longest = max(CourseAvailability, key=len)
    mark = notes.fingerprint([session()])
    many = [Note(999_999_000 + number, longest, mark) for number in range(notes.MAX_VISITOR)]
    text = notes.written(many)
    assert notes.read(text) == many
    assert len(text) * 4 / 3 + 100 < 4000


@given(st.text(max_size=200))
def test_nonsense_is_an_empty_list(text: str) -> None:
    for note in notes.read(text):
        assert isinstance(note.course_id, int)
    assert len(notes.shared_ids(text)) <= notes.MAX_SHARED


def test_a_shared_link_names_each_course_once_and_fifty_at_most() -> None:
    assert notes.shared_ids("12-57-12-x--1e3-²-7") == [12, 57, 7]
    assert len(notes.shared_ids("-".join(str(number) for number in range(99)))) == 50


def test_a_note_is_made_of_the_course_as_it_is() -> None:
    note = notes.note_of(Course(id=3, sessions=[session()]), light("free"))
    assert (note.course_id, note.state) == (3, "free")
    assert len(note.sessions) <= 64
