"""Guests book like everybody: same form, same prices, no Kundenkonto (L23)."""

import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.accounts.models import CustomerProfile
from kmz.banking.models import SepaMandate
from kmz.booking.models import Booking, BookingDraft, BookingRequest
from kmz.catalog.models import Course
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.accounts.test_signup import last_mail, link_in, sign_up
from tests.booking.conftest import count_bookings, count_mails, seats_taken
from tests.factories import IBAN, make_bank_account, make_course, make_customer
from tests.page import Browser, Page
from tests.steps import log_in

GUEST = {
    "partner_first_name": "Gerda",
    "partner_last_name": "Gast",
    "street": "Hafenweg",
    "house_number": "7",
    "postal_code": "12345",
    "city": "Musterstadt",
    "email": "gerda@example.org",
    "of_age": "y",
}
ACCOUNT = {"account_holder": "Gerda Gast", "iban": IBAN, "mandate": "y"}


def open_form(browser: Browser, course: Course) -> Page:
    browser.open(f"/kurs/{course.slug}")
    ways = browser.submit("Direktbuchung")
    assert ways.headings[0] == "Wie möchten Sie buchen?"
    return browser.click("Weiter als Gast")


def send_form(browser: Browser, **fields: str) -> Page:
    return browser.submit("Weiter zur Zusammenfassung", **(GUEST | fields))


def test_a_guest_books_and_pays_by_direct_debit(browser_: Browser) -> None:
    course = make_course(fee_cents=9800)
    form = open_form(browser_, course)
    required = " ".join(re.findall(r"<input[^>]* required\b[^>]*>", form.html))
    assert all(f'name="{name}"' in required for name in ACCOUNT)
    summary = send_form(browser_, **ACCOUNT)
    assert "98,00" in summary.text
    assert "Gerda Gast · Hafenweg 7 · 12345 Musterstadt" in summary.text
    assert IBAN not in summary.html.replace(" ", "")
    done = browser_.submit("Zahlungspflichtig buchen", terms_accepted="y")
    assert done.headings == ["Vielen Dank"]
    assert "gerda@example.org" in done.text
    assert "Kundenkonto anlegen" in done.text
    booked = db.session.scalars(select(BookingRequest)).one()
    assert (booked.customer_id, booked.total_cents) == (None, 9800)
    assert booked.guest_key
    mandate = db.session.scalars(select(SepaMandate)).one()
    assert (mandate.customer_id, mandate.iban, mandate.account_holder) == (None, IBAN, "Gerda Gast")
    receipt = db.session.scalars(select(OutgoingMail)).one()
    assert (receipt.kind, receipt.recipient) == ("M08G", "gerda@example.org")
    assert seats_taken(course) == 1


def test_a_guest_signs_up_later_and_finds_the_booking(app: Flask, browser_: Browser) -> None:
    """From the form to Meine Anmeldungen, page by page."""
    course = make_course(title="Keramik", fee_cents=9800)
    open_form(browser_, course)
    send_form(browser_, **ACCOUNT)
    browser_.submit("Zahlungspflichtig buchen", terms_accepted="y")
    receipt = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M08G")).one()
    mailed = receipt.text.partition("http://localhost/buchung/")[2].split()[0]
    later = Browser(app.test_client())  # another day, another device
    assert "Keramik" in later.open(f"/buchung/{mailed}").text
    address = {"signup_email": "Gerda@Example.org"}
    sign_up(later, **address, signup_first_name="Gerda", signup_last_name="Gast")
    assert db.session.scalars(select(BookingRequest.customer_id)).one() is None
    later.open(link_in(last_mail("M01")))
    later.submit("Registrierung bestätigen")
    log_in(later, "gerda@example.org")
    page = later.open("/konto/anmeldungen")
    assert "Keramik" in page.text
    assert db.session.scalars(select(BookingRequest.customer_id)).one() is not None
    assert later.open(f"/buchung/{mailed}").status == 410
    number = db.session.scalars(select(Booking.id)).one()
    later.open(f"/konto/anmeldungen/{number}/stornierung")
    assert "1 Anmeldung ist storniert" in later.submit("Anmeldung stornieren").text


def test_a_free_course_asks_for_no_bank_account(browser_: Browser) -> None:
    form = open_form(browser_, make_course(fee_cents=0))
    assert "IBAN" not in form.text
    send_form(browser_)
    browser_.submit("Kostenfrei buchen", terms_accepted="y")
    assert browser_.page.headings == ["Vielen Dank"]
    assert (count_bookings(), count_mails("M08G")) == (1, 1)


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("email", "gerda", "gültige E-Mail-Adresse"),
        ("iban", "DE02 1203 0000 0000 2020 52", "Tippfehler"),
        ("iban", "", "Bitte füllen Sie das Feld „IBAN“ aus."),
        ("postal_code", "123", "fünf Ziffern"),
        ("partner_last_name", "", "Bitte füllen Sie das Feld „Name“ aus."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    browser_: Browser, field: str, typed: str, said: str
) -> None:
    open_form(browser_, make_course(fee_cents=9800))
    refused = send_form(browser_, **(ACCOUNT | {field: typed}), remark="Rampe nötig?")
    assert refused.status == 422
    assert said in refused.text
    assert 'value="Hafenweg"' in refused.html
    assert "Rampe nötig?" in refused.html


def test_the_form_is_shown_again_as_it_was_filled_in(browser_: Browser) -> None:
    open_form(browser_, make_course(fee_cents=9800))
    send_form(browser_, **ACCOUNT)
    form = browser_.click("ändern: Ihre Daten")
    for shown in ("Gerda", "gerda@example.org", "Hafenweg", "Gerda Gast"):
        assert f'value="{shown}"' in form.html


def test_the_typed_bank_account_is_unreadable_in_the_draft(browser_: Browser, app: Flask) -> None:
    open_form(browser_, make_course(fee_cents=9800))
    send_form(browser_, **ACCOUNT)
    raw = db.session.connection().exec_driver_sql("select account, content from booking_draft")
    assert IBAN not in str(raw.all())
    assert app


def test_without_the_word_of_an_adult_nobody_books(browser_: Browser) -> None:
    open_form(browser_, make_course(fee_cents=0))
    fields = {name: value for name, value in GUEST.items() if name != "of_age"}
    refused = browser_.submit("Weiter zur Zusammenfassung", **fields)
    assert refused.status == 422
    assert "sorgeberechtigte Person" in refused.text


def test_the_same_guest_is_booked_into_a_course_once(browser_: Browser, app: Flask) -> None:
    course = make_course(fee_cents=0)
    for browser in (browser_, Browser(app.test_client())):
        open_form(browser, course)
        send_form(browser, email="Gerda@Example.org")
        if browser is browser_:
            browser.submit("Kostenfrei buchen", terms_accepted="y")
    assert browser.page.status == 422
    assert "Gerda Gast ist für diesen Kurs bereits angemeldet." in browser.page.text
    assert count_bookings() == 1


def test_the_people_of_one_course_stand_together_and_a_refusal_names_the_course(
    browser_: Browser,
) -> None:
    pottery, singing = make_course(title="Keramik", fee_cents=0), make_course(title="Singen")
    for course in (pottery, singing):
        browser_.open(f"/kurs/{course.slug}")
        browser_.submit("In den Warenkorb")
    browser_.open("/warenkorb")
    browser_.submit("Zum Anmeldeformular")
    browser_.click("Weiter als Gast")
    form = browser_.submit("Weitere Person für", **GUEST, **ACCOUNT)
    found = re.findall(r"<legend>(.*?)</legend>", form.html)
    titles = [re.sub(r"\S+ (\w+).*", r"\1", one) for one in found]
    assert titles in (["Keramik", "Keramik", "Singen"], ["Singen", "Singen", "Keramik"])
    added = {f"participants_2_{name}": GUEST[f"partner_{name}"] for name in _NAMES}
    refused = browser_.submit("Weiter zur Zusammenfassung", **added)
    assert refused.status == 422
    assert f"Gerda Gast steht für „{titles[0]}“ zweimal im Formular." in refused.text


_NAMES = ("first_name", "last_name")


def test_a_guests_form_is_nobody_elses(browser_: Browser, app: Flask) -> None:
    path = open_form(browser_, make_course(fee_cents=0)).path
    stranger = Browser(app.test_client())
    assert stranger.open(path).status == 404
    assert stranger.open(path.removesuffix("/formular")).status == 404


def test_who_logs_in_after_the_form_sees_it_again_as_a_customer(browser_: Browser) -> None:
    customer = make_customer(email="andrea@example.org")
    open_form(browser_, make_course(fee_cents=0))
    summary = send_form(browser_, remark="Ganz vorn").path
    with transaction() as session:
        session.get_one(CustomerProfile, customer.id).birth_date = date(2012, 5, 1)
    log_in(browser_, "andrea@example.org")
    assert "Bitte lassen Sie eine sorgeberechtigte Person buchen" in browser_.open(summary).text
    with transaction() as session:
        session.get_one(CustomerProfile, customer.id).birth_date = date(1990, 5, 1)
    form = browser_.open(summary)
    assert form.headings == ["Anmeldeformular"]
    assert "Ganz vorn" in form.html
    assert count_bookings() == 0


@pytest.mark.parametrize("email", ["x" * 65 + "@example.org", "a b@example.org", "kim@"])
def test_an_address_that_no_mail_reaches_is_said_at_the_field(
    browser_: Browser, email: str
) -> None:
    open_form(browser_, make_course(fee_cents=0))
    refused = send_form(browser_, email=email)
    assert refused.status == 422
    assert "Bitte geben Sie eine gültige E-Mail-Adresse ein" in refused.text


def test_a_form_opened_as_visitor_is_the_customers_after_the_login(browser_: Browser) -> None:
    make_bank_account(make_customer(email="andrea@example.org"))
    path = open_form(browser_, make_course()).path
    log_in(browser_, "andrea@example.org")
    form = browser_.open(path)
    assert form.headings == ["Anmeldeformular"]
    assert "Aus Ihrem Benutzerprofil übernommen" in form.text
    assert db.session.scalars(select(BookingDraft.token_hash)).all() == [None]
    browser_.submit("Weiter zur Zusammenfassung", of_age="y", mandate="y")
    browser_.submit("Zahlungspflichtig buchen", terms_accepted="y")
    assert db.session.scalars(select(Booking.customer_id)).all() != [None]


def test_a_form_that_is_booked_stays_with_the_guest(browser_: Browser) -> None:
    open_form(browser_, make_course(fee_cents=0))
    send_form(browser_)
    browser_.submit("Kostenfrei buchen", terms_accepted="y")
    make_customer(email="andrea@example.org")
    log_in(browser_, "andrea@example.org")
    assert db.session.scalars(select(BookingDraft.customer_id)).all() == [None]
