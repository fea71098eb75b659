"""The Kurserinnerung goes to whoever asked for it, once (M15)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from kmz import clock
from kmz.audit.actions import VISITOR
from kmz.audit.models import AuditEntry
from kmz.booking.models import SEAT_HOLDING, Booking, BookingRequest, BookingStatus
from kmz.booking.office.decisions import cancel_course, confirm_bookings
from kmz.booking.reminders.actions import send_reminders, set_reminders
from kmz.booking.rules import BookingOwner
from kmz.catalog.models import Course, CourseSession
from kmz.clock import moved_by
from kmz.db import db, transaction
from kmz.errors import NotFoundError
from kmz.mail.models import OutgoingMail
from tests.booking.changing import booked, booked_as_family
from tests.booking.conftest import change
from tests.booking.test_guests import booked_as_guest
from tests.factories import make_course, make_customer, make_staff
from tests.page import Browser
from tests.steps import log_in

pytestmark = pytest.mark.usefixtures("noon")
DAYS = 2


def course_in(days: int, **fields: object) -> Course:
    return make_course(starts_on=clock.today() + timedelta(days=days), **fields)


def bookings() -> list[Booking]:
    db.session.rollback()
    return list(db.session.scalars(select(Booking).order_by(Booking.id)))


def confirm_all() -> None:
    confirm_bookings([one.id for one in bookings()], by=make_staff(email="chef@example.org"))


def ask(*, wanted: bool = True) -> None:
    """Everybody asks for reminders, or for none any more."""
    for one in bookings():
        customer = BookingOwner(customer_id=one.customer_id)
        set_reminders(customer, one.id, wanted=wanted, by=VISITOR)


def firmly(*courses: Course) -> None:
    """Somebody has a seat in each and asked to be reminded."""
    booked(*courses)
    confirm_all()
    ask()


def reminded(*, after: int = 8) -> list[OutgoingMail]:
    """The mails after the job ran so many days later."""
    with moved_by(days=after):
        send_reminders(days=DAYS)
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M15")))


def test_nobody_is_reminded_who_has_not_asked(app: Flask) -> None:
    assert app
    booked(course_in(10))
    confirm_all()
    assert reminded() == []


def test_who_asked_is_told_when_and_where_two_days_before(app: Flask) -> None:
    assert app
    course = course_in(10, notes_html="<p>Bitte <strong>Matte</strong> mitbringen.</p>")
    firmly(course)
    assert reminded(after=7) == []
    (mail,) = reminded()
    assert course.title in mail.subject
    assert "18:30" in mail.text
    assert "Bitte Matte mitbringen." in mail.text
    assert "/konto/anmeldungen" in mail.text


def test_a_family_gets_one_mail_that_names_everybody(app: Flask) -> None:
    assert app
    booked_as_family(course_in(10, fee_cents=0))
    confirm_all()
    ask()
    (mail,) = reminded()
    assert "Mia Beispiel" in mail.text
    assert len([one for one in bookings() if one.reminded_at]) == 2


def test_every_course_has_its_own_reminder(app: Flask) -> None:
    assert app
    firmly(course_in(10), course_in(10))
    assert len(reminded()) == 2


def test_two_workers_remind_once(app: Flask) -> None:
    firmly(course_in(10))
    db.session.remove()

    def work(_: int) -> None:
        with app.app_context():
            send_reminders(days=DAYS)

    with moved_by(days=8), ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert len(reminded()) == 1


@pytest.mark.parametrize("status", [one for one in BookingStatus if one != BookingStatus.CONFIRMED])
def test_only_firm_bookings_are_reminded(app: Flask, status: BookingStatus) -> None:
    assert app
    firmly(course_in(10))
    with transaction() as session:
        session.execute(update(Booking).values(status=status))
    assert reminded() == []


def test_a_cancelled_course_is_not_reminded_of(app: Flask) -> None:
    assert app
    course = course_in(10)
    firmly(course)
    cancel_course(course.id, reason="krank", by=make_staff())
    assert reminded() == []


def test_a_course_that_was_moved_is_reminded_of_at_its_new_day(app: Flask) -> None:
    assert app
    course = course_in(10)
    firmly(course)
    with transaction() as session:
        for row in session.scalars(select(CourseSession)):
            row.day += timedelta(days=10)
    change(course, starts_on=clock.today() + timedelta(days=20))
    assert reminded() == []
    assert len(reminded(after=18)) == 1


def test_who_was_booked_late_has_the_confirmation_fresh(app: Flask) -> None:
    assert app
    firmly(course_in(2))
    assert reminded(after=1) == []


def test_who_wants_no_more_reminders_gets_none(app: Flask) -> None:
    assert app
    firmly(course_in(10))
    ask(wanted=False)
    assert reminded() == []


def test_nobody_is_woken_by_a_reminder(app: Flask) -> None:
    assert app
    firmly(course_in(10))
    with moved_by(hours=12):
        assert reminded() == []
    assert len(reminded()) == 1


def test_a_first_session_that_was_called_off_does_not_count(app: Flask) -> None:
    assert app
    course = course_in(10)
    firmly(course)
    with transaction() as session:
        first = update(CourseSession).where(
            CourseSession.course_id == course.id, CourseSession.position == 0
        )
        session.execute(first.values(is_cancelled=True))
    assert reminded() == []
    assert len(reminded(after=15)) == 1


def test_no_reminders_where_the_house_wants_none(app: Flask) -> None:
    assert app
    firmly(course_in(2))
    assert send_reminders(days=0) == 0


def test_the_button_is_on_the_page_of_the_booking_and_twice_is_once(browser_: Browser) -> None:
    booked(course_in(10), email="andrea@example.org")
    confirm_all()
    log_in(browser_, "andrea@example.org")
    number = bookings()[0].id
    page = browser_.open(f"/konto/anmeldungen/{number}")
    assert "Auf Wunsch erinnern wir Sie 2 Tage vor Beginn" in page.text
    assert "Wir erinnern Sie per E-Mail." in browser_.submit("Erinnern Sie mich").text
    assert db.session.scalar(select(BookingRequest.reminders_since)) is not None
    page = browser_.submit("Nicht mehr erinnern")
    assert "Wir erinnern Sie nicht mehr." in page.text
    actions = db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert [one for one in actions if "reminders" in one] == [
        "booking.reminders_on",
        "booking.reminders_off",
    ]


def test_nobody_changes_another_persons_reminders(app: Flask) -> None:
    assert app
    booked(course_in(10))
    stranger = make_customer(email="fremd@example.org")
    owner = BookingOwner(customer_id=stranger.id)
    with pytest.raises(NotFoundError):
        set_reminders(owner, bookings()[0].id, wanted=True, by=stranger)
    assert bookings()[0].status in SEAT_HOLDING
    assert db.session.scalar(select(BookingRequest.reminders_since)) is None


def test_guests_have_the_button_behind_their_link(browser_: Browser) -> None:
    booked_as_guest(make_customer(), "gast@example.org", course_in(10), link="erster-link")
    confirm_all()
    browser_.open("/buchung/erster-link")
    assert "Wir erinnern Sie per E-Mail." in browser_.submit("Erinnern Sie mich").text
    (mail,) = reminded()
    assert mail.recipient == "gast@example.org"
    assert "/buchung" in mail.text
