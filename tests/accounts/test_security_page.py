"""Sicherheit & Geräte: where somebody is logged in, and how to end that (ASVS 7.5.2)."""

import re

import pytest
from flask import Flask
from sqlalchemy import func, select

from kmz.accounts.models import CustomerAccount, KnownDevice, LoginSession
from kmz.db import db
from tests.factories import make_customer
from tests.page import Browser
from tests.steps import log_in, send

PATH = "/konto/sicherheit"


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    return make_customer()


@pytest.fixture
def other(app: Flask, customer: CustomerAccount) -> Browser:
    """The same person's second browser, logged in."""
    browser = Browser(app.test_client())
    log_in(browser, customer.email)
    return browser


def test_everywhere_else_ends_with_one_click(
    browser_: Browser, customer: CustomerAccount, other: Browser
) -> None:
    log_in(browser_, customer.email)
    browser_.open(PATH)
    page = browser_.submit("Überall sonst ausloggen")
    assert "Alle anderen Geräte sind ausgeloggt." in page.text
    assert other.open("/konto").headings == ["Kunden-Login"]
    assert browser_.open("/konto").headings[0].startswith("Herzlich willkommen")
    assert db.session.scalar(select(func.count()).select_from(KnownDevice)) == 1


def test_one_device_ends_and_the_others_stay(
    browser_: Browser, customer: CustomerAccount, other: Browser
) -> None:
    log_in(browser_, customer.email)
    page = browser_.open(PATH)
    (end,) = (form for form in page.forms if form.action.endswith("/ende"))
    browser_.page = send(browser_, end.action)
    assert other.open("/konto").headings == ["Kunden-Login"]
    assert browser_.open("/konto").status == 200


def test_nobody_ends_the_device_of_another_person(app: Flask, browser_: Browser) -> None:
    victim, attacker = make_customer(), make_customer()
    victims = Browser(app.test_client())
    log_in(victims, victim.email)
    login_id = db.session.scalar(select(LoginSession.id).filter_by(customer_id=victim.id))
    log_in(browser_, attacker.email)
    browser_.open(PATH)
    send(browser_, f"{PATH}/geraete/{login_id}/ende")
    assert victims.open("/konto").headings[0].startswith("Herzlich willkommen")


def test_the_last_logins_tell_when_how_and_how_often_it_failed(
    app: Flask, browser_: Browser, customer: CustomerAccount
) -> None:
    stranger = Browser(app.test_client())
    stranger.client.environ_base["REMOTE_ADDR"] = "192.0.2.9"
    stranger.open("/login")
    stranger.submit("Anmelden", login_email=customer.email, login_password="falsch1#")
    log_in(browser_, customer.email)
    page = browser_.open(PATH)
    assert "E-Mail-Adresse und Passwort" in page.text
    assert re.search(r"\d\d\.\d\d\.\d{4}, \d\d:\d\d Uhr", page.text)
    assert "1 vergeblicher Versuch" in page.text
