"""What stories about the Warteliste do again and again."""

from sqlalchemy import func, select

from kmz.accounts.models import CustomerAccount
from kmz.booking import rules
from kmz.booking.models import SeatHold, WaitlistEntry, WaitlistStatus
from kmz.booking.rules import ParticipantName
from kmz.booking.seats.taking import give_seat_back
from kmz.booking.waitlist.actions import joining as waitlist
from kmz.booking.waitlist.problems import Waiting
from kmz.catalog.models import Course
from kmz.db import db, transaction
from tests.factories import make_course, make_customer
from tests.page import Browser, Page

MOST = 30


def make_full_course(**fields: object) -> Course:
    """A course of two seats, both taken, with a Warteliste."""
    values = {"max_participants": 2, "seats_taken": 2, "waitlist_open": True, **fields}
    return make_course(**values)


def person_of(customer: CustomerAccount, first_name: str | None = None) -> Waiting:
    """The customer, or somebody of the family."""
    name = ParticipantName(first_name or customer.first_name, customer.last_name)
    return Waiting(name, rules.participant_key(customer.id, name))


def wish(course_ids: list[int], *people: Waiting, most: int = MOST) -> waitlist.Wish:
    return waitlist.Wish(course_ids=course_ids, people=people, most=most)


def wait_for(*courses: Course, customer: CustomerAccount | None = None) -> CustomerAccount:
    """A customer waits, for one of several courses where they are more."""
    customer = customer or make_customer()
    ids = [course.id for course in courses]
    waitlist.join(wish(ids, person_of(customer)), customer=customer)
    return customer


def join_as_guest(browser: Browser, course: Course, email: str, **fields: str) -> Page:
    """Fill in the form of a guest; what is shown after it."""
    browser.open(f"/kurs/{course.slug}/warteliste")
    typed = {"first_name": "Nora", "last_name": "Neu", "email": email, **fields}
    return browser.submit("Auf die Warteliste setzen", **typed)


def entries(course: Course | None = None) -> list[WaitlistEntry]:
    """All entries as they are now, in their order."""
    db.session.rollback()
    query = select(WaitlistEntry).order_by(WaitlistEntry.id)
    if course is not None:
        query = query.where(WaitlistEntry.course_id == course.id)
    return list(db.session.scalars(query))


def states(course: Course) -> list[str]:
    """How those who wait or waited for a course stand, in their order."""
    return [entry.status for entry in entries(course)]


def free_a_seat(course: Course, count: int = 1) -> None:
    """Somebody leaves the course."""
    with transaction() as session:
        for _ in range(count):
            give_seat_back(session, course.id)


def counters(course: Course) -> tuple[int, int, int]:
    """Taken, held, waiting."""
    db.session.rollback()
    row = db.session.execute(
        select(Course.seats_taken, Course.seats_held, Course.seats_waiting).where(
            Course.id == course.id
        )
    ).one()
    return row[0], row[1], row[2]


def assert_sums(course: Course) -> None:
    """The counters are what the rows say, and no seat is promised twice."""
    taken, held, waiting = counters(course)
    holds = select(func.coalesce(func.sum(SeatHold.seats), 0)).where(
        SeatHold.course_id == course.id
    )
    on_list = [entry.status for entry in entries(course)]
    assert held == db.session.scalar(holds)
    assert held == on_list.count(WaitlistStatus.OFFERED)
    assert waiting == on_list.count(WaitlistStatus.WAITING)
    limit = db.session.get_one(Course, course.id).max_participants
    assert taken + held <= limit
