"""A course that its feed calls off: the office ends the bookings, nobody pays, nobody comes in."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.booking.leaving.queries import cancellation_cost, terms_by_policy
from kmz.booking.models import Booking
from kmz.booking.office.decisions import cancel_course, confirm_bookings
from kmz.catalog.models import Course
from kmz.db import db
from kmz.errors import RefusedError
from tests.booking.conftest import change, count_mails, seats_taken
from tests.factories import make_course, make_request, make_staff
from tests.page import Browser
from tests.steps import log_in_staff


@pytest.fixture
def course(app: Flask) -> Course:
    assert app
    return make_course(fee_cents=9800, starts_on=clock.today() + timedelta(days=3))


def statuses() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Booking.status).order_by(Booking.id)))


def test_the_office_ends_what_a_feed_called_off(
    customer: CustomerAccount, course: Course, browser_: Browser
) -> None:
    make_request(customer, course)
    change(course, cancelled_at=clock.now())
    staff = make_staff()
    log_in_staff(browser_, staff.email)
    browser_.open(f"/verwaltung/kurse/{course.id}")
    browser_.click("Kurs absagen")
    browser_.submit("Kurs absagen", reason="Die Kursleitung ist erkrankt.")
    assert (statuses(), count_mails("M13"), seats_taken(course)) == (
        ["cancelled_by_provider"],
        1,
        0,
    )
    assert "Kurs absagen" not in browser_.open(f"/verwaltung/kurse/{course.id}").text
    with pytest.raises(RefusedError):
        cancel_course(course.id, reason="Noch einmal", by=staff)


def test_leaving_a_course_that_was_called_off_costs_nothing(
    customer: CustomerAccount, course: Course
) -> None:
    number = make_request(customer, course).bookings[0].id
    confirm_bookings([number], by=make_staff())
    booking = db.session.get_one(Booking, number)
    assert cancellation_cost(booking, terms_by_policy()) > 0
    change(course, cancelled_at=clock.now())
    db.session.expire_all()
    assert cancellation_cost(booking, terms_by_policy()) == 0


def test_nobody_is_booked_into_a_course_that_was_called_off(
    customer: CustomerAccount, course: Course
) -> None:
    number = make_request(customer, course).bookings[0].id
    other = make_request(customer, make_course()).bookings[0].id
    change(course, cancelled_at=clock.now())
    confirm_bookings([number, other], by=make_staff())
    assert (statuses(), count_mails("M09")) == (["requested", "confirmed"], 1)
