"""Recovery codes: ten, once each, for the day the second factor is lost (V6.5)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kmz.accounts.models import StaffRecoveryCode, StaffUser
from kmz.clock import moved_by
from kmz.db import db
from tests.factories import STAFF_PASSWORD, make_staff
from tests.page import Browser, Page
from tests.steps import log_in_staff, printed_codes, show_password

OFFICE = "buero@example.org"


@pytest.fixture
def staff(app: Flask) -> StaffUser:
    return make_staff(email=OFFICE)


@pytest.fixture
def codes(staff: StaffUser, browser_: Browser) -> list[str]:
    assert staff
    log_in_staff(browser_, OFFICE)
    browser_.open("/verwaltung/zugang/codes")
    return printed_codes(browser_.submit("Codes erzeugen"))


def show_recovery_code(client: FlaskClient, code: str) -> Page:
    browser = Browser(client)
    show_password(browser, OFFICE)
    browser.click("Wiederherstellungscode")
    return browser.submit("Bestätigen", code=code)


def test_a_recovery_code_works_once_however_it_is_typed(app: Flask, codes: list[str]) -> None:
    page = show_recovery_code(app.test_client(), codes[3].upper().replace(" ", "-"))
    assert page.path == "/verwaltung"
    assert "Unbenutzte Codes: 9" in page.text
    page = show_recovery_code(app.test_client(), codes[3])
    assert (page.status, page.headings) == (422, ["Wiederherstellungscode"])
    assert show_recovery_code(app.test_client(), codes[4]).path == "/verwaltung"


def test_guessing_recovery_codes_is_slowed(app: Flask, codes: list[str]) -> None:
    browser = Browser(app.test_client())
    show_password(browser, OFFICE)
    browser.click("Wiederherstellungscode")
    for wrong in ("0" * 16, "f" * 16, "x", "1" * 16, "2" * 16):
        assert "stimmt nicht" in browser.submit("Bestätigen", code=wrong).text
    assert "Zu viele Versuche" in browser.submit("Bestätigen", code=codes[0]).text


def test_new_recovery_codes_end_the_old_ones(
    app: Flask, browser_: Browser, codes: list[str]
) -> None:
    browser_.open("/verwaltung/zugang/codes")
    browser_.submit("Codes erzeugen")
    assert show_recovery_code(app.test_client(), codes[0]).status == 422


@pytest.mark.usefixtures("staff")
def test_new_recovery_codes_need_a_fresh_password(browser_: Browser) -> None:
    log_in_staff(browser_, OFFICE)
    with moved_by(minutes=10):
        browser_.open("/verwaltung/zugang/codes")
    with moved_by(minutes=16):
        page = browser_.submit("Codes erzeugen")
        assert page.headings == ["Passwort bestätigen"]
        browser_.submit("Bestätigen", password=STAFF_PASSWORD)
    assert db.session.scalars(select(StaffRecoveryCode)).all() == []
