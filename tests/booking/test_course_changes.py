"""Who booked learns of a change in the course (M14) when a person decides it, and exactly once."""

from datetime import timedelta
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.audit.models import AuditEntry
from kmz.booking.models import Booking, BookingEvent
from kmz.booking.notices import queries
from kmz.booking.notices.actions import notice_changes, tell, tell_nobody
from kmz.booking.office.decisions import cancel_course, confirm_bookings
from kmz.catalog.models import CourseSession
from kmz.db import db, transaction
from kmz.errors import RefusedError
from tests.booking.changing import (
    booked,
    booked_as_family,
    edited,
    later,
    letters,
    moved,
    open_courses,
    sequences,
    taught_by,
    tell_all,
    version_of,
)
from tests.booking.conftest import count_mails
from tests.booking.test_decisions import both_at_once
from tests.booking.test_guests import GUEST, booked_as_guest
from tests.factories import (
    make_course,
    make_customer,
    make_staff,
)
from tests.statements import counted_statements


def test_nothing_is_mailed_without_a_person_deciding(app: Flask) -> None:
    assert app
    course = make_course()
    booked(course)
    later(course)
    assert (notice_changes(), notice_changes()) == (1, 0)
    assert open_courses() == [course.id]
    assert count_mails("M14") == 0


def test_time_room_and_kursleitung_are_told_from_old_to_new(app: Flask) -> None:
    assert app
    course = make_course(sessions=1)
    booked(course)
    later(course)
    moved(course)
    taught_by(course, "Muster")
    lines = queries.compare(course.id).lines
    assert "18:30–20:00 Uhr → 19:00–20:30 Uhr" in lines[0]
    assert "offen → Haus am Hafen, Saal, Musterstadt" in lines[0]
    assert lines[1] == "Kursleitung: noch offen → Mara Muster"


def test_termine_that_move_fall_away_or_come_are_told(app: Flask) -> None:
    assert app
    course = make_course(sessions=2)
    booked(course)
    first = clock.today() + timedelta(days=30)
    last = first + timedelta(weeks=1)
    with transaction() as session:
        row = session.scalars(select(CourseSession).where(CourseSession.day == last)).one()
        row.is_cancelled = True
    edited(course)
    assert [line.split(":")[0] for line in queries.compare(course.id).lines] == ["entfällt"]
    with transaction() as session:
        row = session.scalars(select(CourseSession).where(CourseSession.day == first)).one()
        row.day = first + timedelta(days=1)
    edited(course)
    lines = queries.compare(course.id).lines
    assert f"{first:%d.%m.%Y}" in lines[0].split(" → ")[0]
    assert f"{first + timedelta(days=1):%d.%m.%Y}" in lines[0].split(" → ")[1]


def test_the_same_change_of_several_termine_is_one_line(app: Flask) -> None:
    assert app
    course = make_course(sessions=3)
    booked(course)
    later(course)
    first = clock.today() + timedelta(days=30)
    days = ", ".join(f"{first + timedelta(weeks=week):%d.%m.%Y}" for week in range(3))
    assert queries.compare(course.id).lines == [f"{days}: 18:30–20:00 Uhr → 19:00–20:30 Uhr"]


def test_an_edit_of_other_things_is_nothing_to_tell(app: Flask) -> None:
    assert app
    course = make_course()
    booked(course)
    edited(course, title="Anders", fee_cents=1)
    assert notice_changes() == 0
    assert queries.courses_to_compare() == []


def test_what_is_changed_back_is_nothing_to_decide(app: Flask) -> None:
    assert app
    course = make_course()
    booked(course)
    later(course)
    notice_changes()
    later(course, minutes=-30)
    notice_changes()
    assert open_courses() == []


def test_courses_without_living_bookings_are_left_out(app: Flask) -> None:
    assert app
    nobody, cancelled, over = make_course(), make_course(), make_course()
    booked(cancelled)
    booked(over)
    cancel_course(cancelled.id, reason="Zu wenige", by=make_staff())
    days = {"starts_on": clock.today() - timedelta(days=9)}
    for course in (nobody, cancelled, over):
        later(course)
    edited(over, **days, ends_on=clock.today() - timedelta(days=2))
    assert notice_changes() == 0


def test_a_booking_older_than_the_rule_starts_with_the_course_as_it_is(app: Flask) -> None:
    assert app
    course = make_course()
    booked(course)
    with transaction() as session:
        row = session.scalars(select(Booking)).one()
        row.agreed = {key: row.agreed[key] for key in row.agreed if key != "facts"}
        row.told_version = 0
    assert notice_changes() == 0
    later(course)
    assert notice_changes() == 1


def test_a_family_gets_one_mail_that_names_everybody(app: Flask) -> None:
    assert app
    course = make_course(fee_cents=0)
    booked_as_family(course)
    later(course)
    assert tell_all(course, note="Der Bus fährt dann auch.\nBis bald!") == 2
    (letter,) = letters()
    assert letter.recipient == "andrea@example.org"
    for told in ("Andrea Beispiel, Mia Beispiel", "→ 19:00–20:30 Uhr", "Der Bus fährt dann auch."):
        assert told in letter.text
    assert "Der Bus fährt dann auch." in letter.html
    assert letter.attachments[0]["text"].count("BEGIN:VEVENT") == 4


def test_the_calendar_rises_once_with_each_decision(app: Flask) -> None:
    assert app
    course = make_course()
    booked(course)
    for minutes in (30, 15):
        later(course, minutes)
        tell_all(course)
        tell_all(course)
    raised = list(db.session.scalars(select(Booking.sequence)))
    assert raised == [2]
    seen = [sequences(letter) for letter in letters()]
    assert all(len(one) == 1 for one in seen)
    assert all(max(one) < min(other) for one, other in pairwise(seen))


def test_the_timeline_and_the_audit_log_say_what_was_told(app: Flask) -> None:
    assert app
    course = make_course()
    booked(course)
    later(course)
    tell_all(course, note="Entschuldigung")
    event = db.session.scalars(
        select(BookingEvent).where(BookingEvent.status == "change_told")
    ).one()
    assert "19:00–20:30 Uhr" in event.reason
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "course.change_told")
    ).one()
    assert entry.object_id == course.id


def test_a_long_list_of_changes_fits_into_the_timeline(app: Flask) -> None:
    assert app
    course = make_course(sessions=40)
    booked(course)
    moved(course)
    assert tell_all(course) == 1
    told = db.session.scalars(
        select(BookingEvent.reason).where(BookingEvent.status == "change_told")
    ).one()
    assert len(told) <= 300
    assert told.endswith("…")


@pytest.mark.parametrize("status", ["requested", "confirmed"])
def test_requested_and_firm_bookings_are_told(app: Flask, status: str) -> None:
    assert app
    course = make_course()
    booked(course)
    if status == "confirmed":
        confirm_bookings(list(db.session.scalars(select(Booking.id))), by=make_staff())
    later(course)
    assert tell_all(course) == 1


def test_clicks_read_an_unchanged_course_once_and_a_changed_one_anew(app: Flask) -> None:
    assert app
    course = make_course(fee_cents=0)
    before = booked(course).bookings[0].agreed["facts"]
    with counted_statements() as asked:
        assert booked(course).bookings[0].agreed["facts"] == before
    assert not [one for one in asked if "FROM course_instructor" in one]
    later(course)
    after = booked(course).bookings[0].agreed["facts"]
    times = [[session[1] for session in one["sessions"]] for one in (before, after)]
    assert times[0] != times[1]


def test_who_booked_after_the_change_and_who_has_no_address_gets_no_mail(app: Flask) -> None:
    assert app
    course = make_course()
    booked(course, email="vorher@example.org")
    customer = booked(course).customer
    assert customer is not None
    with transaction() as session:
        session.merge(customer).email = ""
    later(course)
    booked(course, email="nachher@example.org")
    assert tell_all(course) == 2
    assert [letter.recipient for letter in letters()] == ["vorher@example.org"]


def test_a_guest_is_led_to_the_page_that_sends_a_link(app: Flask) -> None:
    assert app
    course = make_course()
    booked_as_guest(make_customer(), GUEST, course)
    later(course)
    tell_all(course)
    (letter,) = letters()
    assert letter.recipient == GUEST
    assert "http://localhost/buchung\n" in letter.text


def test_two_clerks_and_double_clicks_send_one_mail(app: Flask) -> None:
    course = make_course()
    booked(course)
    later(course)
    version, number = version_of(course), course.id
    both_at_once(app, *[lambda who: tell(number, version=version, note="", by=who)] * 3)
    assert count_mails("M14") == 1
    assert open_courses() == []


def test_nobody_is_told_of_a_change_that_was_not_shown(app: Flask) -> None:
    assert app
    course = make_course()
    booked(course)
    later(course)
    shown = version_of(course)
    later(course)
    with pytest.raises(RefusedError):
        tell(course.id, version=shown, note="", by=make_staff())
    with pytest.raises(RefusedError):
        tell_nobody(course.id, version=shown, reason="Egal", by=make_staff())
    assert count_mails("M14") == 0


def test_who_is_told_nothing_is_told_the_next_change_from_there(app: Flask) -> None:
    assert app
    course = make_course(sessions=1)
    booked(course)
    later(course)
    assert tell_nobody(course.id, version=version_of(course), reason="Telefon", by=make_staff())
    assert not tell_nobody(course.id, version=version_of(course), reason="Ach", by=make_staff())
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "course.change_not_told")
    ).one()
    assert "Telefon" in str(entry.details)
    assert notice_changes() == 0
    later(course)
    assert "19:00–20:30 Uhr → 19:30–21:00 Uhr" in queries.compare(course.id).lines[0]
