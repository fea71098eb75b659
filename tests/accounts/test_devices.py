"""Known browsers: the owner is told of others, and no made-up token is ever adopted."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from kmz.accounts.actions.customers import end_all_logins
from kmz.accounts.actions.devices import Visit, delete_stale_devices
from kmz.accounts.actions.login import open_login
from kmz.accounts.models import CustomerAccount, KnownDevice, LoginSession, StaffUser
from kmz.clock import moved_by, now
from kmz.crypto import token_digest
from kmz.db import db, transaction
from kmz.mail.models import OutgoingMail
from tests.factories import make_customer, make_staff
from tests.page import Browser
from tests.steps import log_in, log_in_staff

ANDREA = "andrea@example.org"
FIREFOX = {"HTTP_USER_AGENT": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0"}


@pytest.fixture
def customer(app: Flask) -> CustomerAccount:
    return make_customer(email=ANDREA)


def browser_on(app: Flask, **environment: str) -> Browser:
    client = app.test_client()
    client.environ_base.update(environment)
    return Browser(client)


def device_token(browser: Browser) -> str:
    cookie = browser.client.get_cookie("kmz_device")
    assert cookie is not None
    return str(cookie.value)


def told() -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.kind == "M24")))


def devices() -> int:
    return db.session.scalar(select(func.count(KnownDevice.id))) or 0


@pytest.mark.usefixtures("customer")
def test_a_login_makes_the_browser_known_for_a_year_and_the_logout_leaves_it(
    browser_: Browser,
) -> None:
    log_in(browser_, ANDREA)
    cookie = browser_.client.get_cookie("kmz_device")
    assert cookie is not None
    assert cookie.http_only
    assert cookie.same_site == "Lax"
    assert cookie.max_age == 365 * 24 * 3600
    hashes = db.session.scalars(select(KnownDevice.token_hash)).all()
    assert hashes == [token_digest(str(cookie.value))]
    browser_.submit("LOGOUT")
    assert device_token(browser_) == cookie.value


@pytest.mark.usefixtures("customer")
def test_the_token_changes_with_every_login_and_stays_one_device(browser_: Browser) -> None:
    seen = set()
    for _ in range(2):
        log_in(browser_, ANDREA)
        browser_.submit("LOGOUT")
        seen.add(device_token(browser_))
    assert len(seen) == 2
    assert devices() == 1


@pytest.mark.usefixtures("customer")
def test_a_family_shares_a_browser(browser_: Browser) -> None:
    make_customer(email="boris@example.org")
    for email in (ANDREA, "boris@example.org", ANDREA):
        log_in(browser_, email)
        browser_.submit("LOGOUT")
    assert devices() == 2
    assert told() == []


@pytest.mark.usefixtures("customer")
def test_planted_tokens_are_never_adopted(app: Flask, browser_: Browser) -> None:
    thief = browser_on(app)
    make_customer(email="dieb@example.org")
    log_in(thief, "dieb@example.org")
    planted = device_token(thief)
    browser_.client.set_cookie("kmz_device", planted)
    browser_.client.set_cookie("kmz_login", "x" * 43)
    log_in(browser_, ANDREA)
    assert device_token(browser_) != planted
    known = db.session.scalars(select(KnownDevice.token_hash)).all()
    assert token_digest(planted) not in known
    logins = db.session.scalars(select(LoginSession.token_hash)).all()
    assert token_digest("x" * 43) not in logins


@pytest.mark.usefixtures("customer")
def test_the_owner_is_told_of_a_login_in_another_browser(app: Flask) -> None:
    log_in(browser_on(app), ANDREA)
    assert told() == []
    other = browser_on(app, **FIREFOX)
    log_in(other, ANDREA)
    (mail,) = told()
    assert mail.recipient == ANDREA
    assert "Firefox auf Windows" in mail.text
    assert "/passwort-vergessen" in mail.text
    assert "/konto/sicherheit" in mail.text
    other.submit("LOGOUT")
    log_in(other, ANDREA)
    assert len(told()) == 1


@pytest.mark.usefixtures("customer")
def test_the_owner_is_told_of_a_login_after_five_failures(browser_: Browser) -> None:
    for _ in range(5):
        browser_.open("/login")
        browser_.submit("Anmelden", login_email=ANDREA, login_password="falsch1#")
    with moved_by(seconds=3):
        log_in(browser_, ANDREA)
    (mail,) = told()
    assert "Vergebliche Versuche davor: 5" in mail.text


def test_staff_are_told_too(app: Flask) -> None:
    make_staff(email="buero@example.org")
    log_in_staff(browser_on(app), "buero@example.org")
    log_in_staff(browser_on(app), "buero@example.org")
    (mail,) = told()
    assert "Administration" in mail.text
    assert "/passwort-vergessen" not in mail.text


def test_who_has_no_mailbox_is_not_told(app: Flask, customer: CustomerAccount) -> None:
    with transaction():
        customer.email = ""
    for _ in range(2):
        open_login(customer, via="school", visit=Visit("192.0.2.1"))
    assert told() == []


def test_every_way_in_is_noted(app: Flask, customer: CustomerAccount) -> None:
    open_login(customer, via="passkey", visit=Visit("192.0.2.1", "Firefox"))
    login = db.session.scalars(select(LoginSession)).one()
    assert (login.via, login.device) == ("passkey", "Firefox")
    assert customer.last_login_at == login.created_at


def test_logging_out_everywhere_forgets_the_browsers(
    browser_: Browser, customer: CustomerAccount
) -> None:
    log_in(browser_, ANDREA)
    end_all_logins(customer.id, by=make_staff())
    assert devices() == 0
    assert "Kunden-Login" in browser_.open("/konto").headings


@pytest.mark.usefixtures("customer")
def test_browsers_are_forgotten_after_a_year(browser_: Browser) -> None:
    log_in(browser_, ANDREA)
    with moved_by(days=364):
        delete_stale_devices()
        assert devices() == 1
    with moved_by(days=366):
        delete_stale_devices()
        assert devices() == 0


def test_dismissed_staff_are_out_on_the_next_request(browser_: Browser) -> None:
    staff = make_staff(email="buero@example.org")
    log_in_staff(browser_, "buero@example.org")
    with transaction() as session:
        session.get_one(StaffUser, staff.id).disabled_at = now()
    assert browser_.open("/verwaltung").path == "/verwaltung/login"
