"""Stornieren: once, at the cost that was shown; seats and money add up (BKG-08)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import CustomerAccount
from kmz.booking.leaving.actions.cancelling import cancel_bookings
from kmz.booking.models import Booking, Cancellation, Refund
from kmz.booking.office.decisions import confirm_bookings
from kmz.booking.rules import BookingOwner
from kmz.catalog.actions.policies import save_policy
from kmz.catalog.models import CancellationPolicy, Course
from kmz.db import db, transaction
from kmz.errors import RefusedError
from kmz.mail.models import OutgoingMail
from tests.booking.conftest import Buyer, change, count_mails, seats_taken
from tests.factories import (
    make_bank_account,
    make_course,
    make_customer,
    make_request,
    make_staff,
)

THREADS = 8


def booked(customer: CustomerAccount, course: Course, *, paid: int = 0) -> int:
    """A confirmed booking of the customer; its id."""
    number = make_request(customer, course).bookings[0].id
    confirm_bookings([number], by=make_staff())
    with transaction() as session:
        session.get_one(Booking, number).paid_cents = paid
    return number


def booking(number: int) -> Booking:
    db.session.rollback()
    return db.session.get_one(Booking, number)


def test_five_clicks_cancel_once_and_tell_once(buyer: Buyer) -> None:
    course = make_course()
    number = booked(buyer.customer, course)
    address = f"/konto/anmeldungen/{number}/stornierung"
    page = buyer.browser.open(address)
    assert "Kostet heute: nichts. Ab " in page.text
    assert "Stornierung heute" not in page.text
    assert "bessere Wahl" in page.text
    done = buyer.browser.submit("Anmeldung stornieren")
    assert "1 Anmeldung ist storniert" in done.text
    for _ in range(4):
        again = buyer.send(address, bookings=str(number), **{f"shown__{number}": "0"})
        assert "schon beendet" in again.text
    assert booking(number).status == "cancelled_by_customer"
    assert (count_mails("M16"), seats_taken(course)) == (1, 0)
    assert len(db.session.scalars(select(Cancellation)).all()) == 1


def test_after_the_free_period_the_cost_is_shown_and_owed(buyer: Buyer) -> None:
    course = make_course(starts_on=clock.today() + timedelta(days=10))
    number = booked(buyer.customer, course, paid=9800)
    page = buyer.browser.open(f"/konto/anmeldungen/{number}/stornierung")
    assert "Kostet heute: 5,00" in page.text
    done = buyer.browser.submit("Anmeldung stornieren")
    assert "Kosten der Stornierung 5,00" in done.text
    assert "Bezahlt 98,00" in done.text
    after = booking(number)
    refund = db.session.scalars(select(Refund)).one()
    assert (after.fee_cents, refund.amount_cents, after.paid_cents) == (500, 9300, 9800)
    assert refund.due_on == clock.today() + timedelta(days=14)
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M16")).one()
    assert "Kosten der Stornierung: 5,00" in mail.text
    assert "93,00" in mail.text


def test_a_cost_that_changed_meanwhile_is_shown_anew(buyer: Buyer) -> None:
    course = make_course()
    number = booked(buyer.customer, course)
    buyer.browser.open(f"/konto/anmeldungen/{number}/stornierung")
    _begins_in(3, course, number)
    page = buyer.browser.submit("Anmeldung stornieren")
    assert page.status == 422
    assert "kostet inzwischen 98,00" in page.text
    assert booking(number).status == "confirmed"
    buyer.browser.submit("Anmeldung stornieren")
    assert booking(number).fee_cents == 9800


def _begins_in(days: int, course: Course, number: int) -> None:
    """As if the start had come so near meanwhile."""
    day = clock.today() + timedelta(days=days)
    change(course, starts_on=day)
    with transaction() as session:
        row = session.get_one(Booking, number)
        row.agreed = {**row.agreed, "starts_on": day.isoformat()}


@pytest.mark.parametrize(("agreed", "present", "cents"), [(30, 3, 0), (3, 30, 0), (3, 3, 9800)])
def test_a_moved_course_makes_leaving_no_dearer(
    app: Flask, agreed: int, present: int, cents: int
) -> None:
    assert app
    customer, today = make_customer(), clock.today()
    make_bank_account(customer)
    course = make_course(starts_on=today + timedelta(days=agreed))
    number = booked(customer, course)
    change(course, starts_on=today + timedelta(days=present))
    cancel_bookings(BookingOwner(customer.id), {number: cents}, by=customer)
    assert booking(number).fee_cents == cents


def test_what_was_agreed_at_booking_counts_whatever_becomes_of_the_policy(app: Flask) -> None:
    assert app
    staff, customer = make_staff(), make_customer()
    make_bank_account(customer)
    half = {"name": "Hälfte", "steps": "14: 50 %", "note": "", "is_default": False}
    save_policy(None, **half, by=staff)
    policy = db.session.scalars(select(CancellationPolicy)).one()
    course = make_course(
        starts_on=clock.today() + timedelta(days=10), cancellation_policy_id=policy.id
    )
    number = booked(customer, course)
    save_policy(policy.id, **half | {"name": "Alles", "steps": "14: 100 %"}, by=staff)
    cancel_bookings(BookingOwner(customer.id), {number: 4900}, by=customer)
    assert booking(number).fee_cents == 4900
    assert db.session.scalars(select(Cancellation)).one().policy["name"] == "Hälfte"


def test_what_leaving_will_cost_stands_above_the_last_button(buyer: Buyer) -> None:
    buyer.fill_in(make_course(starts_on=clock.today() + timedelta(days=20)))
    assert "Stornierung heute kostenfrei. Ab " in buyer.browser.page.text


def test_an_older_booking_has_the_terms_of_its_course(app: Flask) -> None:
    assert app
    customer = make_customer()
    make_bank_account(customer)
    number = booked(customer, make_course(starts_on=clock.today() + timedelta(days=10)))
    with transaction() as session:
        row = session.get_one(Booking, number)
        row.agreed = {key: row.agreed[key] for key in row.agreed if key != "cancellation"}
    cancel_bookings(BookingOwner(customer.id), {number: 500}, by=customer)
    assert booking(number).fee_cents == 500


def test_nonsense_for_the_cost_cancels_nothing(buyer: Buyer) -> None:
    number = booked(buyer.customer, make_course())
    address = f"/konto/anmeldungen/{number}/stornierung"
    buyer.browser.open(address)
    for cost in ("", "-1", "x", "９"):
        fields = {f"shown__{number}": cost}
        assert buyer.send(address, bookings=str(number), **fields).status == 422
    assert buyer.send(address, bookings="x").status == 422
    assert booking(number).status == "confirmed"


def test_several_courses_of_one_request_are_cancelled_together(buyer: Buyer) -> None:
    request = make_request(buyer.customer, make_course(), make_course(), make_course())
    numbers = [row.id for row in request.bookings]
    buyer.browser.open(f"/konto/anmeldungen/{numbers[0]}/stornierung")
    shown = {f"shown__{number}": "0" for number in numbers}
    buyer.send(
        f"/konto/anmeldungen/{numbers[0]}/stornierung",
        bookings=[str(number) for number in numbers[:2]],
        **shown,
    )
    states = [booking(number).status for number in numbers]
    assert states == ["cancelled_by_customer", "cancelled_by_customer", "requested"]
    assert count_mails("M16") == 2


def test_a_request_that_is_not_confirmed_is_taken_back_free_of_charge(buyer: Buyer) -> None:
    course = make_course(starts_on=clock.today() + timedelta(days=1))
    number = make_request(buyer.customer, course).bookings[0].id
    cancel_bookings(BookingOwner(buyer.customer.id), {number: 0}, by=buyer.customer)
    assert booking(number).fee_cents == 0


def test_a_course_that_is_over_cannot_be_cancelled(buyer: Buyer) -> None:
    course = make_course()
    number = booked(buyer.customer, course)
    change(
        course, starts_on=clock.today() - timedelta(days=9), ends_on=clock.today() - timedelta(1)
    )
    with pytest.raises(RefusedError, match=r"cancellation\.over"):
        cancel_bookings(BookingOwner(buyer.customer.id), {number: 9800}, by=buyer.customer)


def test_nobody_cancels_for_others(buyer: Buyer, stranger: Buyer) -> None:
    number = booked(buyer.customer, make_course())
    address = f"/konto/anmeldungen/{number}/stornierung"
    assert stranger.browser.open(address).status == 404
    stranger.browser.open("/konto/anmeldungen")
    assert stranger.send(address, bookings=str(number)).status == 404
    assert (
        cancel_bookings(BookingOwner(stranger.customer.id), {number: 0}, by=stranger.customer) == []
    )
    assert booking(number).status == "confirmed"


def test_eight_cancel_at_once_and_one_seat_comes_back(app: Flask) -> None:
    course, customer = make_course(), make_customer()
    make_bank_account(customer)
    number, other = booked(customer, course), make_customer()
    make_bank_account(other)
    booked(other, course)
    start, who = Barrier(THREADS), customer.id
    db.session.rollback()

    def click(_index: int) -> int:
        with app.app_context():
            start.wait()
            person = db.session.get_one(CustomerAccount, who)
            return len(cancel_bookings(BookingOwner(who), {number: 0}, by=person))

    with ThreadPoolExecutor(THREADS) as pool:
        assert sum(pool.map(click, range(THREADS))) == 1
    assert (seats_taken(course), count_mails("M16")) == (1, 1)


def test_cancelling_and_booking_at_once_never_loses_or_doubles_a_seat(app: Flask) -> None:
    """BKG-18: four leave a full course of four while eight others want in."""
    course = make_course(max_participants=4, fee_cents=0)
    leaving = [(person := make_customer(), booked(person, course)) for _ in range(4)]
    pairs = [(person.id, number) for person, number in leaving]
    joining = [make_customer().id for _ in range(8)]
    course_id, start = course.id, Barrier(12)
    db.session.rollback()

    def leave(pair: tuple[int, int]) -> str:
        with app.app_context():
            start.wait()
            person = db.session.get_one(CustomerAccount, pair[0])
            cancel_bookings(BookingOwner(pair[0]), {pair[1]: 0}, by=person)
            return "left"

    def join(customer_id: int) -> str:
        with app.app_context():
            person = db.session.get_one(CustomerAccount, customer_id)
            wanted = db.session.get_one(Course, course_id)
            start.wait()
            try:
                make_request(person, wanted)
            except RefusedError:
                return "refused"
            return "joined"

    with ThreadPoolExecutor(12) as pool:
        told = [
            *pool.map(
                lambda task: task(),
                [
                    *(lambda pair=pair: leave(pair) for pair in pairs),
                    *(lambda who=who: join(who) for who in joining),
                ],
            )
        ]
    joined = told.count("joined")
    assert told.count("left") == 4
    assert seats_taken(course) == joined <= 4
    living = select(Booking.id).where(Booking.status.in_(("requested", "confirmed")))
    assert len(db.session.scalars(living).all()) == joined
