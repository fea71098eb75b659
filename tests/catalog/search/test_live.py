"""Seats and states beside the cards are those of this moment."""

from datetime import timedelta

import pytest

from kmz import clock
from kmz.catalog.models import Course
from kmz.catalog.rules import CourseAvailability, availability
from kmz.catalog.search.live import live_states
from kmz.db import db, transaction
from tests.factories import make_course

pytestmark = pytest.mark.usefixtures("app")


def test_a_seat_just_taken_shows() -> None:
    course = make_course(max_participants=3)
    assert live_states([course.id])[course.id].code is CourseAvailability.FREE
    with transaction() as session:
        session.get_one(Course, course.id).seats_taken = 3
    assert live_states([course.id])[course.id].code is CourseAvailability.FULL


def test_a_course_that_was_withdrawn_is_missing() -> None:
    shown, hidden = make_course(), make_course(published_at=None)
    assert live_states([shown.id, hidden.id, 999_999]).keys() == {shown.id}


def test_a_whole_page_costs_one_query() -> None:
    ids = [make_course().id for _ in range(5)]
    statements: list[str] = []
    db.event.listen(
        db.engine, "before_cursor_execute", lambda *event: statements.append(str(event[2]))
    )
    assert len(live_states(ids)) == 5
    assert len(statements) == 1
    assert live_states([]) == {}
    assert len(statements) == 1


def test_the_light_row_and_the_whole_course_agree() -> None:
    now = clock.now()
    courses = [
        make_course(),
        make_course(max_participants=0),
        make_course(fee_cents=None),
        make_course(seats_taken=4, external_participants=5),
        make_course(seats_taken=4, external_participants=9, waitlist_open=True),
        make_course(starts_on=clock.today() - timedelta(days=1), late_entry=True),
        make_course(cancelled_at=now),
        make_course(booking_opens_at=now + timedelta(days=1)),
    ]
    states = live_states([course.id for course in courses])
    assert states == {course.id: availability(course, now=clock.now()) for course in courses}
    assert len({state.code for state in states.values()}) == 7
