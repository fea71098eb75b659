"""What the office may do with customers' accounts (ASVS 7.4.2, 7.4.5)."""

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.accounts.models import CustomerAccount
from kmz.audit.models import AuditEntry
from kmz.db import db
from tests.accounts.test_login import log_in
from tests.factories import make_bank_account, make_customer, make_staff
from tests.page import Browser
from tests.steps import log_in_staff


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    return make_customer(email="andrea@example.org")


@pytest.fixture
def office(app: Flask) -> Browser:
    """A browser in which the office is logged in."""
    make_staff(email="buero@example.org")
    browser = Browser(app.test_client())
    log_in_staff(browser, "buero@example.org")
    return browser


def actions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


@pytest.mark.usefixtures("customer")
def test_a_customer_is_found_by_name_or_address(office: Browser) -> None:
    make_customer(first_name="Bernd", last_name="Zander")
    assert "1 Person" in office.open("/verwaltung/kunden?suche=andrea+beispiel").text
    assert "Zander" not in office.page.text
    assert "1 Person" in office.open("/verwaltung/kunden?suche=andrea@").text
    assert "Dazu gibt es niemanden" in office.open("/verwaltung/kunden?suche=%25").text


def test_ending_all_logins_works_at_once(
    office: Browser, browser_: Browser, customer: CustomerAccount
) -> None:
    log_in(browser_)
    office.open(f"/verwaltung/kunden/{customer.id}")
    assert "ausgeloggt" in office.submit("Alle Geräte ausloggen").text
    assert "Kunden-Login" in browser_.open("/konto").headings
    assert "login.all_ended" in actions()


def test_a_locked_customer_is_out_and_cannot_come_back(
    office: Browser, browser_: Browser, customer: CustomerAccount
) -> None:
    log_in(browser_)
    office.open(f"/verwaltung/kunden/{customer.id}")
    office.submit("Sperren")
    assert "Kunden-Login" in browser_.open("/konto").headings
    assert "Falsche Zugangsdaten" in log_in(browser_).text
    office.open(f"/verwaltung/kunden/{customer.id}")
    office.submit("Entsperren")
    assert "Herzlich willkommen" in log_in(browser_).text
    assert {"account.locked", "account.unlocked"} <= set(actions())


def test_the_office_sees_no_iban(office: Browser, customer: CustomerAccount) -> None:
    make_bank_account(customer)
    page = office.open(f"/verwaltung/kunden/{customer.id}")
    assert "DE89" not in page.html


def test_an_unknown_customer_is_not_found(office: Browser) -> None:
    assert office.open("/verwaltung/kunden/999999").status == 404


def test_finance_may_look_but_not_lock(app: Flask, customer: CustomerAccount) -> None:
    make_staff(role="finance", email="kasse@example.org")
    browser = Browser(app.test_client())
    log_in_staff(browser, "kasse@example.org")
    customer_id = customer.id
    page = browser.open(f"/verwaltung/kunden/{customer_id}")
    token = dict(page.form(button="Sperren").fields)["csrf_token"]
    answer = browser.client.post(
        f"/verwaltung/kunden/{customer_id}/sperre", data={"csrf_token": token}
    )
    assert answer.status_code == 403
