"""Saving, publishing and cancelling courses, below the pages."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import StaffUser
from kmz.audit.models import AuditEntry
from kmz.catalog.actions import courses as actions
from kmz.catalog.course_data import CourseData, NewPlace, SessionData
from kmz.catalog.models import CatalogVersion, Course, Instructor, Venue
from kmz.catalog.queries import get_course
from kmz.db import db, transaction
from kmz.errors import NotFoundError, RefusedError
from tests.factories import area, make_course, make_staff

FIRST = date(2027, 2, 1)


@pytest.fixture
def staff(app: Flask) -> StaffUser:
    assert app
    return make_staff()


def course_data(number: str = "271-1", **changes: Any) -> CourseData:
    plain = {
        "number": number,
        "kind": "course",
        "title": "Korbflechten",
        "min_participants": 4,
        "max_participants": 8,
        "fee_cents": 8470,
        "reduced_fee_cents": None,
    }
    values: dict[str, Any] = {
        "description": "<p>Text</p>",
        "notes": "",
        "sessions": [session_on(FIRST)],
        "instructors": ["Mia Muster"],
        **changes,
    }
    plain |= values.pop("plain", {})
    return CourseData(number=number, plain_fields=plain, **values)


def session_on(day: date, hour: int = 18) -> SessionData:
    starts, ends = clock.berlin_moment(day, hour), clock.berlin_moment(day, hour + 1, 30)
    return SessionData(day, starts, ends, None)


def create(staff: StaffUser, number: str = "271-1", **changes: Any) -> int:
    data = course_data(number, **changes)
    return actions.save_course(data, course_id=None, version=None, by=staff).id


def change(staff: StaffUser, course_id: int, number: str = "271-1", **changes: Any) -> Course:
    version = get_course(course_id).version
    data = course_data(number, **changes)
    actions.save_course(data, course_id=course_id, version=version, by=staff)
    db.session.rollback()
    return get_course(course_id)


def audited() -> list[tuple[str, Any]]:
    entries = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    return [(entry.action, entry.details.get("fields")) for entry in entries]


def catalog_version() -> int:
    db.session.rollback()
    return db.session.scalar(select(CatalogVersion.number)) or 0


def test_every_change_is_audited_and_told_to_the_search(staff: StaffUser) -> None:
    area_id = area("4").id
    before = catalog_version()
    course_id = create(staff, plain={"program_area_id": area_id})
    change(staff, course_id, plain={"title": "Körbe"}, instructors=["Bo Beispiel"])
    actions.publish_course(course_id, by=staff)
    actions.publish_course(course_id, by=staff)
    actions.unpublish_course(course_id, by=staff)
    actions.unpublish_course(course_id, by=staff)
    with transaction() as session:
        actions.mark_cancelled(session, course_id, reason="Zu wenige", by=staff)
    assert catalog_version() == before + 5
    names = [name for name, _ in audited()]
    assert names == [f"course.{verb}" for verb in
                     ("created", "changed", "published", "unpublished", "cancelled")]  # fmt: skip
    assert sorted(audited()[1][1]) == ["instructors", "title"]


def test_a_course_is_cancelled_once(staff: StaffUser) -> None:
    course_id = create(staff)
    with transaction() as session:
        actions.mark_cancelled(session, course_id, reason="Zu wenige", by=staff)
    with pytest.raises(RefusedError, match=r"course\.cancelled"), transaction() as session:
        actions.mark_cancelled(session, course_id, reason="Noch einmal", by=staff)
    db.session.rollback()
    assert get_course(course_id).cancellation_reason == "Zu wenige"


def test_html_is_sanitised_when_it_is_saved(staff: StaffUser) -> None:
    evil = '<p onclick="x">Text</p><script>alert(1)</script><a href="javascript:x">Link</a>'
    course = get_course(create(staff, description=evil, notes=evil))
    for html in (course.description_html, course.notes_html):
        assert html == "<p>Text</p>Link"


@pytest.mark.parametrize("number", ["271-1", "271-A", "271-a"])
def test_a_number_is_given_once_however_it_is_cased(staff: StaffUser, number: str) -> None:
    create(staff, "271-1")
    create(staff, "271-A")
    with pytest.raises(RefusedError, match=r"number\.taken"):
        create(staff, number)


def test_a_number_of_an_imported_course_is_taken_too(staff: StaffUser) -> None:
    imported = make_course(number="Re1.006-H")
    with transaction() as session:
        session.get_one(Course, imported.id).slug = "re1-006-h-2f9c"
    with pytest.raises(RefusedError, match=r"number\.taken"):
        create(staff, "RE1.006-H")


def test_an_imported_course_keeps_its_address(staff: StaffUser) -> None:
    imported = make_course(number="271-5")
    with transaction() as session:
        session.get_one(Course, imported.id).slug = "271-5-2f9c"
    assert change(staff, imported.id, "271-5").slug == "271-5-2f9c"
    assert change(staff, imported.id, "271-6").slug == "271-5-2f9c"
    own = create(staff, "271-7")
    assert change(staff, own, "271-8").slug == "271-8"


def test_people_are_found_by_their_whole_names(staff: StaffUser) -> None:
    with transaction() as session:
        session.add_all(
            [
                Instructor(title="Dr.", first_name="Emil", last_name="Beispiel"),
                Instructor(title="", first_name="Ida", last_name="van der Muster"),
            ]
        )
    names = ["Dr. Emil Beispiel", "Ida van der Muster", "Prof. Dr. Neu Ling", "Madonna"]
    course = get_course(create(staff, instructors=names))
    assert [link.instructor.full_name for link in course.instructor_links] == names
    people = {p.last_name: (p.title, p.first_name) for p in db.session.scalars(select(Instructor))}
    assert people == {
        "Beispiel": ("Dr.", "Emil"),
        "van der Muster": ("", "Ida"),
        "Ling": ("Prof. Dr.", "Neu"),
        "Madonna": ("", ""),
    }


def test_a_place_is_made_once(staff: StaffUser) -> None:
    bare = NewPlace("Werkhof", "", "", "", "Saal")
    full = NewPlace("Werkhof", "Hafenweg 7", "12345", "Musterstadt", "Saal")
    for number, place in enumerate((bare, bare, full, full)):
        create(staff, f"271-{number}", new_place=place)
    venues = [(venue.name, venue.street) for venue in db.session.scalars(select(Venue))]
    assert sorted(venues) == [("Werkhof", ""), ("Werkhof", "Hafenweg 7")]


def test_sessions_stand_in_time_and_keep_what_was_called_off(staff: StaffUser) -> None:
    days = [FIRST + timedelta(weeks=week) for week in range(3)]
    course_id = create(staff, sessions=[session_on(day) for day in reversed(days)])
    with transaction() as session:
        course = session.get_one(Course, course_id)
        session.refresh(course, ["sessions"])
        course.sessions[1].is_cancelled = True
    later = [*days, days[-1] + timedelta(weeks=1)]
    course = change(staff, course_id, sessions=[session_on(day) for day in later])
    assert [entry.day for entry in course.sessions] == later
    assert [entry.is_cancelled for entry in course.sessions] == [False, True, False, False]
    assert (course.starts_on, course.ends_on) == (later[0], later[-1])
    course = change(staff, course_id, sessions=[])
    assert (course.starts_on, course.ends_on) == (None, None)


def test_a_maximum_below_the_bookings_needs_a_word(staff: StaffUser) -> None:
    course_id = make_course(number="271-1", seats_taken=6, external_participants=1).id
    with pytest.raises(RefusedError, match=r"seats\.below_taken"):
        change(staff, course_id, plain={"max_participants": 6})
    assert get_course(course_id).max_participants == 10
    course = change(staff, course_id, plain={"max_participants": 6}, accepts_overbooking=True)
    assert course.max_participants == 6
    assert change(staff, course_id, plain={"max_participants": 6}).seats_taken == 6
    assert change(staff, course_id, plain={"max_participants": 7}).max_participants == 7


def test_the_second_of_two_editors_changes_nothing(staff: StaffUser) -> None:
    course_id = create(staff)
    seen = get_course(course_id).version
    change(staff, course_id, plain={"title": "Zuerst"})
    for version in (seen, None, 0, 10**8):
        with pytest.raises(RefusedError, match=r"course\.changed"):
            actions.save_course(course_data(), course_id=course_id, version=version, by=staff)
    db.session.rollback()
    assert get_course(course_id).title == "Zuerst"


def test_a_course_that_is_not_there_cannot_be_changed(staff: StaffUser) -> None:
    with pytest.raises(NotFoundError):
        actions.save_course(course_data(), course_id=4711, version=1, by=staff)
    with pytest.raises(NotFoundError):
        actions.publish_course(4711, by=staff)


def test_a_concession_without_an_amount_is_kept(staff: StaffUser) -> None:
    course_id = make_course(number="271-1", concession_allowed=True).id
    assert change(staff, course_id).concession_allowed
    assert change(staff, course_id, plain={"reduced_fee_cents": 4000}).concession_allowed
    assert not change(staff, course_id).concession_allowed
