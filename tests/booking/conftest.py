"""A customer who may book, logged in, and the ways to the last click."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from kmz.accounts.models import CustomerAccount
from kmz.booking.models import Booking, SeatHold
from kmz.booking.seats.holds import end_holds
from kmz.catalog.models import Course
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.factories import make_bank_account, make_customer
from tests.page import Browser, Page
from tests.steps import log_in, send


@dataclass
class Buyer:
    """A customer with profile and bank account, at the browser."""

    customer: CustomerAccount
    browser: Browser

    def start(self, course: Course) -> Page:
        """The Anmeldeformular of a Direktbuchung, opened."""
        self.browser.open(f"/buchen?kurs={course.slug}")
        return self.browser.submit("Anmeldeformular öffnen")

    def fill_in(self, course: Course, **fields: str) -> str:
        """The Anmeldeformular of a Direktbuchung, sent; the address of its summary."""
        self.start(course)
        consent = {"of_age": "y"} | ({"mandate": "y"} if course.fee_cents else {})
        self.browser.submit("Weiter zur Zusammenfassung", **consent, **fields)
        return self.browser.page.path

    def press(self) -> Page:
        """The last button of the summary in front of the buyer."""
        label = "Zahlungspflichtig" if "Zahlungspflichtig" in self.browser.page.text else "Kosten"
        return self.browser.submit(label, terms_accepted="y")

    def send(self, address: str, **fields: object) -> Page:
        return send(self.browser, address, **fields)


@pytest.fixture
def buyer(browser_: Browser) -> Buyer:
    customer = make_customer(email="andrea@example.org")
    make_bank_account(customer)
    log_in(browser_, "andrea@example.org")
    return Buyer(customer, browser_)


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    """Somebody with a bank account, whose portal nobody looks at."""
    assert app
    person = make_customer(email="andrea@example.org")
    make_bank_account(person)
    return person


@pytest.fixture
def stranger(app: Flask) -> Buyer:
    """Another customer at another browser."""
    customer = make_customer(email="boris@example.org", first_name="Boris")
    make_bank_account(customer)
    browser = Browser(app.test_client())
    log_in(browser, "boris@example.org")
    return Buyer(customer, browser)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that kmz shares with Kufer."""
    path = tmp_path / "kufer"
    path.mkdir(mode=0o700)
    return path


def count_bookings() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


def count_mails(kind: str) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).where(OutgoingMail.kind == kind)) or 0


def seats_taken(course: Course) -> int:
    db.session.rollback()
    return db.session.scalar(select(Course.seats_taken).where(Course.id == course.id)) or 0


def let_go_of_held_seats() -> None:
    """As after a quarter of an hour."""
    with transaction() as session:
        end_holds(session, SeatHold.id > 0)


def change(course: Course, **fields: object) -> None:
    """Change a course behind everybody's back, as another member of staff would."""
    with transaction() as session:
        row = session.get_one(Course, course.id)
        for name, value in fields.items():
            setattr(row, name, value)
