"""Another mail address takes effect when the new mailbox confirms it (C21, LOG-21–24)."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import func, select

from kmz.accounts.actions import addresses
from kmz.accounts.models import AddressChange, CustomerAccount
from kmz.accounts.queries import find_customer
from kmz.audit.models import AuditEntry
from kmz.clock import moved_by
from kmz.db import db
from kmz.errors import RefusedError
from kmz.mail.models import OutgoingMail
from tests.accounts.test_passwords import ask_for_link
from tests.accounts.test_signup import last_mail, sign_up
from tests.factories import PASSWORD, make_customer
from tests.page import Browser, Page
from tests.steps import log_in

OLD, NEW = "andrea@example.org", "andrea.neu@example.org"


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    return make_customer(email=OLD)


def ask(browser: Browser, email: str = NEW) -> Page:
    browser.open("/konto/e-mail")
    return browser.submit("Link anfordern", email=email)


def mail_to(address: str, kind: str = "M07") -> OutgoingMail:
    query = select(OutgoingMail).where(OutgoingMail.kind == kind, OutgoingMail.recipient == address)
    mail = db.session.scalars(query.order_by(OutgoingMail.id.desc())).first()
    assert mail is not None
    return mail


def link_to(address: str) -> str:
    found = re.search(r"http://localhost(/e-mail-bestaetigung/\S+)", mail_to(address).text)
    assert found is not None
    return found[1]


def mails_to(address: str) -> int:
    query = select(func.count()).where(OutgoingMail.recipient == address)
    return db.session.scalar(query) or 0


@pytest.mark.usefixtures("customer")
def test_a_new_address_counts_only_after_its_mailbox_confirmed_it(browser_: Browser) -> None:
    log_in(browser_, OLD)
    assert "gilt erst, wenn Sie ihn dort bestätigen" in ask(browser_).text
    assert find_customer(NEW) is None
    assert "ist noch nicht bestätigt" in browser_.page.text
    browser_.open(link_to(NEW))
    page = browser_.submit("E-Mail-Adresse bestätigen")
    assert page.headings == ["E-Mail-Adresse bestätigt"]
    assert find_customer(OLD) is None
    assert (
        "Herzlich willkommen"
        in log_in(Browser(browser_.client.application.test_client()), NEW).text
    )


@pytest.mark.usefixtures("customer")
def test_the_old_address_is_told_when_it_is_asked_and_when_it_counts(browser_: Browser) -> None:
    log_in(browser_, OLD)
    ask(browser_)
    assert mail_to(OLD).subject == "Ihre E-Mail-Adresse soll geändert werden"
    browser_.open(link_to(NEW))
    browser_.submit("E-Mail-Adresse bestätigen")
    told = mail_to(OLD)
    assert told.subject == "Ihre E-Mail-Adresse wurde geändert"
    assert NEW not in told.text
    assert "Waren Sie das nicht?" in told.html


@pytest.mark.usefixtures("customer")
def test_asking_needs_a_fresh_password(browser_: Browser) -> None:
    log_in(browser_, OLD)
    with moved_by(minutes=11):
        assert browser_.open("/konto/e-mail").headings == ["Passwort bestätigen"]
        assert browser_.submit("Bestätigen", password=PASSWORD).headings == ["E-Mail-Adresse"]


@pytest.mark.usefixtures("customer")
def test_a_scanner_does_not_use_the_link_up(browser_: Browser) -> None:
    log_in(browser_, OLD)
    ask(browser_)
    link = link_to(NEW)
    for prefetch in ({}, {"Sec-Purpose": "prefetch"}):
        browser_.client.head(link, headers=prefetch)
        assert browser_.client.get(link, headers=prefetch).status_code == 200
    assert find_customer(NEW) is None
    page = browser_.open(link)
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert browser_.submit("E-Mail-Adresse bestätigen").status == 200
    assert browser_.open(link).status == 410


@pytest.mark.usefixtures("customer")
def test_the_link_lives_48_hours_and_only_the_newest_counts(browser_: Browser) -> None:
    log_in(browser_, OLD)
    ask(browser_, "erste@example.org")
    ask(browser_)
    assert browser_.open(link_to("erste@example.org")).status == 410
    with moved_by(hours=49):
        assert browser_.open(link_to(NEW)).status == 410
    assert browser_.open(link_to(NEW)).status == 200


@pytest.mark.usefixtures("customer")
def test_other_logins_and_reset_links_end_when_the_address_changes(
    app: Flask, browser_: Browser
) -> None:
    other = Browser(app.test_client())
    log_in(other, OLD)
    log_in(browser_, OLD)
    ask_for_link(Browser(app.test_client()))
    reset = last_mail("M04").text.partition("http://localhost")[2].split()[0]
    ask(browser_)
    browser_.open(link_to(NEW))
    browser_.submit("E-Mail-Adresse bestätigen")
    assert other.open("/konto").headings == ["Kunden-Login"]
    assert browser_.open("/konto").headings[0].startswith("Herzlich willkommen")
    assert browser_.open(reset).status == 410


@pytest.mark.usefixtures("customer")
def test_a_new_password_kills_the_wish_for_a_new_address(browser_: Browser, app: Flask) -> None:
    log_in(browser_, OLD)
    ask(browser_)
    owner = Browser(app.test_client())
    ask_for_link(owner)
    owner.open(last_mail("M04").text.partition("http://localhost")[2].split()[0])
    owner.submit("Passwort speichern", password="neu2#-und-lang", repeated="neu2#-und-lang")
    assert browser_.open(link_to(NEW)).status == 410


@pytest.mark.usefixtures("customer")
def test_an_address_of_somebody_else_is_not_given_away(browser_: Browser) -> None:
    make_customer(email="andere@example.org", first_name="Berta")
    log_in(browser_, OLD)
    free = ask(browser_)
    taken = ask(browser_, "Andere@example.org")
    assert (free.status, free.text.replace(NEW, "X")) == (
        taken.status,
        taken.text.replace("Andere@example.org", "X"),
    )
    assert mail_to("andere@example.org", "M02").subject == "Sie haben bereits ein Kundenkonto"
    assert "/e-mail-bestaetigung/" not in mail_to("andere@example.org", "M02").text
    assert mails_to("Andere@example.org") == 0


@pytest.mark.usefixtures("customer")
def test_an_address_that_was_taken_meanwhile_makes_the_link_dead(browser_: Browser) -> None:
    log_in(browser_, OLD)
    ask(browser_)
    browser_.open(link_to(NEW))
    make_customer(email=NEW, first_name="Berta")
    assert browser_.submit("E-Mail-Adresse bestätigen").status == 410
    assert find_customer(OLD) is not None


@pytest.mark.usefixtures("customer")
def test_the_own_address_is_no_change(browser_: Browser) -> None:
    log_in(browser_, OLD)
    page = ask(browser_, "ANDREA@example.org")
    assert page.status == 422
    assert "Das ist schon Ihre E-Mail-Adresse." in page.text


def test_an_account_has_five_links_a_day_mailed(customer: CustomerAccount) -> None:
    for number in range(5):
        addresses.request_address_change(
            customer.id, new_email=f"neu{number}@example.org", by=customer
        )
    with pytest.raises(RefusedError, match=r"address\.too_many"):
        addresses.request_address_change(customer.id, new_email=NEW, by=customer)
    with moved_by(hours=25):
        addresses.request_address_change(customer.id, new_email=NEW, by=customer)


def test_eight_clicks_at_once_change_the_address_once(
    app: Flask, customer: CustomerAccount
) -> None:
    addresses.request_address_change(customer.id, new_email=NEW, by=customer)
    token = link_to(NEW).rpartition("/")[2]
    db.session.rollback()

    def click() -> bool:
        with app.app_context():
            return addresses.confirm_address_change(token) is not None

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda _: click(), range(8)))
    assert sum(won) == 1
    entries = select(func.count()).where(AuditEntry.action == "address.changed")
    assert db.session.scalar(entries) == 1


def test_two_accounts_confirm_one_address_and_one_gets_it(customer: CustomerAccount) -> None:
    other = make_customer(email="berta@example.org")
    tokens = []
    for account in (customer, other):
        addresses.request_address_change(account.id, new_email=NEW, by=account)
        tokens.append(link_to(NEW).rpartition("/")[2])
    assert [addresses.confirm_address_change(token) is not None for token in tokens] == [
        True,
        False,
    ]


@pytest.mark.usefixtures("customer")
def test_a_sign_up_that_waits_for_the_same_address_loses_against_the_change(
    browser_: Browser, app: Flask
) -> None:
    sign_up(browser_, signup_email=NEW)
    customer = find_customer(OLD)
    assert customer is not None
    addresses.request_address_change(customer.id, new_email=NEW, by=customer)
    visitor = Browser(app.test_client())
    visitor.open(link_to(NEW))
    visitor.submit("E-Mail-Adresse bestätigen")
    browser_.open(last_mail("M01").text.partition("http://localhost")[2].split()[0])
    assert browser_.submit("Registrierung bestätigen").status == 410


def test_the_audit_names_no_address(customer: CustomerAccount) -> None:
    addresses.request_address_change(customer.id, new_email=NEW, by=customer)
    addresses.confirm_address_change(link_to(NEW).rpartition("/")[2])
    entries = list(db.session.scalars(select(AuditEntry)))
    assert {entry.action for entry in entries} == {"address.change_requested", "address.changed"}
    assert not any("@" in str(entry.details) for entry in entries)
    assert db.session.scalar(select(AddressChange.confirmed_at)) is not None
