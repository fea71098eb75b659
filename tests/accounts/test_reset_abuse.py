"""What people try with Passwort vergessen? (RES rows of the abuse cases)."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from kmz.accounts.actions import passwords
from kmz.accounts.models import CustomerAccount, PasswordReset
from kmz.db import db
from kmz.mail.models import OutgoingMail
from tests.accounts.test_passwords import NEW, ask_for_link
from tests.accounts.test_signup import last_mail, link_in
from tests.factories import make_customer
from tests.page import Browser
from tests.steps import log_in, send

EMAIL = "andrea@example.org"


@pytest.fixture(autouse=True)
def customer(app: Flask) -> CustomerAccount:
    return make_customer(email=EMAIL)


def test_asking_changes_nothing_and_ends_no_login(app: Flask, customer: CustomerAccount) -> None:
    owner, stranger = Browser(app.test_client()), Browser(app.test_client())
    log_in(owner, EMAIL)
    for _ in range(8):
        ask_for_link(stranger)
    assert owner.open("/konto").headings[0].startswith("Herzlich willkommen")
    found = db.session.get_one(CustomerAccount, customer.id)
    assert found.password_hash == customer.password_hash
    mails = select(func.count()).where(OutgoingMail.kind == "M04")
    assert db.session.scalar(mails) == 5


def test_two_addresses_in_one_request_mail_only_to_the_stored_one(browser_: Browser) -> None:
    browser_.open("/passwort-vergessen")
    for emails in (
        [EMAIL, "angreifer@example.org"],
        ["angreifer@example.org", EMAIL],
        [f"{EMAIL},angreifer@example.org"],
        [f"{EMAIL}\r\nBcc: angreifer@example.org"],
    ):
        send(browser_, "/passwort-vergessen", email=emails)
    recipients = set(db.session.scalars(select(OutgoingMail.recipient)))
    assert recipients <= {EMAIL}


def test_a_tampered_link_is_dead_and_leaves_the_good_one_alone(browser_: Browser) -> None:
    ask_for_link(browser_)
    link = link_in(last_mail("M04"))
    for wrong in (
        link[:-1],
        link + "A",
        link.swapcase().replace("/PASSWORT-NEU/", "/passwort-neu/"),
    ):
        assert browser_.open(wrong).status == 410
    assert browser_.open(link).status == 200


def test_eight_clicks_at_once_set_one_password(app: Flask, browser_: Browser) -> None:
    ask_for_link(browser_)
    token = link_in(last_mail("M04")).rpartition("/")[2]
    db.session.rollback()

    def click(number: int) -> bool:
        with app.app_context():
            return passwords.reset_password(token, password_hash=f"hash-{number}")

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(click, range(8)))
    assert sum(won) == 1
    assert db.session.scalar(select(CustomerAccount.password_hash)) == f"hash-{won.index(True)}"


def test_the_notice_names_no_password_and_the_database_no_link(browser_: Browser) -> None:
    ask_for_link(browser_)
    link = link_in(last_mail("M04"))
    browser_.open(link)
    browser_.submit("Passwort speichern", password=NEW, repeated=NEW)
    notice = last_mail("M06")
    assert NEW not in notice.text + notice.html
    kept = db.session.scalars(select(PasswordReset.token_hash)).one()
    assert kept not in link


def test_the_own_address_is_no_new_password(browser_: Browser) -> None:
    ask_for_link(browser_)
    browser_.open(link_in(last_mail("M04")))
    page = browser_.submit("Passwort speichern", password="andrea1#", repeated="andrea1#")
    assert page.status == 422
    assert "sehr häufig verwendet" in page.text
    assert browser_.submit("Passwort speichern", password=NEW, repeated=NEW).status == 200
