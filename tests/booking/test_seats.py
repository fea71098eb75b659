"""The last seat is sold once (P1, P3), shown with a control that fails without the lock."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from kmz.booking.checkout.actions import book as checkout
from kmz.booking.checkout.actions.drafts import save_draft
from kmz.booking.checkout.drafted import DraftContent, fresh_content
from kmz.booking.models import Booking, BookingRequest
from kmz.booking.problems import seat_gone
from kmz.booking.rules import CartOwner
from kmz.catalog.models import Course
from kmz.db import db, transaction
from kmz.errors import RefusedError
from kmz.mail.models import OutgoingMail
from tests.factories import make_course, make_customer, make_terms

THREADS, SEATS = 24, 5


def ready(course_id: int) -> DraftContent:
    """A filled-in form for the customer herself in one course."""
    return replace(fresh_content([course_id]), is_ready=True)


def rush(app: Flask, course_id: int, click: Callable[[CartOwner, str], object]) -> list[bool]:
    """24 customers click at once; who was told that the booking arrived."""
    drafts = []
    for _ in range(THREADS):
        customer = make_customer()
        owner = CartOwner(customer_id=customer.id)
        drafts.append((owner, save_draft(owner, ready(course_id))))
    db.session.rollback()
    start = Barrier(THREADS)

    def one(draft: tuple[CartOwner, str]) -> str:
        with app.app_context():
            start.wait()
            try:
                click(*draft)
            except RefusedError as refusal:
                return str(refusal)
            return "booked"

    with ThreadPoolExecutor(THREADS) as pool:
        told = list(pool.map(one, drafts))
    assert set(told) <= {"booked", "seat.gone"}
    return [answer == "booked" for answer in told]


def test_24_people_and_5_seats_give_5_bookings(app: Flask) -> None:
    course = make_course(max_participants=SEATS, fee_cents=0)
    course_id = course.id
    told = rush(app, course_id, lambda who, key: checkout.book(who, key, make_terms(0)))
    assert sum(told) == SEATS
    assert db.session.scalar(select(func.count()).select_from(Booking)) == SEATS
    assert db.session.get_one(Course, course_id).seats_taken == SEATS
    receipts = select(func.count()).where(OutgoingMail.kind == "M08")
    assert db.session.scalar(receipts) == SEATS


def test_control_without_the_condition_the_same_rush_oversells(app: Flask) -> None:
    """The claim above is worth something only because this build without the lock breaks it."""
    course = make_course(max_participants=SEATS, fee_cents=0)
    course_id = course.id
    everybody_looked = Barrier(THREADS)

    def careless(_owner: CartOwner, _key: str) -> None:
        seats = db.session.scalar(
            select(Course.max_participants - Course.seats_taken).where(Course.id == course_id)
        )
        db.session.rollback()
        everybody_looked.wait()
        if not seats:
            raise RefusedError(seat_gone(course))
        with transaction() as session:
            session.execute(
                update(Course)
                .where(Course.id == course_id)
                .values(seats_taken=Course.seats_taken + 1)
            )

    assert sum(rush(app, course_id, careless)) > SEATS


def test_people_who_booked_elsewhere_take_seats_too(app: Flask) -> None:
    course = make_course(max_participants=SEATS, external_participants=3, fee_cents=0)
    told = rush(app, course.id, lambda who, key: checkout.book(who, key, make_terms(0)))
    assert sum(told) == SEATS - 3


def test_an_accident_before_the_end_leaves_nothing(app: Flask) -> None:
    course = make_course(max_participants=SEATS, fee_cents=0)
    customer = make_customer()
    owner = CartOwner(customer_id=customer.id)
    draft_key = save_draft(owner, ready(course.id))
    db.session.rollback()

    def accident() -> None:
        with transaction():
            checkout.book(owner, draft_key, make_terms(0))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        accident()
    for table in (Booking, BookingRequest, OutgoingMail):
        assert db.session.scalar(select(func.count()).select_from(table)) == 0
    assert db.session.scalar(select(Course.seats_taken)) == 0
