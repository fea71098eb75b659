"""Passwort vergessen? and Passwort ändern (C28, U40, RES rows)."""

import pytest
from flask import Flask

from kmz.accounts.actions import passwords
from kmz.accounts.models import CustomerAccount
from kmz.clock import moved_by
from tests.accounts.test_login import log_in
from tests.accounts.test_signup import last_mail, link_in
from tests.factories import PASSWORD, make_customer
from tests.page import Browser

NEW = "neu2#-und-lang"


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    return make_customer(email="andrea@example.org")


def ask_for_link(browser: Browser, email: str = "andrea@example.org") -> str:
    browser.open("/passwort-vergessen")
    return browser.submit("Link anfordern", email=email).text


@pytest.mark.usefixtures("customer")
def test_the_answer_is_the_same_for_known_and_unknown_addresses(browser_: Browser) -> None:
    assert ask_for_link(browser_) == ask_for_link(browser_, "niemand@example.org")


@pytest.mark.usefixtures("customer")
def test_a_new_password_through_the_link_ends_all_logins(app: Flask, browser_: Browser) -> None:
    other = Browser(app.test_client())
    log_in(other)
    ask_for_link(browser_)
    browser_.open(link_in(last_mail("M04")))
    page = browser_.submit("Passwort speichern", password=NEW, repeated=NEW)
    assert "gilt ab sofort" in page.text
    assert "Kunden-Login" in other.open("/konto").headings
    assert last_mail("M06").recipient == "andrea@example.org"
    assert "Herzlich willkommen" in log_in(browser_, password=NEW).text


@pytest.mark.usefixtures("customer")
def test_a_refused_password_does_not_use_the_link_up(browser_: Browser) -> None:
    ask_for_link(browser_)
    link = link_in(last_mail("M04"))
    browser_.open(link)
    assert browser_.submit("Passwort speichern", password="kurz", repeated="kurz").status == 422
    assert browser_.submit("Passwort speichern", password=NEW, repeated=NEW).status == 200
    assert browser_.open(link).status == 410


@pytest.mark.usefixtures("customer")
def test_only_the_newest_link_works_and_for_an_hour(browser_: Browser) -> None:
    ask_for_link(browser_)
    older = link_in(last_mail("M04"))
    ask_for_link(browser_)
    newer = link_in(last_mail("M04"))
    assert browser_.open(older).status == 410
    with moved_by(minutes=61):
        assert browser_.open(newer).status == 410
    assert browser_.open(newer).status == 200


@pytest.mark.usefixtures("customer")
def test_the_link_page_is_not_stored_and_sends_no_referrer(browser_: Browser) -> None:
    ask_for_link(browser_)
    page = browser_.open(link_in(last_mail("M04")))
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"


def test_changing_needs_the_old_password_and_ends_other_logins(
    app: Flask, browser_: Browser, customer: CustomerAccount
) -> None:
    other = Browser(app.test_client())
    log_in(other)
    log_in(browser_)
    browser_.open("/konto/passwort")
    page = browser_.submit("Passwort ändern", current="falsch1#", password=NEW, repeated=NEW)
    assert page.status == 422
    assert "Das Passwort stimmt nicht." in page.text
    page = browser_.submit("Passwort ändern", current=PASSWORD, password=NEW, repeated=NEW)
    assert "Ihr Passwort ist geändert" in page.text
    assert "Kunden-Login" in other.open("/konto").headings
    assert browser_.open("/konto").headings[0].startswith("Herzlich")


@pytest.mark.usefixtures("customer")
def test_bank_data_ask_for_the_password_again_after_ten_minutes(browser_: Browser) -> None:
    log_in(browser_)
    with moved_by(minutes=11):
        page = browser_.open("/konto/bankverbindungen")
        assert page.headings == ["Passwort bestätigen"]
        assert browser_.submit("Bestätigen", password="falsch1#").status == 422
        assert browser_.submit("Bestätigen", password=PASSWORD).headings == ["Bankverbindungen"]


def test_a_dead_link_changes_nothing(app: Flask) -> None:
    assert not passwords.reset_password("unbekannt", password_hash="x")
