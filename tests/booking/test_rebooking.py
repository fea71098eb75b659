"""Umbuchung: out of one course and into its parallel course, both or neither."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.booking.leaving.actions.cancelling import cancel_bookings
from kmz.booking.leaving.actions.refunds import finish_refund
from kmz.booking.models import (
    Booking,
    BookingRequest,
    BookingStatus,
    ConcessionReason,
    Refund,
)
from kmz.booking.office.decisions import confirm_bookings
from kmz.booking.rebooking.actions import Click, rebook
from kmz.booking.rules import BookingOwner
from kmz.catalog.models import Course, Semester
from kmz.db import db, transaction
from kmz.errors import RefusedError
from kmz.mail.models import OutgoingMail
from tests.booking.conftest import Buyer, change, count_mails, seats_taken
from tests.booking.waiting import wait_for
from tests.factories import make_course, make_request, make_staff
from tests.page import Browser
from tests.steps import log_in_staff

THREADS = 8


@pytest.fixture
def parallel(app: Flask) -> tuple[Course, Course]:
    """Two courses of one semester with one title."""
    return course_like(), course_like()


def course_like(**fields: Any) -> Course:
    code = "271"
    with transaction() as session:
        semester = session.scalar(select(Semester).where(Semester.code == code))
        if semester is None:
            semester = Semester(code=code, name="Frühjahr/Sommer 2027")
            session.add(semester)
            session.flush()
        number = semester.id
    return make_course(title="Italienisch A1", semester_id=number, **fields)


def booked(customer: CustomerAccount, course: Course, *, firm: bool = True, paid: int = 0) -> int:
    number = make_request(customer, course).bookings[0].id
    if firm:
        confirm_bookings([number], by=make_staff())
    with transaction() as session:
        session.get_one(Booking, number).paid_cents = paid
    return number


def row(number: int) -> Booking:
    db.session.rollback()
    return db.session.get_one(Booking, number)


def move_to(customer: CustomerAccount, number: int, course: Course, cents: int = 9800) -> int:
    return rebook(BookingOwner(customer.id), click(number, course.id, cents), by=customer)


def click(number: int, course_id: int, cents: int = 9800) -> Click:
    return Click(booking_id=number, course_id=course_id, shown_cents=cents, before_proof="full")


def test_the_booking_moves_with_its_state_and_everybody_is_told_once(
    buyer: Buyer, parallel: tuple[Course, Course]
) -> None:
    one, other = parallel
    number = booked(buyer.customer, one)
    buyer.browser.open(f"/konto/anmeldungen/{number}")
    page = buyer.browser.click("In einen Parallelkurs umbuchen")
    assert other.number in page.text
    assert "wie bisher" in page.text
    done = buyer.browser.submit("Verbindlich umbuchen", course=str(other.id))
    assert "umgebucht" in done.text
    old = row(number)
    assert old.rebooked_to_id is not None
    new = row(old.rebooked_to_id)
    assert (old.status, old.fee_cents) == (BookingStatus.REBOOKED, 0)
    assert (new.status, new.fee_cents, new.course_id) == ("confirmed", 9800, other.id)
    assert (new.request_id, new.agreed["number"]) == (old.request_id, other.number)
    assert (seats_taken(one), seats_taken(other), count_mails("M34")) == (0, 1, 1)
    told = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M34")).one()
    assert "Widerrufsbelehrung" in told.text
    assert other.number in told.text


def test_a_second_click_gives_the_same_booking(
    buyer: Buyer, parallel: tuple[Course, Course]
) -> None:
    one, other = parallel
    number = booked(buyer.customer, one)
    new = move_to(buyer.customer, number, other)
    assert move_to(buyer.customer, number, other) == new
    assert (seats_taken(other), count_mails("M34")) == (1, 1)


def test_what_is_not_decided_yet_stays_a_request(
    buyer: Buyer, parallel: tuple[Course, Course]
) -> None:
    one, other = parallel
    asked = row(booked(buyer.customer, one, firm=False))
    new = row(move_to(buyer.customer, asked.id, other))
    assert (new.status, new.confirmed_at, new.due_on) == ("requested", None, None)
    assert new.requested_at == asked.requested_at
    told = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M34")).one()
    assert "Widerrufsbelehrung" not in told.text


def test_what_was_paid_too_much_goes_back(buyer: Buyer) -> None:
    one, cheaper = course_like(), course_like(fee_cents=8000)
    number = booked(buyer.customer, one, paid=9800)
    new = row(move_to(buyer.customer, number, cheaper, 8000))
    refund = db.session.scalars(select(Refund)).one()
    assert (refund.booking_id, refund.amount_cents, refund.cause) == (new.id, 1800, "rebooking")
    assert (new.paid_cents, new.fee_cents, row(number).paid_cents) == (9800, 8000, 0)


def test_what_goes_back_already_is_not_paid_back_twice(buyer: Buyer) -> None:
    one, cheaper, third = course_like(), course_like(fee_cents=8000), course_like(fee_cents=8000)
    first = booked(buyer.customer, one, paid=9800)
    second = move_to(buyer.customer, first, cheaper, 8000)
    new = move_to(buyer.customer, second, third, 8000)
    assert [(one.booking_id, one.amount_cents) for one in refunds()] == [(new, 1800)]
    cancel_bookings(BookingOwner(buyer.customer.id), {new: 0}, by=buyer.customer)
    assert [one.amount_cents for one in refunds()] == [1800, 8000]
    for refund in refunds():
        assert finish_refund(refund.id, by=make_staff(role="finance"))
    assert [row(number).paid_cents for number in (first, second, new)] == [0, 0, 0]


def refunds() -> list[Refund]:
    db.session.rollback()
    return list(db.session.scalars(select(Refund).order_by(Refund.id)))


def test_a_reduction_that_was_shown_to_be_right_stays_so(buyer: Buyer) -> None:
    one, other = (
        course_like(concession_allowed=True, reduced_fee_cents=cents) for cents in (7000, 6000)
    )
    number = booked(buyer.customer, one)
    with transaction() as session:
        reason = ConcessionReason(code="student", label="Studierende", percent=50)
        session.add(reason)
        session.flush()
        seen = session.get_one(Booking, number)
        seen.concession_reason_id, seen.fee_cents = reason.id, 7000
        seen.concession_status, seen.concession_fee_cents = "verified", 7000
    new = row(move_to(buyer.customer, number, other, 6000))
    assert (new.fee_cents, new.concession_fee_cents) == (6000, 6000)
    assert new.concession_status == "verified"


def test_a_dearer_course_needs_the_office(buyer: Buyer) -> None:
    one, dearer = course_like(), course_like(fee_cents=12000)
    number = booked(buyer.customer, one)
    page = buyer.browser.open(f"/konto/anmeldungen/{number}/umbuchung")
    assert "kostet 22,00" in page.text
    with pytest.raises(RefusedError, match=r"rebooking\.dearer"):
        move_to(buyer.customer, number, dearer, 12000)
    assert (row(number).status, seats_taken(dearer)) == ("confirmed", 0)


def test_a_price_that_changed_meanwhile_changes_nothing(
    buyer: Buyer, parallel: tuple[Course, Course]
) -> None:
    one, other = parallel
    number = booked(buyer.customer, one)
    buyer.browser.open(f"/konto/anmeldungen/{number}/umbuchung")
    change(other, fee_cents=9000)
    page = buyer.browser.submit("Verbindlich umbuchen", course=str(other.id))
    assert page.status == 422
    assert "Es wurde nichts umgebucht" in page.text
    assert (row(number).status, seats_taken(other), seats_taken(one)) == ("confirmed", 0, 1)


def test_a_full_course_takes_nobody_more(buyer: Buyer, parallel: tuple[Course, Course]) -> None:
    one, other = parallel
    change(other, max_participants=1, seats_taken=1)
    number = booked(buyer.customer, one)
    with pytest.raises(RefusedError, match=r"seat\.gone"):
        move_to(buyer.customer, number, other)
    assert (row(number).status, seats_taken(one)) == ("confirmed", 1)


def test_the_seat_left_is_offered_to_who_waits(
    buyer: Buyer, stranger: Buyer, parallel: tuple[Course, Course]
) -> None:
    one, other = parallel
    number = booked(buyer.customer, one)
    change(one, max_participants=1, waitlist_open=True)
    wait_for(one, customer=stranger.customer)
    move_to(buyer.customer, number, other)
    assert count_mails("M12") == 1


def test_where_leaving_costs_something_the_office_is_asked(
    buyer: Buyer,
) -> None:
    one, other = course_like(starts_on=clock.today() + timedelta(days=3)), course_like()
    number = booked(buyer.customer, one)
    page = buyer.browser.open(f"/konto/anmeldungen/{number}/umbuchung")
    assert "rufen Sie uns an" in page.text
    with pytest.raises(RefusedError, match=r"rebooking\.late"):
        move_to(buyer.customer, number, other)


def test_only_parallel_courses_are_possible(buyer: Buyer) -> None:
    one, strange = course_like(), make_course()
    number = booked(buyer.customer, one)
    with pytest.raises(RefusedError, match=r"rebooking\.not_parallel"):
        move_to(buyer.customer, number, strange)
    assert "umbuchen" not in buyer.browser.open(f"/konto/anmeldungen/{number}").text


def test_nothing_chosen_is_said(buyer: Buyer, parallel: tuple[Course, Course]) -> None:
    number = booked(buyer.customer, parallel[0])
    buyer.browser.open(f"/konto/anmeldungen/{number}/umbuchung")
    page = buyer.browser.submit("Verbindlich umbuchen")
    assert page.status == 422
    assert "Bitte wählen Sie einen Kurs aus" in page.text


def test_a_foreign_booking_is_not_found(
    buyer: Buyer, stranger: Buyer, parallel: tuple[Course, Course]
) -> None:
    number = booked(stranger.customer, parallel[0])
    address = f"/konto/anmeldungen/{number}/umbuchung"
    assert buyer.browser.open(address).status == 404
    assert buyer.send(address, course=str(parallel[1].id)).status == 404


def test_a_ticked_age_limit_holds_here_too(buyer: Buyer) -> None:
    one, grown_up = course_like(), course_like(min_age=18)
    number = booked(buyer.customer, one)
    with transaction() as session:
        child = session.get_one(Booking, number)
        child.participant_birth_date = clock.today() - timedelta(days=3650)
    with pytest.raises(RefusedError, match=r"rebooking\.age"):
        move_to(buyer.customer, number, grown_up)
    assert seats_taken(grown_up) == 0


def test_eight_clicks_at_once_move_once(
    app: Flask, buyer: Buyer, parallel: tuple[Course, Course]
) -> None:
    one, other = parallel
    number = booked(buyer.customer, one)
    customer_id, course_id, gate = buyer.customer.id, other.id, Barrier(THREADS)
    db.session.rollback()

    def press(_: int) -> int:
        with app.app_context():
            by = db.session.get_one(CustomerAccount, customer_id)
            db.session.rollback()
            gate.wait()
            return rebook(BookingOwner(customer_id), click(number, course_id), by=by)

    with ThreadPoolExecutor(THREADS) as pool:
        answers = set(pool.map(press, range(THREADS)))
    assert len(answers) == 1
    assert (seats_taken(one), seats_taken(other), count_mails("M34")) == (0, 1, 1)


def test_the_office_moves_late_and_into_a_dearer_course_with_a_reason(
    app: Flask, buyer: Buyer
) -> None:
    soon = clock.today() + timedelta(days=3)
    one, dearer = course_like(starts_on=soon), course_like(fee_cents=12000)
    number = booked(buyer.customer, one)
    office = Browser(app.test_client())
    make_staff(email="buero@example.org")
    log_in_staff(office, "buero@example.org")
    office.open(f"/verwaltung/anmeldungen/{number}")
    page = office.click("In einen Parallelkurs umbuchen")
    assert "22,00" in page.text
    assert office.submit("Umbuchen", course=str(dearer.id)).status == 422
    done = office.submit("Umbuchen", course=str(dearer.id), reason="Wunsch am Telefon")
    assert "umgebucht" in done.text
    assert "Wunsch am Telefon" in done.text
    new = row(row(number).rebooked_to_id or 0)
    assert (new.fee_cents, seats_taken(one), seats_taken(dearer)) == (12000, 0, 1)
    assert db.session.get_one(BookingRequest, new.request_id).total_cents == 12000
    assert count_mails("M34") == 1
