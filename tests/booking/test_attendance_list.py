"""The Teilnehmerliste that the office prints for whoever leads a course (domain.md 1.13)."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from kmz import clock
from kmz.booking.models import Booking, BookingStatus
from kmz.booking.office.decisions import confirm_bookings
from kmz.catalog.models import Course
from kmz.clock import moved_by
from kmz.db import transaction
from tests.booking.test_decisions import make_booking
from tests.factories import make_course, make_staff
from tests.page import Browser
from tests.steps import log_in_staff


@pytest.fixture
def office(browser_: Browser) -> Browser:
    make_staff(email="buero@example.org")
    log_in_staff(browser_, "buero@example.org")
    return browser_


def make_attendee(course: Course, last_name: str, *, by: str = "chef@example.org") -> int:
    number = make_booking(course, last_name=last_name)
    with transaction() as session:
        session.execute(
            update(Booking).where(Booking.id == number).values(participant_last_name=last_name)
        )
    confirm_bookings([number], by=make_staff(email=by))
    return number


def address(course: Course) -> str:
    return f"/verwaltung/kurse/{course.id}/teilnehmerliste"


def test_it_names_who_is_booked_firmly_in_the_order_of_names(office: Browser) -> None:
    course = make_course()
    for number, name in enumerate(("Özdemir", "Zorn", "Adler")):
        make_attendee(course, name, by=f"chef{number}@example.org")
    text = office.open(address(course)).text
    assert text.index("Adler,") < text.index("Özdemir,") < text.index("Zorn,")
    assert "3 Personen" in text


def test_instructors_get_names_and_nothing_else(office: Browser) -> None:
    course = make_course()
    make_attendee(course, "Adler")
    text = office.open(address(course)).text
    assert "Adler," in text
    for private in ("@example.org", "01234", "12345", "€"):
        assert private not in text.replace("buero@example.org", "")


def test_who_is_not_booked_firmly_stands_apart(office: Browser) -> None:
    course = make_course()
    make_booking(course, last_name="Wartend")
    text = office.open(address(course)).text
    assert text.index("Noch ist niemand fest eingebucht") < text.index("Noch nicht eingebucht")


@pytest.mark.parametrize("status", [BookingStatus.CANCELLED_BY_CUSTOMER, BookingStatus.REJECTED])
def test_who_has_left_is_not_on_it(office: Browser, status: BookingStatus) -> None:
    course = make_course()
    number = make_attendee(course, "Gegangen")
    with transaction() as session:
        session.execute(update(Booking).where(Booking.id == number).values(status=status))
    assert "Gegangen" not in office.open(address(course)).text


def test_each_sheet_has_ten_days_and_the_next_session_chooses_it(browser_: Browser) -> None:
    course = make_course(starts_on=clock.today() + timedelta(days=1), sessions=12)
    make_attendee(course, "Adler")
    last = course.ends_on
    make_staff(email="buero@example.org")
    with moved_by(days=75):
        log_in_staff(browser_, "buero@example.org")
        text = browser_.open(address(course)).text
        assert "Blatt 2 von 2" in text
        assert f"{last:%d.%m.}" in text
        assert "Blatt 1 von 2" in browser_.open(f"{address(course)}?seite=1").text
        assert "Blatt 2 von 2" in browser_.open(f"{address(course)}?seite=99").text


def test_the_course_leads_to_it(office: Browser) -> None:
    course = make_course()
    assert office.open(f"/verwaltung/kurse/{course.id}").link("Teilnehmerliste") == address(course)


def test_finance_does_not_see_it(browser_: Browser) -> None:
    course = make_course()
    make_staff(email="kasse@example.org", role="finance")
    log_in_staff(browser_, "kasse@example.org")
    assert browser_.open(address(course)).status == 403
