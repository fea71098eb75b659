"""A customer with one of everything the portal keeps, logged in."""

import pytest
from flask import Flask
from sqlalchemy import select

from kmz import clock
from kmz.accounts.models import (
    AddressChange,
    CustomerAccount,
    KnownDevice,
    Passkey,
    PasswordReset,
    SignupRequest,
)
from kmz.alerts.actions.ordering import order
from kmz.alerts.wanted import WantedSearch, WantedSeat
from kmz.booking.cart.actions import add_to_cart
from kmz.booking.leaving.actions.cancelling import cancel_bookings
from kmz.booking.leaving.actions.refunds import finish_refund
from kmz.booking.leaving.actions.withdrawing import declare
from kmz.booking.leaving.withdrawal_rules import Declaration
from kmz.booking.models import Booking, CalendarFeed, Participant, Refund
from kmz.booking.my_bookings.queries import get_booking
from kmz.booking.rules import BookingOwner, CartOwner, contract_named
from kmz.catalog.actions.watchlist import watch_course
from kmz.contact.models import ContactRequest
from kmz.db import db, transaction
from kmz.recovery.models import RecoveryCase, RecoveryLink, RecoveryStep
from tests.booking.waiting import make_full_course, wait_for
from tests.factories import (
    make_bank_account,
    make_course,
    make_customer,
    make_request,
    make_staff,
)
from tests.page import Browser
from tests.steps import log_in


def give_one_of_everything(customer: CustomerAccount, *, mark: str) -> None:
    """One row in every table that knows customers; `mark` stands in what people may read."""
    make_bank_account(customer)
    make_request(customer, make_course(title=f"Gebucht {mark}"))
    watch_course(customer.id, make_course(title=f"Gemerkt {mark}").id)
    order(customer, WantedSearch(f"q={mark}", f"„{mark}“"))
    order(customer, WantedSeat(make_course(title=f"Erwartet {mark}").id))
    wait_for(make_full_course(title=f"Gewartet {mark}"), customer=customer)
    add_to_cart(CartOwner(customer_id=customer.id), make_course(title=f"Warenkorb {mark}").id)
    _leave(customer, mark)
    staff, now = make_staff(), clock.now()
    common = {"customer_id": customer.id, "created_at": now}
    with transaction() as session:
        session.add_all(
            (
                Participant(first_name=f"Kind {mark}", last_name="Beispiel", **common),
                SignupRequest(
                    token_hash=f"signup {mark}",
                    email=customer.email,
                    email_key=customer.email_key,
                    first_name=mark,
                    last_name="Beispiel",
                    password_hash="",
                    text_version="2026-11",
                    expires_at=now,
                    confirmed_at=now,
                    **common,
                ),
                AddressChange(
                    old_email=f"alt-{mark}@example.org",
                    new_email=customer.email,
                    token_hash=f"change {mark}",
                    by=customer.actor_name,
                    created_at=customer.created_at,
                    expires_at=now,
                    confirmed_at=customer.created_at,
                    customer_id=customer.id,
                ),
                CalendarFeed(token_hash=f"calendar {mark}", **common),
                PasswordReset(token_hash=f"reset {mark}", expires_at=now, **common),
                Passkey(
                    credential_id=f"key {mark}", public_key=b"x", name=f"Handy {mark}", **common
                ),
                KnownDevice(token_hash=f"device {mark}", customer_id=customer.id, last_used_at=now),
                RecoveryLink(
                    way="mail", sent_to=customer.email, requested_by_id=staff.id, **common
                ),
                RecoveryCase(
                    reference=f"W{mark}"[:20],
                    status_hash=f"case {mark}",
                    name=mark,
                    message=f"Nachricht von {mark}",
                    due_on=clock.today(),
                    steps=[RecoveryStep(kind="received", actor="system", at=now)],
                    **common,
                ),
                ContactRequest(
                    reference=f"A{mark}"[:20],
                    name=mark,
                    email=customer.email,
                    message=f"Anliegen von {mark}",
                    **common,
                ),
            )
        )


def _leave(customer: CustomerAccount, mark: str) -> None:
    """A Stornierung with money back, and a Widerruf."""
    course = make_course(title=f"Storniert {mark}")
    booking_id = make_request(customer, course).bookings[0].id
    with transaction() as session:
        session.get_one(Booking, booking_id).paid_cents = 500
    cancel_bookings(BookingOwner(customer.id), {booking_id: 0}, by=customer)
    refund = db.session.scalars(select(Refund.id).where(Refund.booking_id == booking_id)).one()
    finish_refund(refund, by=make_staff())
    second = make_request(customer, make_course(title=f"Widerrufen {mark}")).bookings[0].id
    contract = contract_named([get_booking(BookingOwner(customer.id), second)])
    declare(
        Declaration(mark, contract, customer.email),
        token=f"widerruf {mark}",
        booking_ids=[second],
        customer=customer,
        holidays=(),
        may_mail=True,
    )


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    person = make_customer(email="andrea@example.org")
    give_one_of_everything(person, mark="andrea")
    return person


@pytest.fixture
def own(customer: CustomerAccount, browser_: Browser) -> Browser:
    """The customer's browser, logged in."""
    log_in(browser_, customer.email)
    return browser_
