"""Mail gateways open links (REG-02, RES-09): nothing changes, and the person can still use them."""

import re
from pathlib import Path

import pytest
from flask import Flask

from kmz.accounts.models import CustomerAccount
from kmz.alerts.actions.telling import tell_of_new_courses
from kmz.clock import moved_by
from kmz.recovery.puzzle.rules import Riddle
from tests.accounts.test_guesses import guess_by_strangers
from tests.alerts.steps import order_as_guest
from tests.booking.test_guest_bookings import GUEST
from tests.booking.test_guests import booked_as_guest
from tests.booking.waiting import free_a_seat, join_as_guest, make_full_course, wait_for
from tests.factories import PASSWORD, make_course, make_customer, make_staff
from tests.journeys.conftest import Post, path_in
from tests.journeys.scanner import open_every_link
from tests.journeys.secret_links import secret_mails
from tests.page import Browser, Page
from tests.recovery.solving import solve
from tests.recovery.steps import ask_for_help, assign, enter_address
from tests.steps import log_in, log_in_staff

NEW_PASSWORD = "neu2#noch-laenger"
OFFICE, OLD, NEW = "buero@example.org", "andrea@example.org", "andrea.neu@example.org"
SECRET = secret_mails()


class Gateway:
    """Opens every link of every mail before the person does."""

    def __init__(self, app: Flask, post: Post) -> None:
        self._app, self._post = app, post

    def open_all(self) -> set[str]:
        """The kinds of the mails that had a link."""
        return open_every_link(self._app)

    def scanned_link(self, template: str) -> str:
        """The secret link of the mail that has just arrived, after everything was opened."""
        self.open_all()
        secret = SECRET[template]
        (mail,) = (mail for mail in self._post.new_mails() if secret.subject.match(mail.subject))
        return path_in(mail, secret.link)


@pytest.fixture
def gateway(app: Flask, post: Post) -> Gateway:
    return Gateway(app, post)


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    assert app
    return make_customer(email=OLD, last_name="Wiesenthal")


@pytest.fixture
def staff(office: Browser) -> Browser:
    """The second browser, with the office logged in."""
    make_staff(email=OFFICE)
    log_in_staff(office, OFFICE)
    return office


def is_welcome(browser: Browser, email: str, password: str) -> bool:
    browser.open("/login")
    page = browser.submit("Anmelden", login_email=email, login_password=password)
    return page.headings[0].startswith("Herzlich willkommen")


def test_every_mail_with_a_secret_link_has_a_story_here() -> None:
    told = re.findall(r'scanned_link\("([^"]+)"\)', Path(__file__).read_text(encoding="utf-8"))
    assert set(told) == set(SECRET)


def test_the_links_of_a_signup_outlive_the_scanner(browser_: Browser, gateway: Gateway) -> None:
    browser_.open("/login")
    browser_.submit(
        "REGISTRIEREN",
        signup_email=NEW,
        signup_last_name="Beispiel",
        signup_first_name="Nora",
        signup_password=PASSWORD,
        signup_repeated=PASSWORD,
    )
    first = gateway.scanned_link("accounts/confirmation_link")
    browser_.submit("Link erneut senden")
    again = gateway.scanned_link("accounts/confirmation_link")
    assert again != first
    browser_.open(again)
    browser_.submit("Registrierung bestätigen")
    assert "M03" in gateway.open_all()
    assert is_welcome(browser_, NEW, PASSWORD)


def test_the_link_to_a_new_password_outlives_the_scanner(
    browser_: Browser, gateway: Gateway, customer: CustomerAccount
) -> None:
    browser_.open("/passwort-vergessen")
    browser_.submit("Link anfordern", email=customer.email)
    browser_.open(gateway.scanned_link("accounts/reset_link"))
    set_password(browser_)
    assert "M06" in gateway.open_all()
    assert is_welcome(browser_, OLD, NEW_PASSWORD)


def set_password(browser: Browser) -> None:
    done = browser.submit("Passwort speichern", password=NEW_PASSWORD, repeated=NEW_PASSWORD)
    assert done.status == 200


def test_the_link_in_the_mail_about_guesses_outlives_the_scanner(
    browser_: Browser, gateway: Gateway, customer: CustomerAccount
) -> None:
    guess_by_strangers(customer, 19)
    with moved_by(minutes=5):
        browser_.open("/login")
        browser_.submit("Anmelden", login_email=OLD, login_password="falsch1#")
        browser_.open(gateway.scanned_link("accounts/guesses"))
        set_password(browser_)
        assert is_welcome(browser_, OLD, NEW_PASSWORD)


def test_the_mail_about_a_new_device_ends_no_login(
    app: Flask, browser_: Browser, gateway: Gateway, customer: CustomerAccount
) -> None:
    log_in(browser_, customer.email)
    log_in(Browser(app.test_client()), OLD)
    assert "M24" in gateway.open_all()
    assert browser_.open("/konto").headings[0].startswith("Herzlich willkommen")


def test_the_link_to_a_new_address_outlives_the_scanner(
    app: Flask, browser_: Browser, gateway: Gateway, customer: CustomerAccount
) -> None:
    log_in(browser_, customer.email)
    browser_.open("/konto/e-mail")
    browser_.submit("Link anfordern", email=NEW)
    browser_.open(gateway.scanned_link("accounts/address_link"))
    assert "bestätigt" in browser_.submit("E-Mail-Adresse bestätigen").headings[0]
    assert "M07" in gateway.open_all()
    assert is_welcome(Browser(app.test_client()), NEW, PASSWORD)


def test_the_link_to_a_case_outlives_the_scanner(browser_: Browser, gateway: Gateway) -> None:
    ask_for_help(browser_, email=OLD)
    page = browser_.open(gateway.scanned_link("recovery/receipt"))
    assert "in Bearbeitung" in page.text
    assert "wir haben es notiert" in browser_.submit("Link erneut senden").text


def test_the_link_back_into_an_account_outlives_the_scanner(
    browser_: Browser,
    staff: Browser,
    gateway: Gateway,
    customer: CustomerAccount,
    riddles: list[Riddle],
) -> None:
    customer_id = customer.id
    ask_for_help(browser_)
    assign(staff, customer_id)
    staff.submit("Wiederherstellungslink senden")
    browser_.open(gateway.scanned_link("recovery/link"))
    assert find_back(browser_, riddles).headings == ["FERTIG!"]
    assert "M06" in gateway.open_all()
    assert is_welcome(browser_, OLD, NEW_PASSWORD)


def find_back(browser: Browser, riddles: list[Riddle]) -> Page:
    browser.submit("Weiter", robot="y")
    solve(browser, riddles)
    browser.submit("Konto bearbeiten")
    return browser.submit("Registrieren", password=NEW_PASSWORD, repeated=NEW_PASSWORD)


def test_the_links_after_an_address_from_the_office_outlive_the_scanner(
    browser_: Browser, staff: Browser, gateway: Gateway, customer: CustomerAccount
) -> None:
    """Neither is the new address confirmed, nor has the old one objected."""
    enter_address(staff, customer.id, NEW)
    objection = gateway.scanned_link("recovery/change_told")
    browser_.open(objection)
    assert browser_.submit("Das war ich nicht").headings == ["Ihr Widerspruch ist eingegangen"]
    assert "M07" in gateway.open_all()
    assert is_welcome(browser_, OLD, PASSWORD)


@pytest.mark.usefixtures("noon")
def test_the_links_of_a_saved_search_outlive_the_scanner(
    browser_: Browser, gateway: Gateway
) -> None:
    """Neither does the scanner confirm it, nor does it end it."""
    order_as_guest(browser_, NEW)
    browser_.open(gateway.scanned_link("alerts/confirmation_link"))
    done = browser_.submit("Benachrichtigung bestätigen")
    assert done.headings == ["Benachrichtigung bestätigt"]
    make_course(title="Italienisch")
    with moved_by(minutes=11):
        tell_of_new_courses()
        browser_.open(gateway.scanned_link("alerts/new_courses"))
    ended = browser_.submit("Benachrichtigung beenden")
    assert ended.headings == ["Benachrichtigung beendet"]


def test_the_link_to_a_guests_booking_outlives_the_scanner(
    browser_: Browser, gateway: Gateway, customer: CustomerAccount
) -> None:
    reference = booked_as_guest(customer, OLD, make_course(title="Keramik"))
    browser_.open("/buchung")
    browser_.submit("Link anfordern", reference=reference, email=OLD)
    link = gateway.scanned_link("booking/guest_link")
    assert "Keramik" in browser_.open(link).text
    browser_.click("Anmeldung stornieren")
    assert "ist storniert" in browser_.submit("Anmeldung stornieren").text


def test_the_link_in_a_guests_receipt_outlives_the_scanner(
    browser_: Browser, gateway: Gateway
) -> None:
    browser_.open(f"/kurs/{make_course(title='Keramik', fee_cents=0).slug}")
    browser_.submit("Direktbuchung")
    browser_.click("Weiter als Gast")
    browser_.submit("Weiter zur Zusammenfassung", **GUEST)
    browser_.submit("Kostenfrei buchen", terms_accepted="y")
    link = gateway.scanned_link("booking/receipt")
    assert "Keramik" in browser_.open(link).text
    assert "Keramik" in browser_.open(link).text


def test_the_link_to_a_place_on_the_waiting_list_outlives_the_scanner(
    browser_: Browser, gateway: Gateway
) -> None:
    """The scanner does not leave the list."""
    join_as_guest(browser_, make_full_course(), NEW)
    page = browser_.open(gateway.scanned_link("booking/waitlist_joined"))
    assert "Platz 1 von 1" in page.text
    browser_.submit("Warteliste verlassen")
    assert "steht nicht mehr auf der Warteliste" in browser_.page.text


def test_the_link_to_an_offered_seat_outlives_the_scanner(
    browser_: Browser, post: Post, gateway: Gateway
) -> None:
    """Neither is the seat declined by it, nor booked."""
    course = make_full_course()
    join_as_guest(browser_, course, NEW)
    wait_for(course)
    post.new_mails()
    free_a_seat(course)
    page = browser_.open(gateway.scanned_link("booking/waitlist_offer"))
    assert "Ein Platz ist frei." in page.text
    assert "steht nicht mehr" in browser_.submit("Angebot ablehnen").text
