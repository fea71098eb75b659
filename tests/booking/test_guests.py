"""Guests see what they booked by a mailed link; an account of the same address finds it (L23)."""

import re

import pytest
from flask import Flask, current_app
from sqlalchemy import String, cast, select, update

from kmz.accounts.models import CustomerAccount
from kmz.audit.models import AuditEntry
from kmz.banking.models import SepaMandate
from kmz.booking.guest_key import guest_key
from kmz.booking.models import Booking, BookingRequest
from kmz.booking.office.decisions import confirm_bookings
from kmz.catalog.models import Course
from kmz.crypto import token_digest
from kmz.db import db, transaction
from kmz.mail.actions import blank_secret_links
from kmz.mail.models import OutgoingMail
from tests.booking.conftest import count_mails
from tests.factories import make_bank_account, make_course, make_customer, make_request, make_staff
from tests.page import Browser
from tests.steps import log_in

GUEST = "gast@example.org"


def booked_as_guest(
    customer: CustomerAccount, email: str, *courses: Course, link: str = "erster-link"
) -> str:
    """A request as a guest leaves it, made from that of some customer; its Vorgangsnummer."""
    make_bank_account(customer)
    request = make_request(customer, *courses)
    number, reference, mandate = request.id, request.reference, request.mandate_id
    key = guest_key(current_app.extensions["kmz_vault"], email)
    with transaction() as session:
        session.execute(
            update(BookingRequest)
            .where(BookingRequest.id == number)
            .values(
                customer_id=None,
                guest_key=key,
                link_hash=token_digest(link),
                contract_partner={**request.contract_partner, "email": email},
            )
        )
        rows = update(Booking).where(Booking.request_id == number)
        session.execute(
            rows.values(customer_id=None, participant_key=cast(Booking.id, String).concat(key))
        )
        session.execute(
            update(SepaMandate).where(SepaMandate.id == mandate).values(customer_id=None)
        )
    return reference


@pytest.fixture
def reference(app: Flask) -> str:
    assert app
    course = make_course(title="Keramik")
    return booked_as_guest(make_customer(), GUEST, course, make_course(title="Töpfern"))


def ask(browser: Browser, reference: str, email: str) -> str:
    browser.open("/buchung")
    return browser.submit("Link anfordern", reference=reference, email=email).text


def mailed_link() -> str:
    db.session.rollback()
    query = select(OutgoingMail.text).where(OutgoingMail.kind == "M29")
    text = db.session.scalars(query.order_by(OutgoingMail.id.desc())).first() or ""
    found = re.search(r"http://localhost(/buchung/\S+)", text)
    assert found is not None
    return found[1]


def test_the_link_shows_the_request_with_its_way(browser_: Browser, reference: str) -> None:
    page = browser_.open("/buchung/erster-link")
    for said in (reference, "Keramik", "Töpfern", "Was passiert jetzt?"):
        assert said in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def test_a_new_link_ends_the_old_one(browser_: Browser, reference: str) -> None:
    ask(browser_, reference.lower(), "  GAST@example.org ")
    new = mailed_link()
    assert browser_.open("/buchung/erster-link").status == 410
    assert "Keramik" in browser_.open(new).text
    stored = db.session.scalars(select(BookingRequest.link_hash)).one()
    assert stored == token_digest(new.removeprefix("/buchung/"))


def test_the_answer_is_the_same_for_everybody(browser_: Browser, reference: str) -> None:
    answers = {
        ask(browser_, *typed)
        for typed in (
            (reference, GUEST),
            (reference, "andere@example.org"),
            ("V26-999999", GUEST),
        )
    }
    assert len(answers) == 1
    assert count_mails("M29") == 1


def test_what_an_account_has_is_not_mailed_to_guests(browser_: Browser) -> None:
    customer = make_customer(email=GUEST)
    make_bank_account(customer)
    ask(browser_, make_request(customer, make_course()).reference, GUEST)
    assert count_mails("M29") == 0


def test_a_guest_prints_the_papers_of_firm_bookings(browser_: Browser, reference: str) -> None:
    assert reference
    first, second = db.session.scalars(select(Booking.id).order_by(Booking.id)).all()
    confirm_bookings([first], by=make_staff())
    assert count_mails("M09") == 1
    for paper in ("bestaetigung", "beleg"):
        assert "Keramik" in browser_.open(f"/buchung/erster-link/{first}/{paper}").text
        assert browser_.open(f"/buchung/erster-link/{second}/{paper}").status == 404
        assert browser_.open(f"/buchung/anderer-link/{first}/{paper}").status == 410


def test_an_account_of_the_same_address_finds_everything_at_its_login(
    browser_: Browser, reference: str
) -> None:
    customer = make_customer(email=GUEST)
    number = customer.id
    log_in(browser_, GUEST)
    assert reference in browser_.open("/konto/anmeldungen").text
    db.session.rollback()
    owners = (BookingRequest.customer_id, Booking.customer_id, SepaMandate.customer_id)
    for owner in owners:
        assert set(db.session.scalars(select(owner))) == {number}
    keys = db.session.scalars(select(Booking.participant_key)).all()
    assert all(key.startswith(f"{number}:") for key in keys)
    assert "booking.adopted" in db.session.scalars(select(AuditEntry.action)).all()
    assert browser_.open("/buchung/erster-link").status == 410


def test_who_booked_the_same_place_twice_keeps_both(browser_: Browser, app: Flask) -> None:
    assert app
    course = make_course()
    booked_as_guest(make_customer(), GUEST, course)
    customer = make_customer(email=GUEST)
    make_bank_account(customer)
    make_request(customer, course)
    number = customer.id
    log_in(browser_, GUEST)
    db.session.rollback()
    assert list(db.session.scalars(select(Booking.customer_id))) == [number, number]


def test_another_address_finds_nothing(browser_: Browser, reference: str) -> None:
    make_customer(email="andere@example.org")
    log_in(browser_, "andere@example.org")
    assert reference not in browser_.open("/konto/anmeldungen").text


def test_the_mail_with_the_link_is_emptied_once_it_is_out(
    browser_: Browser, reference: str
) -> None:
    ask(browser_, reference, GUEST)
    with transaction() as session:
        session.execute(update(OutgoingMail).values(sent_at=OutgoingMail.created_at))
    blank_secret_links()
    db.session.rollback()
    assert list(
        db.session.scalars(select(OutgoingMail.text).where(OutgoingMail.kind == "M29"))
    ) == [""]
