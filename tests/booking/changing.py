"""Steps of stories about courses that change after somebody booked them."""

from dataclasses import replace
from datetime import timedelta

from icalendar import Calendar
from sqlalchemy import select, update

from kmz.booking.checkout.actions.book import book
from kmz.booking.checkout.actions.drafts import save_draft
from kmz.booking.checkout.drafted import DraftLine, fresh_content
from kmz.booking.models import BookingRequest, CourseChange
from kmz.booking.notices.actions import tell
from kmz.booking.rules import CartOwner, ParticipantName
from kmz.catalog.models import Course, CourseInstructor, CourseSession, Instructor, Room, Venue
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.booking.conftest import change
from tests.factories import (
    make_bank_account,
    make_customer,
    make_request,
    make_staff,
    make_terms,
)


def edited(course: Course, **fields: object) -> None:
    """As after every edit: the version is another."""
    db.session.rollback()
    version = db.session.get_one(Course, course.id).version
    change(course, version=version + 1, **fields)


def later(course: Course, minutes: int = 30) -> None:
    """All Termine begin and end later."""
    with transaction() as session:
        for row in session.scalars(
            select(CourseSession).where(CourseSession.course_id == course.id)
        ):
            assert row.starts_at is not None
            assert row.ends_at is not None
            row.starts_at += timedelta(minutes=minutes)
            row.ends_at += timedelta(minutes=minutes)
    edited(course)


def moved(course: Course, name: str = "Saal") -> None:
    """All Termine happen in another room."""
    with transaction() as session:
        room = Room(venue=Venue(name="Haus am Hafen", city="Musterstadt"), name=name)
        session.add(room)
        session.flush()
        rows = update(CourseSession).where(CourseSession.course_id == course.id)
        session.execute(rows.values(room_id=room.id))
    edited(course)


def taught_by(course: Course, last_name: str) -> None:
    with transaction() as session:
        person = Instructor(first_name="Mara", last_name=last_name)
        session.add(
            CourseInstructor(course_id=course.id, instructor=person, position=0),
        )
    edited(course)


def booked(*courses: Course, **person: str) -> BookingRequest:
    customer = make_customer(**person)
    make_bank_account(customer)
    return make_request(customer, *courses)


def booked_as_family(course: Course) -> None:
    """Andrea books for herself and for Mia."""
    customer = make_customer(email="andrea@example.org")
    make_bank_account(customer)
    owner = CartOwner(customer_id=customer.id)
    mia = DraftLine(course_id=course.id, person=ParticipantName("Mia", "Beispiel"))
    content = replace(
        fresh_content([course.id]),
        lines=(DraftLine(course_id=course.id), mia),
        is_ready=True,
        payment_method="none",
    )
    book(owner, save_draft(owner, content), make_terms(0))


def version_of(course: Course) -> int:
    db.session.rollback()
    return db.session.get_one(Course, course.id).version


def tell_all(course: Course, note: str = "") -> int | None:
    return tell(course.id, version=version_of(course), note=note, by=make_staff())


def letters() -> list[OutgoingMail]:
    db.session.rollback()
    query = select(OutgoingMail).where(OutgoingMail.kind == "M14").order_by(OutgoingMail.id)
    return list(db.session.scalars(query))


def open_courses() -> list[int]:
    db.session.rollback()
    return list(db.session.scalars(select(CourseChange.course_id)))


def sequences(letter: OutgoingMail) -> set[int]:
    calendar = Calendar.from_ical(letter.attachments[0]["text"])
    return {int(event["sequence"]) for event in calendar.walk("VEVENT")}
