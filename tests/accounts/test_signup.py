"""Signing up with double opt-in (U01–U10, REG-01 … REG-20)."""

import re
from concurrent.futures import ThreadPoolExecutor

from flask import Flask
from sqlalchemy import func, select

from kmz.accounts.actions import signup
from kmz.accounts.models import CustomerAccount, SignupRequest
from kmz.accounts.queries import find_customer
from kmz.clock import moved_by
from kmz.db import db
from kmz.mail.models import OutgoingMail
from tests.factories import PASSWORD, make_customer
from tests.page import Browser, Page

PERSON = {
    "signup_email": "neu@example.org",
    "signup_last_name": "O’Brien",
    "signup_first_name": "Zoë",
    "signup_password": PASSWORD,
    "signup_repeated": PASSWORD,
}


def sign_up(browser: Browser, **changes: str) -> Page:
    browser.open("/login")
    return browser.submit("REGISTRIEREN", **{**PERSON, **changes})


def last_mail(kind: str) -> OutgoingMail:
    db.session.rollback()
    query = select(OutgoingMail).where(OutgoingMail.kind == kind).order_by(OutgoingMail.id.desc())
    mail = db.session.scalars(query).first()
    assert mail is not None
    return mail


def link_in(mail: OutgoingMail) -> str:
    found = re.search(
        r"http://localhost(/(?:registrieren/bestaetigung|passwort-neu)/\S+)", mail.text
    )
    assert found is not None
    return found[1]


def test_the_form_has_exactly_the_five_documented_fields(browser_: Browser) -> None:
    form = browser_.open("/login").form(button="REGISTRIEREN")
    assert {name for name in form.names if name.startswith("signup-")} == {
        "signup-email",
        "signup-last_name",
        "signup-first_name",
        "signup-password",
        "signup-repeated",
        "signup-weiter",
    }


def test_confirming_by_the_button_makes_the_account(browser_: Browser) -> None:
    assert "Bestätigungslink geschickt" in sign_up(browser_).text
    assert find_customer("neu@example.org") is None
    browser_.open(link_in(last_mail("M01")))
    assert find_customer("neu@example.org") is None
    assert "eingerichtet" in browser_.submit("Registrierung bestätigen").text
    customer = find_customer("NEU@example.org")
    assert customer is not None
    assert customer.full_name == "Zoë O’Brien"


def test_opening_the_link_changes_nothing_and_it_works_once(browser_: Browser) -> None:
    sign_up(browser_)
    link = link_in(last_mail("M01"))
    browser_.client.head(link)
    browser_.open(link)
    browser_.submit("Registrierung bestätigen")
    assert browser_.open(link).status == 410
    assert "abgelaufen oder wurde schon benutzt" in browser_.page.text


def test_the_link_dies_after_48_hours(browser_: Browser) -> None:
    sign_up(browser_)
    with moved_by(hours=49):
        assert browser_.open(link_in(last_mail("M01"))).status == 410


def test_no_login_before_the_confirmation(browser_: Browser) -> None:
    sign_up(browser_)
    browser_.open("/login")
    page = browser_.submit("Anmelden", login_email="neu@example.org", login_password=PASSWORD)
    assert page.status == 422
    assert "Falsche Zugangsdaten" in page.text


def test_a_known_address_gets_the_same_page_and_another_mail(browser_: Browser) -> None:
    make_customer(email="alt@example.org")
    known = sign_up(browser_, signup_email="Alt@example.org")
    unknown = sign_up(browser_)
    assert (known.status, known.text) == (unknown.status, unknown.text)
    assert last_mail("M02").recipient == "alt@example.org"


def test_errors_keep_what_was_typed_but_not_the_password(browser_: Browser) -> None:
    page = sign_up(browser_, signup_repeated="anders1#", signup_email="kein-klammeraffe")
    assert page.status == 422
    assert "stimmen nicht überein" in page.text
    assert "name@beispiel.de" in page.text
    assert "O’Brien" in page.html
    assert PASSWORD not in page.html


def test_addresses_in_names_are_not_mailed_to_strangers(browser_: Browser) -> None:
    page = sign_up(browser_, signup_first_name="Gewinn http://boese.example")
    assert page.status == 422
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 0


def test_only_the_confirmed_request_sets_the_password(browser_: Browser) -> None:
    sign_up(browser_, signup_password="angreifer1#", signup_repeated="angreifer1#")
    sign_up(browser_)
    browser_.open(link_in(last_mail("M01")))
    browser_.submit("Registrierung bestätigen")
    browser_.open("/login")
    assert (
        browser_.submit(
            "Anmelden", login_email="neu@example.org", login_password="angreifer1#"
        ).status
        == 422
    )
    assert (
        "Herzlich willkommen"
        in browser_.submit("Anmelden", login_email="neu@example.org", login_password=PASSWORD).text
    )


def test_one_mailbox_gets_at_most_five_mails_a_day(browser_: Browser) -> None:
    for _ in range(8):
        sign_up(browser_)
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 5


def test_eight_clicks_at_once_make_one_account(app: Flask, browser_: Browser) -> None:
    sign_up(browser_)
    token = link_in(last_mail("M01")).rpartition("/")[2]
    db.session.rollback()

    def click() -> bool:
        with app.app_context():
            return signup.confirm_signup(token, confirmed_from="x") is not None

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda _: click(), range(8)))
    assert sum(won) == 1
    assert db.session.scalar(select(func.count()).select_from(CustomerAccount)) == 1


def test_unconfirmed_requests_are_forgotten_after_seven_days(browser_: Browser) -> None:
    sign_up(browser_)
    with moved_by(days=6):
        signup.delete_old_signups()
        assert db.session.scalar(select(func.count()).select_from(SignupRequest)) == 1
    with moved_by(days=8):
        signup.delete_old_signups()
        assert db.session.scalar(select(func.count()).select_from(SignupRequest)) == 0
