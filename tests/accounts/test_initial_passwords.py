"""Initial passwords: given by the office, replaced at the first login (C30)."""

import pytest
from flask import Flask
from sqlalchemy import select

from kmz.accounts.models import CustomerAccount, School
from kmz.audit.models import AuditEntry
from kmz.db import db
from kmz.mail.models import OutgoingMail
from tests.factories import PASSWORD, make_school, make_school_customer
from tests.page import Browser, Page
from tests.steps import log_in_by_school, send

OWN = "mein#eigenes-1"
FIRST = "/konto/erstes-passwort"
HEADING = "Persönliches Passwort festlegen"


@pytest.fixture
def school(app: Flask) -> School:
    return make_school(number="04711")


@pytest.fixture
def person(school: School) -> CustomerAccount:
    return make_school_customer(school, username="andrea", password_is_initial=True)


def choose(browser: Browser, password: str = OWN, repeated: str = OWN) -> Page:
    return browser.submit("Passwort speichern", password=password, repeated=repeated)


@pytest.mark.usefixtures("person")
def test_the_first_login_leads_to_an_own_password_until_there_is_one(browser_: Browser) -> None:
    assert log_in_by_school(browser_, "04711", "andrea").headings == [HEADING]
    for address in ("/konto", "/konto/profil", "/konto/bankverbindungen", "/buchen"):
        assert browser_.open(address).path == FIRST
    assert browser_.open("/kurse").link(HEADING) == FIRST


@pytest.mark.usefixtures("person")
def test_an_own_password_replaces_the_initial_one(browser_: Browser, app: Flask) -> None:
    other = Browser(app.test_client())
    log_in_by_school(other, "04711", "andrea")
    log_in_by_school(browser_, "04711", "andrea")
    assert "Herzlich willkommen" in choose(browser_).text
    assert browser_.open("/konto/profil").path == "/konto/profil"
    assert other.open("/konto").path == "/login"
    assert "Falsche Zugangsdaten" in log_in_by_school(other, "04711", "andrea").text
    assert "Herzlich willkommen" in log_in_by_school(other, "04711", "andrea", OWN).text
    assert "password.initial_replaced" in db.session.scalars(select(AuditEntry.action)).all()
    assert db.session.scalars(select(OutgoingMail)).all() == []


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize(
    ("password", "repeated", "message"),
    [
        (PASSWORD, PASSWORD, "ein anderes Passwort als das"),
        ("abc12", "abc12", "mindestens ein Sonderzeichen"),
        ("andrea#1", "andrea#1", "sehr häufig verwendet"),
        (OWN, "anders#1", "stimmen nicht überein"),
    ],
)
def test_what_is_no_own_password_is_refused(
    browser_: Browser, password: str, repeated: str, message: str
) -> None:
    log_in_by_school(browser_, "04711", "andrea")
    page = choose(browser_, password, repeated)
    assert (page.status, page.path) == (422, FIRST)
    assert message in page.text


@pytest.mark.usefixtures("person")
def test_one_may_leave_without_an_own_password(browser_: Browser) -> None:
    log_in_by_school(browser_, "04711", "andrea")
    assert browser_.submit("LOGOUT").path == "/logout"


def test_a_school_sets_its_password_once(browser_: Browser, school: School) -> None:
    shared = make_school_customer(school, username="", shared=True, password_is_initial=True)
    log_in_by_school(browser_, "04711")
    choose(browser_)
    first = db.session.get_one(CustomerAccount, shared.id).password_hash
    assert browser_.open(FIRST).path == "/konto"
    send(browser_, FIRST, password="noch#eines-2", repeated="noch#eines-2")
    assert db.session.get_one(CustomerAccount, shared.id).password_hash == first


def test_a_person_never_changes_the_password_of_the_school(
    browser_: Browser, school: School, person: CustomerAccount
) -> None:
    shared = make_school_customer(school, username="", shared=True)
    before = shared.password_hash
    log_in_by_school(browser_, "04711", "andrea")
    choose(browser_)
    browser_.open("/konto/passwort")
    browser_.submit(
        "Passwort ändern", current=OWN, password="neues#2-lang", repeated="neues#2-lang"
    )
    assert db.session.get_one(CustomerAccount, shared.id).password_hash == before
    assert db.session.get_one(CustomerAccount, person.id).password_hash != before
