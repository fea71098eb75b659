"""Who pays by transfer reads where to, and gets a GiroCode of the same (domain.md 1.10)."""

import re
from dataclasses import replace
from urllib.parse import unquote

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.banking.transfers import Transfer
from kmz.booking.models import Booking, BookingRequest
from kmz.booking.office.decisions import confirm_bookings
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from kmz.web.qr_codes import qr_image
from tests.booking.conftest import Buyer
from tests.booking.test_guest_bookings import open_form, send_form
from tests.booking.test_guests import GUEST, booked_as_guest
from tests.factories import IBAN, make_course, make_customer, make_staff
from tests.page import Browser, Page

IN_FOURS = "DE89 3704 0044 0532 0130 00"
LATER = "Bitte überweisen Sie erst, wenn wir Sie fest eingebucht haben"


@pytest.fixture
def settings() -> dict[str, str]:
    return {
        "KMZ_PAYMENT_METHODS": "sepa_direct_debit,bank_transfer,cash_office",
        "KMZ_CREDITOR_IBAN": IN_FOURS,
        "KMZ_CREDITOR_NAME": "Volkshochschule Beispiel",
    }


def book(buyer: Buyer, method: str = "bank_transfer") -> Booking:
    buyer.start(make_course())
    buyer.browser.submit("Weiter zur Zusammenfassung", of_age="y", payment=method, mandate="y")
    buyer.press()
    db.session.rollback()
    return db.session.scalars(select(Booking)).one()


def says(page: Page, reference: str, amount: str) -> bool:
    """Whether the page shows the data in words, and a code beside them."""
    words = ("Volkshochschule Beispiel", IN_FOURS, amount, reference)
    return all(word in page.text for word in words) and "GiroCode" in page.text


def test_the_data_stands_on_every_page_of_the_booking(buyer: Buyer) -> None:
    booking = book(buyer)
    thanks = buyer.browser.page
    reference = db.session.scalars(select(BookingRequest.reference)).one()
    assert says(thanks, reference, "98,00")
    assert LATER in thanks.text
    own = f"/konto/anmeldungen/{booking.id}"
    assert says(buyer.browser.open(own), reference, "98,00")
    confirm_bookings([booking.id], by=make_staff())
    firm = buyer.browser.open(own)
    assert says(firm, reference, "98,00")
    assert LATER not in firm.text
    assert says(buyer.browser.open(f"{own}/beleg"), reference, "98,00")
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M09")).one()
    assert all(word in mail.text for word in (IN_FOURS, "98,00"))
    assert f"Verwendungszweck: {reference}\n" in mail.text
    assert IN_FOURS in mail.html


def test_the_confirmation_of_who_pays_in_cash_says_when_and_how(buyer: Buyer) -> None:
    confirm_bookings([book(buyer, "cash_office").id], by=make_staff())
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M09")).one()
    for text in (mail.text, mail.html):
        assert re.search(r"Fällig am [\d.]{10}: Barzahlung in der Geschäftsstelle", text)


def test_the_picture_is_the_code_of_the_words(buyer: Buyer) -> None:
    book(buyer)
    page = buyer.browser.page
    reference = db.session.scalars(select(BookingRequest.reference)).one()
    transfer = Transfer("Volkshochschule Beispiel", IBAN, "", 9800, reference)
    (shown,) = re.findall(r'<img src="(data:[^"]+)"', page.html)
    assert unquote(shown.replace("&#39;", "'")) == unquote(transfer.image)
    assert unquote(transfer.image) != unquote(qr_image("something else"))


@pytest.mark.parametrize("method", ["sepa_direct_debit", "cash_office"])
def test_other_ways_of_paying_show_no_account_of_the_house(buyer: Buyer, method: str) -> None:
    booking = book(buyer, method)
    for address in ("", "/beleg"):
        if address:
            confirm_bookings([booking.id], by=make_staff())
        page = buyer.browser.open(f"/konto/anmeldungen/{booking.id}{address}")
        assert IN_FOURS not in page.text
        assert "GiroCode" not in page.text


def test_a_guest_transfers_only_what_is_due(browser_: Browser) -> None:
    reference = booked_as_guest(make_customer(), GUEST, make_course(), make_course())
    with transaction() as session:
        request = session.scalars(select(BookingRequest)).one()
        request.payment_method, request.mandate_id = "bank_transfer", None
    assert says(browser_.open("/buchung/erster-link"), reference, "196,00")
    first = db.session.scalars(select(Booking.id).order_by(Booking.id)).all()[0]
    confirm_bookings([first], by=make_staff())
    page = browser_.open("/buchung/erster-link")
    assert says(page, reference, "98,00")
    assert "196,00" not in page.text


def test_what_is_paid_is_not_asked_for_again(buyer: Buyer) -> None:
    number = book(buyer).id
    with transaction() as session:
        session.get_one(Booking, number).paid_cents = 5000
    assert "48,00" in buyer.browser.open(f"/konto/anmeldungen/{number}").text
    with transaction() as session:
        session.get_one(Booking, number).paid_cents = 9800
    assert "GiroCode" not in buyer.browser.open(f"/konto/anmeldungen/{number}").text


def test_a_house_without_iban_shows_nothing(app: Flask, buyer: Buyer) -> None:
    number = book(buyer).id
    assert "GiroCode" in buyer.browser.page.text
    app.config["KMZ"] = replace(app.config["KMZ"], creditor_iban="")
    assert "GiroCode" not in buyer.browser.open(f"/konto/anmeldungen/{number}").text


def test_a_guest_finds_the_data_behind_the_mailed_link(browser_: Browser) -> None:
    open_form(browser_, make_course())
    send_form(browser_, payment="bank_transfer")
    browser_.submit("Zahlungspflichtig buchen", terms_accepted="y")
    assert "GiroCode" in browser_.page.text
    mail = db.session.scalars(select(OutgoingMail)).one()
    (link,) = re.findall(r"http://localhost(/buchung/\S+)", mail.text)
    page = browser_.open(link)
    assert IN_FOURS in page.text
    assert "GiroCode" in page.text
